/** Learning rates by hand: `learningRateAt(t, total, ..)` with t from 1. */
import { describe, expect, it } from 'vitest';
import { learningRateAt } from './optimizer.ts';

type Schedule = Parameters<typeof learningRateAt>[2];

const rates = (total: number, schedule: Schedule) =>
  Array.from({ length: total }, (_, i) => learningRateAt(i + 1, total, schedule));
const PEAK = { learning_rate: 8, warmup_steps: 0, min_learning_rate: 0 };

function expectRates(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, rate] of found.entries()) expect(rate, `update ${i + 1}`).toBeCloseTo(expected[i] ?? NaN, 12);
}

describe('learning rate schedules', () => {
  it('constant is the peak at every update, whatever the minimum', () => {
    expectRates(rates(4, { ...PEAK, schedule: 'constant', min_learning_rate: 2 }), [8, 8, 8, 8]);
  });

  it('linear falls by equal amounts to the minimum at the last update', () => {
    expectRates(rates(4, { ...PEAK, schedule: 'linear' }), [6, 4, 2, 0]);
    expectRates(rates(4, { ...PEAK, schedule: 'linear', min_learning_rate: 4 }), [7, 6, 5, 4]);
  });

  it('cosine falls along half a cosine to the minimum at the last update', () => {
    const half = Math.SQRT1_2;
    expectRates(rates(4, { ...PEAK, schedule: 'cosine' }), [4 * (1 + half), 4, 4 * (1 - half), 0]);
    expectRates(rates(4, { ...PEAK, schedule: 'cosine', min_learning_rate: 4 }), [
      4 + 2 * (1 + half),
      6,
      4 + 2 * (1 - half),
      4,
    ]);
  });

  it.each(['constant', 'linear', 'cosine'] as const)('%s warms up linearly, and reaches the peak', (schedule) => {
    expectRates(rates(6, { ...PEAK, schedule, warmup_steps: 4 }).slice(0, 4), [2, 4, 6, 8]);
  });

  it('decays over the updates after warm-up only', () => {
    expectRates(rates(6, { ...PEAK, schedule: 'linear', warmup_steps: 2, min_learning_rate: 4 }), [4, 8, 7, 6, 5, 4]);
    expectRates(rates(4, { ...PEAK, schedule: 'cosine', warmup_steps: 2 }), [4, 8, 4, 0]);
  });

  it('stays at the minimum after the last update, and in warm-up when warm-up is the whole run', () => {
    expect(learningRateAt(9, 4, { ...PEAK, schedule: 'linear', min_learning_rate: 1 })).toBe(1);
    expectRates(rates(4, { ...PEAK, schedule: 'cosine', warmup_steps: 8 }), [1, 2, 3, 4]);
  });
});
