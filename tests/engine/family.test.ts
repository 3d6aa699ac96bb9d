/**
 * Every strategy against the float64 surrogates of its authors (tests/reference/family.ts), on grids and on random
 * minibatches.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { strategyCurve } from '../../src/objective/curves.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import type { CurvePoint } from '../../src/views/strategy-views.ts';
import {
  resolveStrategy,
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
} from '../../src/run/strategies/strategy-config.ts';
import {
  bapoBounds,
  chosenCount,
  clipCovCandidates,
  covariances,
  FAMILY,
  logRatio,
  push,
  slope,
  surrogates,
  type FamilyBatch,
  type FamilyToken,
  type Frozen,
  type Parameters,
} from '../reference/family.ts';
import { loadPublishedStrategies } from '../reference/fixture.ts';
import { aggregationFactors } from '../reference/aggregation.ts';
import { referenceForward } from '../reference/transformer.ts';
import { responseValues } from '../reference/batch.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

/** In addition to every strategy's defaults: options switched on, and other values than the defaults. */
const VARIANTS: [BuiltInStrategy, Parameters][] = [
  ...STRATEGY_NAMES.map((name): [BuiltInStrategy, Parameters] => [name, {}]),
  ['ppo', { dual_clip: 3 }],
  ['clip-higher', { dual_clip: 1.5 }],
  ['gppo', { beta1: 0.5, beta2: 1.3, dual_clip: 3 }],
  ['gppo', { only_high: true }],
  ['gppo', { beta1: 4, dual_clip: 2 }],
  ['ce-gppo', { dual_clip: 10 }],
  ['cispo', { cap: 5 }],
  ['cispo', { cap: 1.1 }],
  ['gspo', { eps_low: 0.1, eps_high: 0.17 }],
  ['gmpo', { eps_low: 0.1, eps_high: 0.2 }],
  ['aspo', { c: 1.4 }],
  ['dcpo', { dual_clip: 2 }],
  ['bapo', { target_ratio: 3, dual_clip: 3 }],
  ['erc', { entropy_low: 0.7, entropy_high: 1.4, dual_clip: 3 }],
  ['gppo-erc', { entropy_low: 0.7, entropy_high: 1.4 }],
  ['clip-cov', { fraction: 0.2, covariance_low: -0.2, covariance_high: 2 }],
  ['kl-cov', { fraction: 0.2, kl_penalty: 0.5 }],
  ['dgpo', { n: 3, m: 1 }],
  ['dgpo', { n: 0, m: 3, eps_low: 0.1, eps_high: 0.05 }],
  ['maspo', { sigma_base: 0.2, alpha: 0.6, sigma_max: 0.5, beta_pos: 0.5, beta_neg: 0.8, advantage_high: 1.4 }],
  ['spo', { eps: 0.5 }],
  ['dppo-tv', { eps_low: 0.02, eps_high: 0.05, c: 3 }],
  ['dppo-kl', { eps_low: 0.001, eps_high: 0.01, c: 1.1 }],
  ['dro', { beta: 1 }],
  ['kimi', { tau: 1 }],
  ['luspo', { eps_low: 0.1, eps_high: 0.17 }],
  ['opsm', { delta: 0.02, dual_clip: 3 }],
  ['fipo', { half_life: 2, influence_range: 0.5, high_only: false, dual_clip: 3, safety: 1.1 }],
  ['fipo', { half_life: 4, influence_range: 0, safety: null }],
  ['m2po', { threshold: 0.01 }],
  ['m2po', { threshold: 1e-9 }],
  ['m2po', { threshold: 10 }],
];

function parametersOf(name: BuiltInStrategy, given: Parameters): Parameters {
  return {
    ...Object.fromEntries(Object.entries(strategyInfo(name).parameters).map(([key, info]) => [key, info.default])),
    ...given,
  };
}

it('the float64 reference covers every strategy', () => {
  expect([...FAMILY].sort()).toEqual([...STRATEGY_NAMES].sort());
});

const RATIOS = [0.05, 0.3, 0.55, 0.7, 0.85, 0.97, 1, 1.03, 1.15, 1.25, 1.35, 1.7, 2.5, 4.2, 6, 15];

