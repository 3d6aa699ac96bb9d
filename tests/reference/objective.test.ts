/** The objective on numbers small enough to check by hand. */
import { describe, expect, it } from 'vitest';
import { aggregationFactors } from './aggregation.ts';
import type { ReferenceBatch } from './batch.ts';
import { klEstimate } from './kl.ts';
import type { ReferenceOutput } from './transformer.ts';
import { evaluateObjective, type ReferenceObjective } from './objective.ts';

/** Ratios 2, 1 (A = 1, reward 1) and 0.5 (A = -2, reward 0); the first position of each sequence is prompt. */
const BATCH: ReferenceBatch = [
  {
    tokens: [0, 1, 2, 3],
    prompt_length: 2,
    advantage: 1,
    reward: 1,
    old_logprobs: [-2 - Math.log(2), -1],
    ref_logprobs: [-2, -1.5],
  },
  {
    tokens: [3, 2, 1],
    prompt_length: 2,
    advantage: -2,
    reward: 0,
    old_logprobs: [-3 + Math.log(2)],
    ref_logprobs: [-2],
  },
];
const OUTPUT: ReferenceOutput = {
  logprobs: [Float64Array.of(-9, -2, -1), Float64Array.of(-9, -3)],
  entropies: [Float64Array.of(7, 0.5, 0.25), Float64Array.of(7, 1)],
};

function evaluate(
  strategy: ReferenceObjective['strategy'],
  params: ReferenceObjective['params'] = {},
  aggregation: ReferenceObjective['aggregation'] = 'token-mean',
) {
  return evaluateObjective(BATCH, OUTPUT, { strategy, aggregation, params });
}

describe('aggregation', () => {
  it.each([
    ['token-mean', [1 / 3, 1 / 3]],
    ['seq-mean-token-sum', [1 / 2, 1 / 2]],
    ['seq-mean-token-mean', [1 / 4, 1 / 2]],
    ['seq-mean-token-sum-norm', [1 / 4, 1 / 4]],
  ] as const)('%s', (mode, factors) => {
    expect(aggregationFactors(mode, [2, 1])).toEqual(factors);
  });

  it('uses the given norm', () => {
    expect(aggregationFactors('seq-mean-token-sum-norm', [2, 1], 10)).toEqual([1 / 20, 1 / 20]);
  });
});

describe('loss', () => {
  it('sft is the mean negative log-likelihood of response tokens for every aggregation', () => {
    const result = evaluate('sft', { positive_lm: 1 }, 'seq-mean-token-sum');
    expect(result.loss).toBeCloseTo(2, 12);
    expect(result.weights).toEqual([[1, 1], [1]]);
    expect(result.logprobSeeds.map((row) => [...row])).toEqual([
      [0, -1 / 3, -1 / 3],
      [0, -1 / 3],
    ]);
  });

  it('ppo, by hand', () => {
    // -(1.2 + 1 + 0.8 * -2) / 3
    const result = evaluate('ppo');
    expect(result.loss).toBeCloseTo(-0.2, 12);
    expect(result.weights).toEqual([[0, 1], [0]]);
    expect(result.zones).toEqual([['positive-high', 'inside'], ['negative-low']]);
    expect(result.ratios[0]![0]).toBeCloseTo(2, 12);
  });

  it('adds positive-example, KL and entropy terms', () => {
    const base = evaluate('gppo', {}, 'seq-mean-token-mean').loss;
    expect(evaluate('gppo', { positive_lm: 0.1 }, 'seq-mean-token-mean').loss - base).toBeCloseTo(0.1 * 1.5, 12);
    // k1 is 0, 0.5 and -1 ; factors 1/4, 1/4 and 1/2
    const kl = evaluate('gppo', { kl_coefficient: 2, kl_estimator: 'k1' }, 'seq-mean-token-mean');
    expect(kl.loss - base).toBeCloseTo(2 * (0.5 / 4 - 1 / 2), 12);
    expect(kl.metrics['actor/kl_loss']).toBeCloseTo(0.5 / 4 - 1 / 2, 12);
    expect(evaluate('gppo', { entropy_coefficient: 0.1 }, 'seq-mean-token-mean').loss - base).toBeCloseTo(
      -0.1 * (0.75 / 4 + 1 / 2),
      12,
    );
  });

  it('clamps the log-ratio', () => {
    const far = evaluateObjective(
      [{ ...BATCH[1]!, advantage: 1, old_logprobs: [-50] }],
      { logprobs: [Float64Array.of(0, -1)], entropies: [Float64Array.of(0, 0)] },
      { strategy: 'importance', aggregation: 'token-mean', params: {} },
    );
    expect(far.ratios).toEqual([[Math.exp(20)]]);
    expect(far.metrics['actor/ppo_kl']).toBe(-20);
  });

  it('refuses a KL term without reference log-probs', () => {
    const [first, second] = BATCH;
    const { ref_logprobs: _, ...bare } = second!;
    expect(() =>
      evaluateObjective([first!, bare], OUTPUT, {
        strategy: 'ppo',
        aggregation: 'token-mean',
        params: { kl_coefficient: 1 },
      }),
    ).toThrow('sequence 1 has no ref_logprobs');
  });
});

