import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { strategyCurve } from '../../src/objective/curves.ts';
import type { StrategyName } from '../../src/run/strategies/strategy-config.ts';
import { resolveStrategy, STRATEGY_NAMES, type StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import { loadPublishedWeights } from '../reference/fixture.ts';
import { randomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
let model: Model;
const one = randomCase(
  31,
  {
    hiddenSize: 20,
    heads: 2,
    keyValueHeads: 1,
    headDimension: 10,
    intermediateSize: 24,
    vocabularySize: 23,
    layers: 2,
  },
  { sequences: 6, longest: 20 },
);

beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
  model = await Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...one.config },
    one.tensors as Map<string, Float32Array>,
  );
});
afterAll(() => gpu.destroy());

type Params = Record<string, number | boolean | null>;

async function gradientOf(
  strategy: StrategyName,
  params: Params,
  sequences: Partial<GradientBatch['sequences'][number]>[] = one.batch,
) {
  return batchGradient(model, tuner, GradientBatch.parse({ sequences, strategy, aggregation: 'token-mean', params }));
}

describe('strategies', () => {
  it('all strategies agree bit for bit where every ratio is exactly 1', async () => {
    const fresh = one.batch.map(({ tokens, prompt_length, advantage, reward }) => ({
      tokens,
      prompt_length,
      advantage,
      reward,
    }));
    const [first, ...others] = await Promise.all(
      (['importance', 'ppo', 'clip-higher', 'gppo', 'ce-gppo'] as const).map((name) => gradientOf(name, {}, fresh)),
    );
    expect(first?.ratios.flat().every((ratio) => ratio === 1)).toBe(true);
    for (const other of others) expect(other.gradients).toEqual(first?.gradients);
  });

  it('GPPO with eps 1e9 equals importance sampling without clipping', async () => {
    const wide = await gradientOf('gppo', { eps_low: 1e9, eps_high: 1e9 });
    const importance = await gradientOf('importance', {});
    expect(wide.gradients).toEqual(importance.gradients);
    expect(wide.loss).toBe(importance.loss);
    expect(wide.metrics['gradient/preserved_share']).toBe(0);
  });

  it('GPPO with both betas 0 has the gradient of PPO', async () => {
    const silent = await gradientOf('gppo', { eps_low: 0.2, eps_high: 0.2, beta1: 0, beta2: 0 });
    const ppo = await gradientOf('ppo', { eps_low: 0.2, eps_high: 0.2 });
    expect(silent.gradients).toEqual(ppo.gradients);
    expect(silent.weights.flat()).toContain(0);
  });

  it('GPPO keeps the gradient that PPO drops', async () => {
    const gppo = await gradientOf('gppo', { eps_low: 0.2, eps_high: 0.2 });
    const ppo = await gradientOf('ppo', { eps_low: 0.2, eps_high: 0.2 });
    expect(gppo.metrics['gradient/preserved_share']).toBeGreaterThan(0);
    expect(ppo.metrics['gradient/preserved_share']).toBe(0);
    for (const [i, row] of gppo.weights.entries())
      for (const [t, weight] of row.entries())
        expect(ppo.weights[i]?.[t] === 0 ? weight > 0 : weight === ppo.weights[i]?.[t]).toBe(true);
  });

  const published = loadPublishedWeights();
  const cases = Object.entries(published.strategies).flatMap(([name, { params, ...signs }]) =>
    (['positive', 'negative'] as const).flatMap((sign) =>
      signs[sign] ? [{ name: name as StrategyName, sign, expected: signs[sign], params }] : [],
    ),
  );
  it('published weights name known strategies', () => {
    expect(cases.length).toBeGreaterThan(10);
    expect(
      Object.keys(published.strategies).filter((name) => !(STRATEGY_NAMES as readonly string[]).includes(name)),
    ).toEqual([]);
  });
  it.each(cases)(
    '$name reproduces the published weights for $sign advantages',
    async ({ name, sign, expected, params }) => {
      // DCPO's bounds follow from the old probability, which the file gives; its c is a dual clip.
      const { old_probability: probability = 0.5, ...others } = params;
      const { c, ...dcpo } = others;
      const config = { name, ...(name === 'dcpo' ? { ...dcpo, dual_clip: c } : others) } as StrategyConfig;
      const points = published.ratios.map((ratio) => ({
        logRatio: Math.log(ratio),
        advantage: sign === 'positive' ? 1 : -1,
        oldLogprob: Math.log(probability),
      }));
      const curve = await strategyCurve(gpu, resolveStrategy(config), points);
      for (const [t, weight] of expected.entries())
        expect(Math.abs((curve[t]?.weight ?? NaN) - weight), `r = ${published.ratios[t]}`).toBeLessThan(
          1e-3 * Math.max(1, weight),
        );
    },
  );
});