describe('on a grid of ratio, advantage, probability and length, the weight is the derivative of the surrogate', () => {
  // Strategies that select tokens of a minibatch have nothing to select from on a curve.
  const onCurves = VARIANTS.filter(([name]) => name !== 'kl-cov' && name !== 'clip-cov' && name !== 'm2po');
  it.each(onCurves)('%s %j', async (name, given) => {
    const parameters = parametersOf(name, given);
    const points: Required<CurvePoint>[] = [1, 5].flatMap((length) =>
      [1.3, -0.7].flatMap((advantage) =>
        [-0.05, -1, -5].flatMap((oldLogprob) =>
          [0.6, 0.97, 1.2].flatMap((entropyRatio) =>
            RATIOS.map((ratio) => ({ length, advantage, oldLogprob, entropyRatio, logRatio: Math.log(ratio) })),
          ),
        ),
      ),
    );
    const curve = await strategyCurve(gpu, resolveStrategy({ name, ...given }), points);
    for (const [at, point] of points.entries()) {
      const token: FamilyToken = {
        logprob: point.oldLogprob + point.logRatio,
        oldLogprob: point.oldLogprob,
        entropy: 0.5 * point.entropyRatio,
        oldEntropy: 0.5,
        advantage: point.advantage,
        sampledLogprob: point.oldLogprob,
      };
      const row = Array.from({ length: point.length }, () => token);
      // The curve is of a minibatch that does not move BAPO's bounds: as much positive as negative loss.
      const counterweight = [
        { ...token, logprob: token.oldLogprob, advantage: -point.advantage * point.length * Math.exp(point.logRatio) },
      ];
      const batch =
        name === 'bapo' ? [row, point.advantage < 0 ? [{ ...counterweight[0]!, advantage: 1e6 }] : row] : [row];
      const frozen: Frozen = { batch, parameters, tisCap: null };
      const derivative = slope(name, frozen, 0, 0);
      const found = curve[at]!.weight * point.advantage + curve[at]!.push;
      expect(Math.abs(found - derivative), JSON.stringify(point)).toBeLessThanOrEqual(
        2e-4 * Math.max(1, Math.abs(derivative)),
      );
      const value = surrogates(
        name,
        frozen,
        0,
        row.map(({ logprob }) => logprob),
      )[0]!;
      expect(Math.abs(curve[at]!.value - value), JSON.stringify(point)).toBeLessThanOrEqual(
        2e-4 * Math.max(1, Math.abs(value)),
      );
    }
  });
});

describe('on the grid of the published code, the kernel has its slopes', () => {
  const { points, cases } = loadPublishedStrategies();
  it.each(cases)('$strategy $parameters: $source at $commit', async ({ strategy, parameters, slopes }) => {
    const curve = await strategyCurve(
      gpu,
      resolveStrategy({ name: strategy as BuiltInStrategy, ...parameters }),
      points.map(({ advantage, old_logprob: oldLogprob, ratio }) => ({
        advantage,
        oldLogprob,
        logRatio: Math.log(ratio),
      })),
    );
    for (const [i, { weight, push: pushed }] of curve.entries())
      expect(
        Math.abs(weight * points[i]!.advantage + pushed - slopes[i]!),
        JSON.stringify(points[i]),
      ).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(slopes[i]!)));
  });
});

