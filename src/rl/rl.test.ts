import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { aggregationFactors } from '../objective/aggregation.ts';
import { minibatchSequences } from './minibatch-sequences.ts';
import { minibatchesOf } from './minibatches.ts';
import type { Response } from './response.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';

describe('aggregation factors', () => {
  it.each([
    ['token-mean', [1 / 6, 1 / 6]],
    ['seq-mean-token-sum', [1 / 2, 1 / 2]],
    ['seq-mean-token-mean', [1 / 4, 1 / 8]],
    ['seq-mean-token-sum-norm', [1 / 20, 1 / 20]],
  ] as const)('%s', (mode, expected) => {
    expect(aggregationFactors(mode, [2, 4], 10)).toEqual(expected);
  });
});

describe('minibatches', () => {
  it('hold every group once, in near-equal parts', () => {
    const groups = Array.from({ length: 11 }, (_, i) => i);
    const batches = minibatchesOf(groups, 4, stream(1, 'test'));
    expect(batches.flat().sort((a, b) => a - b)).toEqual(groups);
    expect(batches.map((batch) => batch.length)).toEqual([2, 3, 3, 3]);
  });
  it('leave out empty ones', () => {
    expect(minibatchesOf([1, 2], 4, stream(1, 'test'))).toHaveLength(2);
  });
});

describe('sequences of a minibatch', () => {
  const response = (reward: number, length: number): Response => ({
    problem: { prompt: '1+1=', answer: '2', key: '1+1', row: {} },
    prompt: [1, 2, 3],
    tokens: new Array<number>(length).fill(4),
    logprobs: new Array<number>(length).fill(-1),
    group: 0,
    reward,
    correct: reward === 1,
    rewards: {},
    advantage: reward - 0.5,
    index: 7,
  });

  it('weigh every token by the aggregation, and those of correct responses by positive_lm', () => {
    const responses = [response(1, 2), response(0, 4)];
    const config = { positive_lm: 0.1 };
    const [correct, incorrect] = minibatchSequences(responses, config, resolveStrategy({ name: 'ppo' }), 10);
    expect(correct).toEqual({
      tokens: [1, 2, 3, 4, 4],
      firstTarget: 3,
      index: 7,
      advantage: 0.5,
      positive: true,
      lossWeight: 1 / 6,
      nllWeight: 0.05,
    });
    expect(incorrect).toMatchObject({ positive: false, advantage: -0.5, lossWeight: 1 / 6, nllWeight: 0 });
    const summed = minibatchSequences(
      responses,
      { ...config, aggregation: 'seq-mean-token-sum' },
      resolveStrategy({ name: 'ppo' }),
      10,
    );
    expect(summed.map(({ lossWeight }) => lossWeight)).toEqual([0.5, 0.5]);
  });
});
