import { describe, expect, it } from 'vitest';
import { kept, randomStep, rlStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { ZONES } from '../run/step-record.ts';
import { responseId } from '../views/rollouts.ts';
import { bytesOf, COUNTS, FLAGS, keptStep } from './kept-step.ts';
import { detailOf, rowsOf } from './rows.ts';

const GROUPS = [
  {
    problem: { prompt: '1+1=', answer: '2', key: '1+1', difficulty: 'easy' },
    responses: [
      { text: '2', reward: 1, advantage: 0.5, zones: ['positive-high' as const], rewards: { exact: 1, length: 0.1 } },
      { text: '33', reward: 0, advantage: -0.5, unfinished: true, rewards: { exact: 0, length: 0.2 } },
    ],
  },
  {
    problem: { prompt: '4+4=', answer: '8', key: '4+4' },
    filtered: true,
    responses: [
      { text: '9', reward: 0, advantage: 0, rewards: { exact: 0, length: 0 } },
      { text: '7', reward: 0, advantage: 0, rewards: { exact: 0, length: 0 } },
    ],
  },
];

describe('a kept step', () => {
  it('has every response with its grades, tokens and what the update did', () => {
    const step = keptStep(rlStep(3, GROUPS), ROLLOUT_TOKENIZER, { reference: true });
    expect(step.texts).toEqual(['2', '33', '9', '7']);
    expect([...step.begin]).toEqual([0, 2, 4, 6, 8]);
    expect([...(step.rewards['length'] ?? [])]).toEqual([0.1, 0.2, 0, 0]);
    const { correct, finished, measured } = FLAGS;
    expect([...step.flags]).toEqual([correct | finished | measured, measured, finished, finished]);
    expect(step.problems.map(({ key, difficulty }) => [key, difficulty])).toEqual([
      ['1+1', 'easy'],
      ['4+4', undefined],
    ]);
    // One token above the range, the end token inside; weight 1 where PPO has 0.
    expect([...step.counts.subarray(0, COUNTS)]).toEqual([1, 1, 0, 0, 0, 1, 0]);
    expect([...step.counts.subarray(2 * COUNTS)]).toEqual(new Array(2 * COUNTS).fill(0));
    const [r0, r1] = [Math.exp(0.25), Math.exp(1 / 1024)];
    expect(step.ratio[0]).toBeCloseTo((r0 + r1) / 2, 6);
    expect(step.kl[0]).toBeCloseTo((r0 - 1 - 0.25 + (r1 - 1 - 1 / 1024)) / 2, 6);
    expect(step.klReference?.[0]).toBeCloseTo(0.125, 6);
  });

  it('gives back the tokens of a response as the live view shows them', () => {
    const steps = new Map([[3, kept(3, GROUPS)]]);
    const detail = detailOf(steps, responseId(3, 0), '');
    expect(detail?.view.tokens[0]).toMatchObject({ text: '2', zone: 'positive-high', weight: 1, ppoWeight: 0 });
    expect(detail?.view.tokens[0]?.ratio).toBeCloseTo(Math.exp(0.25), 3);
    expect(detail?.view.tokens[0]?.oldProbability).toBeCloseTo(Math.exp(-1.5), 3);
    expect(detail?.view.rewards).toEqual({ exact: 1, length: 0.1 });
    expect(detail?.members.map(({ id }) => id)).toEqual([responseId(3, 0), responseId(3, 1)]);
    expect(detail?.zones['positive-high']).toBe(1);
    expect(detail?.zones.preserved).toBe(1);
    const unused = detailOf(steps, responseId(3, 3), '');
    expect(unused?.view).toMatchObject({ tokens: [], unused: ['7', expect.any(String)] });
    expect(unused?.row.measured).toBeUndefined();
    expect(unused?.group).toMatchObject({ state: 'all-incorrect', zeroAdvantage: true, correct: 0, size: 2 });
    expect(detailOf(steps, responseId(4, 0), '')).toBeUndefined();
  });

  it('says at which steps a problem was drawn', () => {
    const steps = new Map([3, 9, 5].map((step) => [step, kept(step, step === 5 ? GROUPS.slice(1) : GROUPS)]));
    expect(detailOf(steps, responseId(3, 0), '')?.steps).toEqual([3, 9]);
    expect(detailOf(steps, responseId(3, 2), '')?.steps).toEqual([3, 5, 9]);
  });

  it('leaves out whole groups beyond its share of the bound, and says how many responses', () => {
    const result = randomStep(1, 16, 4, 20);
    const whole = keptStep(result, ROLLOUT_TOKENIZER, { reference: false });
    expect(whole.leftOut).toBe(0);
    const share = bytesOf(whole) / 2;
    const half = keptStep(result, ROLLOUT_TOKENIZER, { reference: false, share });
    expect(half.texts.length % 4).toBe(0);
    expect(half.texts.length).toBeGreaterThan(16);
    expect(half.texts.length + half.leftOut).toBe(64);
    expect(half.texts).toEqual(whole.texts.slice(0, half.texts.length));
    expect(bytesOf(half)).toBeLessThan(1.1 * share);
  });

  it('counts every token of a measured response in one zone', () => {
    const step = keptStep(randomStep(2, 8, 4, 10), ROLLOUT_TOKENIZER, { reference: false });
    for (let i = 0; i < step.texts.length; i++) {
      const zones = step.counts.subarray(i * COUNTS, i * COUNTS + ZONES.length);
      expect(zones.reduce((sum, count) => sum + count, 0)).toBe((step.begin[i + 1] ?? 0) - (step.begin[i] ?? 0));
    }
    expect(step.counts.some((count, at) => at % COUNTS === 1 && count > 0)).toBe(true);
  });

  it('survives being stored: rows of a structured clone are equal', () => {
    const step = kept(3, GROUPS);
    const items = [-1 - responseId(3, 0), responseId(3, 0), responseId(3, 3)];
    const rows = rowsOf(new Map([[3, step]]), items, '');
    expect(rowsOf(new Map([[3, structuredClone(step)]]), items, '')).toEqual(rows);
    expect(rows.map(({ kind }) => kind)).toEqual(['group', 'response', 'response']);
  });
});