describe('exactly at a bound a token keeps the inside gradient, as torch.clamp and torch.maximum do', () => {
  /** float32 ratios whose distance from 1 is exact, so that 1 + eps is that very ratio. */
  async function exactRatio(logRatio: number): Promise<number> {
    const [answer] = await strategyCurve(gpu, resolveStrategy({ name: 'importance' }), [
      { logRatio, advantage: 1, oldLogprob: -1 },
    ]);
    return answer!.weight;
  }
  const inside = (name: BuiltInStrategy, low: number, high: number): Parameters =>
    name === 'gmpo' ? { eps_low: -Math.log(low), eps_high: Math.log(high) } : { eps_low: 1 - low, eps_high: high - 1 };
  it.each([
    'ppo',
    'clip-higher',
    'gppo',
    'ce-gppo',
    'cispo',
    'gspo',
    'aspo',
    'erc',
    'gppo-erc',
    'dgpo',
    'luspo',
    'opsm',
  ] as const)('%s', async (name) => {
    for (const [logRatio, advantage] of [
      [Math.log(1.25), 1],
      [Math.log(0.75), -1],
    ] as const) {
      const r = await exactRatio(logRatio);
      const bounds = r > 1 ? inside(name, 0.5, r) : inside(name, r, 1.5);
      const [at] = await strategyCurve(gpu, resolveStrategy({ name, ...bounds }), [
        { logRatio, advantage, oldLogprob: -1 },
      ]);
      const [free] = await strategyCurve(gpu, resolveStrategy({ name, ...inside(name, 0.01, 9) }), [
        { logRatio, advantage, oldLogprob: -1 },
      ]);
      expect(at!.weight).toBe(free!.weight);
      expect(at).toMatchObject({ zone: 'inside', clipped: false });
    }
  });
  it('GMPO clips the log-ratio', async () => {
    for (const [logRatio, advantage] of [
      [0.25, 1],
      [-0.25, -1],
    ] as const) {
      const weightAt = async (eps: number) =>
        (
          await strategyCurve(gpu, resolveStrategy({ name: 'gmpo', eps_low: eps, eps_high: eps }), [
            { logRatio, advantage, oldLogprob: -1 },
          ])
        )[0]!;
      const [at, free, beyond] = [await weightAt(0.25), await weightAt(5), await weightAt(0.2499)];
      expect([at.weight, at.clipped, beyond.weight]).toEqual([free.weight, false, 0]);
    }
  });
  it('CISPO with a cap and ASPO at c are continuous at the bound', async () => {
    const r = await exactRatio(Math.log(2));
    for (const config of [
      { name: 'cispo', cap: r },
      { name: 'aspo', c: r, eps_high: 9 },
    ] as const) {
      const [at, above] = await strategyCurve(
        gpu,
        resolveStrategy(config),
        [Math.log(2), Math.log(2.5)].map((logRatio) => ({ logRatio, advantage: -1, oldLogprob: -1 })),
      );
      expect([at!.weight, at!.clipped, above!.weight]).toEqual([r, false, r]);
    }
  });
  it.each(['ppo', 'gppo', 'ce-gppo', 'dcpo', 'erc'] as const)(
    '%s at r = c: half, because torch halves the gradient of a tie',
    async (name) => {
      const r = await exactRatio(Math.log(3));
      const weightAt = async (dual_clip: number) =>
        (
          await strategyCurve(gpu, resolveStrategy({ name, dual_clip }), [
            { logRatio: Math.log(3), advantage: -1, oldLogprob: -1 },
          ])
        )[0]!.weight;
      expect([await weightAt(r), await weightAt(r * 1.001), await weightAt(r * 0.999)]).toEqual([0.5 * r, r, 0]);
    },
  );
});

/**
 * A random minibatch, with old entropies and the sampler's log-probs around the model's own, and the reference's
 * results for it.
 */
function randomMinibatch(seed: number) {
  const one = randomCase(
    seed,
    {
      hiddenSize: 20,
      heads: 2,
      keyValueHeads: 1,
      headDimension: 10,
      intermediateSize: 24,
      vocabularySize: 23,
      layers: 2,
    },
    { sequences: 12, longest: 14, drift: 0.25 },
  );
  const random = new RandomStream(seed + 1000);
  const { logprobs, entropies } = referenceForward(
    one.config,
    one.tensors,
    one.batch.map(({ tokens }) => tokens),
  );
  const sequences = one.batch.map((sequence, i) => {
    const own = responseValues(sequence, entropies[i] ?? []);
    return {
      ...sequence,
      old_entropies: own.map((entropy) => entropy * Math.exp(0.1 * random.normal())),
      sampled_logprobs: sequence.old_logprobs.map((logprob) => logprob + 0.3 * random.normal()),
    };
  });
  const batch: FamilyBatch = sequences.map((sequence, i) => {
    const own = {
      logprob: responseValues(sequence, logprobs[i] ?? []),
      entropy: responseValues(sequence, entropies[i] ?? []),
    };
    return sequence.old_logprobs.map((oldLogprob, t) => ({
      logprob: own.logprob[t]!,
      entropy: own.entropy[t]!,
      oldLogprob,
      oldEntropy: sequence.old_entropies[t]!,
      advantage: sequence.advantage,
      sampledLogprob: sequence.sampled_logprobs[t]!,
    }));
  });
  return { one, sequences, batch };
}

const minibatch = randomMinibatch(51);

interface Correction {
  tis_cap: number;
  tis_floor?: number;
  tis_level?: 'sequence';
}

async function engine(name: BuiltInStrategy, given: Parameters, options: { tis?: Correction; seed?: number } = {}) {
  const model = await Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...minibatch.one.config },
    minibatch.one.tensors as Map<string, Float32Array>,
  );
  const params = {
    ...given,
    ...options.tis,
    seed: options.seed ?? 0,
  };
  const result = await batchGradient(
    model,
    tuner,
    GradientBatch.parse({ sequences: minibatch.sequences, strategy: name, params }),
  );
  model.destroy();
  return result;
}

/** Tokens of weight 0 that PPO would have kept: those that Clip-Cov dropped. */
function droppedBy(weights: number[][], parameters: Parameters): boolean[][] {
  return minibatch.batch.map((row, i) =>
    row.map((token, t) => {
      const r = Math.exp(logRatio(token.logprob, token.oldLogprob));
      const clipped =
        (token.advantage > 0 && r > 1 + (parameters.eps_high as number)) ||
        (token.advantage < 0 && r < 1 - (parameters.eps_low as number));
      return weights[i]![t] === 0 && !clipped;
    }),
  );
}