describe('KL estimators', () => {
  it.each(['k1', 'k2', 'k3'] as const)('%s has the derivative it states', (estimator) => {
    for (const logprob of [-4, -1.2, -0.3]) {
      const step = 1e-6;
      const slope =
        (klEstimate(estimator, logprob + step, -1).value - klEstimate(estimator, logprob - step, -1).value) /
        (2 * step);
      expect(klEstimate(estimator, logprob, -1).derivative).toBeCloseTo(slope, 7);
    }
  });

  it('k3 is bounded by 10', () => {
    expect(klEstimate('k3', -5, -1)).toEqual({ value: 10, derivative: 0 });
  });
});

describe('metrics', () => {
  it('by hand, ppo', () => {
    const { metrics } = evaluate('ppo');
    const wanted: Record<string, number> = {
      'actor/pg_loss': -0.2,
      'actor/pg_clipfrac': 2 / 3,
      'actor/pg_clipfrac_lower': 0,
      'actor/ppo_kl': 0,
      'actor/entropy': 1.75 / 3,
      'clip_ratio/low_mean': 1 / 3,
      'clip_ratio/high_mean': 1 / 3,
      'clip_ratio/region_mean': 2 / 3,
      'zone/positive-high/fraction': 1 / 3,
      'zone/positive-high/weight_mean': 0,
      'zone/positive-high/mass': 0,
      'zone/positive-high/entropy': 0.5,
      'zone/positive-high/probability': Math.exp(-2),
      'zone/inside/mass': 1 / 3,
      'zone/positive-low/fraction': 0,
      'zone/positive-low/mass': 0,
      'gradient/preserved_share': 0,
    };
    for (const [name, value] of Object.entries(wanted)) expect(metrics[name], name).toBeCloseTo(value, 12);
    expect(metrics).not.toHaveProperty('zone/positive-low/entropy');
  });

  it('by hand, gppo: mass of 1.28, 1 and 0.8 * 2 over 3', () => {
    const { metrics } = evaluate('gppo');
    expect(metrics['zone/positive-high/mass']).toBeCloseTo(1.28 / 3, 12);
    expect(metrics['zone/negative-low/mass']).toBeCloseTo(1.6 / 3, 12);
    expect(metrics['gradient/preserved_share']).toBeCloseTo((1.28 + 1.6) / (1.28 + 1 + 1.6), 12);
  });

  it('count dual clip separately, and no clipping for importance', () => {
    const batch: ReferenceBatch = [
      { tokens: [0, 1, 2], prompt_length: 1, advantage: -1, reward: 0, old_logprobs: [-1 - Math.log(5), -1] },
    ];
    const output: ReferenceOutput = { logprobs: [Float64Array.of(-1, -1)], entropies: [Float64Array.of(1, 1)] };
    const clipped = evaluateObjective(batch, output, {
      strategy: 'ppo',
      aggregation: 'token-mean',
      params: { dual_clip: 3 },
    });
    expect(clipped.metrics['actor/pg_clipfrac_lower']).toBe(0.5);
    expect(clipped.metrics['actor/pg_clipfrac']).toBe(0);
    expect(clipped.metrics['zone/negative-high/fraction']).toBe(0.5);
    expect(clipped.loss).toBeCloseTo((3 + 1) / 2, 12);
    expect(evaluate('importance').metrics['actor/pg_clipfrac']).toBe(0);
  });
});