describe('on a random minibatch, weights are the derivatives of the surrogate and the loss is its aggregate', () => {
  it.each([
    ...VARIANTS.map(([name, given]) => [name, given, undefined] as const),
    ...STRATEGY_NAMES.map((name) => [name, {}, { tis_cap: 1.2 }] as const),
    ...(['gppo', 'kl-cov', 'gmpo', 'vespo'] as const).map(
      (name) => [name, {}, { tis_cap: 1.3, tis_floor: 0.8 }] as const,
    ),
    // Strategies without a context of their own, with one of their response, and with a choice over the minibatch.
    ...(['ppo', 'gmpo', 'fipo', 'bapo', 'kl-cov', 'm2po'] as const).flatMap((name) => [
      [name, {}, { tis_cap: 1.5, tis_level: 'sequence' }] as const,
      [name, {}, { tis_cap: 1.6, tis_floor: 0.6, tis_level: 'sequence' }] as const,
    ]),
  ])('%s %j, rollout correction %j', async (name, given, tis: Correction | undefined) => {
    const { batch } = minibatch;
    const parameters = parametersOf(name, given);
    const found = await engine(name, given, tis ? { tis } : {});
    const frozen: Frozen = {
      batch,
      parameters,
      tisCap: tis?.tis_cap ?? null,
      ...(tis?.tis_floor !== undefined && { tisFloor: tis.tis_floor }),
      tisSequence: tis?.tis_level === 'sequence',
      ...(name === 'clip-cov' && { dropped: droppedBy(found.weights, parameters) }),
    };
    const factors = aggregationFactors(
      strategyInfo(name).aggregation,
      batch.map((row) => row.length),
    );
    let loss = 0;
    for (const [i, row] of batch.entries()) {
      const values = surrogates(
        name,
        frozen,
        i,
        row.map(({ logprob }) => logprob),
      );
      for (const [t, token] of row.entries()) {
        const derivative = slope(name, frozen, i, t);
        const weight = (derivative - push(name, frozen, i, t)) / token.advantage;
        expect(
          Math.abs(found.weights[i]![t]! - weight),
          `${i}.${t} of ratio ${Math.exp(token.logprob - token.oldLogprob)}`,
        ).toBeLessThanOrEqual(5e-4 * Math.max(1, Math.abs(weight)));
        loss -= factors[i]! * values[t]!;
      }
    }
    expect(Math.abs(found.loss - loss)).toBeLessThanOrEqual(2e-4 * Math.max(1, Math.abs(loss)));
  });
});

describe('strategies that depend on the minibatch', () => {
  it('Clip-Cov drops the stated number of candidates, chosen by the seed', async () => {
    const given = { fraction: 0.1, covariance_low: -0.2, covariance_high: 2 };
    const parameters = parametersOf('clip-cov', given);
    const candidates = clipCovCandidates(minibatch.batch, parameters).flat();
    const drops = async (seed: number) =>
      droppedBy((await engine('clip-cov', given, { seed })).weights, parameters).flat();
    const [first, again, other] = [await drops(1), await drops(1), await drops(2)];
    expect(first.filter(Boolean)).toHaveLength(
      Math.min(chosenCount(minibatch.batch, 0.1), candidates.filter(Boolean).length),
    );
    expect(first.every((dropped, at) => !dropped || candidates[at])).toBe(true);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
  it('BAPO adapts its bounds, the lower one first when negative loss dominates', () => {
    const [low, high] = bapoBounds(
      minibatch.batch.map((row) => row.map((token) => ({ ...token, advantage: -Math.abs(token.advantage) }))),
      parametersOf('bapo', {}),
    );
    expect([low, high]).toEqual([expect.closeTo(0.95, 9), expect.closeTo(2, 9)]);
  });
  it('token covariances average to the covariance of the minibatch', () => {
    const cov = covariances(minibatch.batch).flat();
    expect(cov.some((value) => value > 0) && cov.some((value) => value < 0)).toBe(true);
  });
});

/** verl's and TRL's metrics on padded matrices, as those libraries hold a minibatch. */
describe('clip fractions and KL equal verl’s and TRL’s on the padded minibatch', () => {
  const longest = Math.max(...minibatch.batch.map((row) => row.length)) + 3;
  const padded = (value: (token: FamilyToken) => number) =>
    minibatch.batch.map((row) => Array.from({ length: longest }, (_, t) => (row[t] ? value(row[t]) : 12345)));
  const mask = minibatch.batch.map((row) => Array.from({ length: longest }, (_, t) => (t < row.length ? 1 : 0)));
  const maskedMean = (values: number[][]) => {
    let [total, count] = [0, 0];
    for (const [i, row] of values.entries())
      for (const [t, value] of row.entries()) if (mask[i]![t]) [total, count] = [total + value, count + 1];
    return total / count;
  };
  const a = padded(({ advantage }) => advantage);
  const l = padded((token) => logRatio(token.logprob, token.oldLogprob));
  const zip = (of: (l: number, a: number) => boolean | number) =>
    l.map((row, i) => row.map((value, t) => Number(of(value, a[i]![t]!))));
  const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
  /** compute_policy_loss_vanilla: gt(pg_losses2, pg_losses1), and gt(clip_pg_losses1, pg_losses3) * (A < 0). */
  const vanilla = (low: number, high: number, c: number) => ({
    'actor/pg_clipfrac': maskedMean(zip((x, adv) => -adv * clip(Math.exp(x), low, high) > -adv * Math.exp(x))),
    'actor/pg_clipfrac_lower': maskedMean(
      zip((x, adv) => adv < 0 && Math.max(-adv * Math.exp(x), -adv * clip(Math.exp(x), low, high)) > -adv * c),
    ),
  });
  const ppoKl = maskedMean(zip((x) => -x));
  const sequenceMeans = minibatch.batch.map(
    (row) => row.reduce((sum, token) => sum + logRatio(token.logprob, token.oldLogprob), 0) / row.length,
  );
  const cases: [BuiltInStrategy, Parameters, Record<string, number>][] = [
    ['ppo', { dual_clip: 1.5 }, { ...vanilla(0.8, 1.2, 1.5), 'actor/ppo_kl': ppoKl }],
    ['gppo', { dual_clip: 1.5 }, { ...vanilla(0.8, 1.28, 1.5), 'actor/ppo_kl': ppoKl }],
    [
      'cispo',
      {},
      {
        'actor/pg_clipfrac': maskedMean(zip((x) => clip(Math.exp(x), 0.8, 1.2) !== Math.exp(x))),
        'actor/pg_clipfrac_lower': 0,
      },
    ],
    [
      'gspo',
      { eps_low: 0.05, eps_high: 0.05 },
      {
        'actor/pg_clipfrac': maskedMean(
          a.map((row, i) =>
            row.map((adv) =>
              Number(-adv * clip(Math.exp(sequenceMeans[i]!), 0.95, 1.05) > -adv * Math.exp(sequenceMeans[i]!)),
            ),
          ),
        ),
        'actor/ppo_kl': ppoKl,
      },
    ],
    [
      'gmpo',
      { eps_low: 0.1, eps_high: 0.2 },
      {
        'actor/pg_clipfrac': maskedMean(zip((x, adv) => adv > 0 && clip(x, -0.1, 0.2) !== x)),
        'actor/pg_clipfrac_lower': maskedMean(zip((x, adv) => adv < 0 && clip(x, -0.1, 0.2) !== x)),
      },
    ],
    ['sapo', {}, { 'actor/pg_clipfrac': 0, 'actor/pg_clipfrac_lower': 0, 'actor/ppo_kl': ppoKl }],
    ['kl-cov', {}, { 'actor/ppo_kl': maskedMean(zip((x) => Math.abs(x))) }],
    [
      'clip-cov',
      { fraction: 0.1, covariance_low: -0.2, covariance_high: 2 },
      { 'actor/pg_clipfrac': chosenCount(minibatch.batch, 0.1) / minibatch.batch.flat().length },
    ],
  ];
  it.each(cases)('%s %j', async (name, given, expected) => {
    const { metrics } = await engine(name, given);
    for (const [metric, value] of Object.entries(expected))
      expect(Math.abs(metrics[metric]! - value), metric).toBeLessThan(1e-5);
  });
  it('clip_ratio/* by TRL: sign-aware, per token', async () => {
    const { metrics } = await engine('ppo', {});
    const low = maskedMean(zip((x, adv) => Math.exp(x) < 0.8 && adv < 0));
    const high = maskedMean(zip((x, adv) => Math.exp(x) > 1.2 && adv > 0));
    expect(low).toBeGreaterThan(0);
    for (const [metric, value] of Object.entries({
      'clip_ratio/low_mean': low,
      'clip_ratio/high_mean': high,
      'clip_ratio/region_mean': low + high,
    }))
      expect(Math.abs(metrics[metric]! - value), metric).toBeLessThan(1e-6);
  });
});
