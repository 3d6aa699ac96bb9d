import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import { referenceForward } from '../reference/transformer.ts';
import { randomCase } from '../reference/random-model.ts';
import type { ReferenceObjective } from '../reference/objective.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

/** Sizes that are not multiples of 4, one key-value head, heads wider or narrower than hidden, tied and untied. */
const odd = {
  hiddenSize: 30,
  heads: 3,
  keyValueHeads: 1,
  headDimension: 6,
  intermediateSize: 17,
  vocabularySize: 13,
  layers: 2,
};

const objectives: {
  title: string;
  seed: number;
  objective: ReferenceObjective;
  config?: Parameters<typeof randomCase>[1];
  chunk?: number;
  temperature?: number;
}[] = [
  {
    title: 'gppo, odd sizes, one key-value head',
    seed: 1,
    config: { ...odd, tiedHead: false },
    objective: {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { eps_low: 0.2, eps_high: 0.28, beta1: 0.7, beta2: 1.1 },
    },
  },
  {
    title: 'ppo, tied head, mean of token means',
    seed: 2,
    config: { ...odd, tiedHead: true },
    objective: {
      strategy: 'ppo',
      aggregation: 'seq-mean-token-mean',
      params: { eps_low: 0.2, eps_high: 0.2, dual_clip: 3 },
    },
  },
  {
    title: 'ce-gppo, random sizes, sums',
    seed: 3,
    objective: {
      strategy: 'ce-gppo',
      aggregation: 'seq-mean-token-sum',
      params: { eps_low: 0.2, eps_high: 0.2, beta1: 0.5, beta2: 1, positive_lm: 0.2 },
    },
  },
  {
    title: 'importance, sums by a norm, entropy bonus',
    seed: 4,
    objective: {
      strategy: 'importance',
      aggregation: 'seq-mean-token-sum-norm',
      params: { eps_low: 0.2, eps_high: 0.2, norm: 30, entropy_coefficient: 0.05 },
    },
  },
  {
    title: 'clip-higher with KL k1',
    seed: 5,
    objective: {
      strategy: 'clip-higher',
      aggregation: 'token-mean',
      params: { eps_low: 0.2, eps_high: 0.28, kl_coefficient: 0.1, kl_estimator: 'k1' },
    },
  },
  {
    title: 'gppo with KL k2',
    seed: 6,
    objective: {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, kl_coefficient: 0.1, kl_estimator: 'k2' },
    },
  },
  {
    title: 'gppo with KL k3',
    seed: 7,
    objective: {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: {
        eps_low: 0.2,
        eps_high: 0.28,
        beta1: 1,
        beta2: 1,
        dual_clip: 10,
        kl_coefficient: 0.1,
        kl_estimator: 'k3',
      },
    },
  },
  { title: 'sft', seed: 8, objective: { strategy: 'sft', aggregation: 'token-mean', params: {} } },
  {
    title: 'gppo with the head in chunks',
    seed: 9,
    chunk: 64,
    objective: {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, entropy_coefficient: 0.02 },
    },
  },
  {
    title: 'gppo at temperature 0.7',
    seed: 10,
    temperature: 0.7,
    objective: {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 },
    },
  },
];

describe('against the float64 reference', () => {
  it.each(objectives)('$title', async ({ seed, config, objective, chunk, temperature = 1 }) => {
    const one = randomCase(seed, config, { sequences: 9, longest: 25, temperature });
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
    );
    const sequences = one.batch.map((sequence, i) => ({
      ...sequence,
      ref_logprobs:
        sequence.ref_logprobs ?? sequence.old_logprobs.map((logprob, t) => logprob + 0.3 * Math.sin(7 * i + t)),
    }));
    const { strategy, aggregation, params } = objective;
    const batch = GradientBatch.parse({ sequences, strategy, aggregation, params: { ...params, temperature } });
    const found = await batchGradient(model, tuner, batch, chunk === undefined ? {} : { head: { chunk } });
    const { result, gradients } = referenceStep(one.config, one.tensors, sequences, objective, temperature);

    expect(Math.abs(found.loss - result.loss)).toBeLessThan(1e-4 * Math.max(1, Math.abs(result.loss)));
    expect(found.zones).toEqual(result.zones);
    for (const [i, row] of result.weights.entries())
      for (const [t, weight] of row.entries())
        expect(Math.abs((found.weights[i]?.[t] ?? NaN) - weight)).toBeLessThanOrEqual(1e-3 * Math.max(1, weight));
    for (const [name, value] of Object.entries(result.metrics))
      expect(Math.abs((found.metrics[name] ?? NaN) - value), name).toBeLessThanOrEqual(
        1e-4 * Math.max(1, Math.abs(value)),
      );
    for (const [name, expected] of gradients) {
      const values = found.gradients.get(name) ?? new Float32Array(0);
      const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
      const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (values[at] ?? NaN)) ** 2, 0));
      expect(error, `${name} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 3e-4 * scale));
    }
    model.destroy();
  });

  it('scores sequences of different lengths in several passes', async () => {
    const one = randomCase(20, odd, { sequences: 7, longest: 40 });
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
    );
    const sequences = [...one.batch.map((sequence) => sequence.tokens), [1]];
    const scores = await scoreSequences(model, tuner, sequences);
    const expected = referenceForward(one.config, one.tensors, sequences.slice(0, -1));
    for (const [i, logprobs] of expected.logprobs.entries()) {
      expect(scores[i]?.logprobs.length).toBe(logprobs.length);
      for (const [t, logprob] of logprobs.entries())
        expect(Math.abs((scores[i]?.logprobs[t] ?? NaN) - logprob)).toBeLessThan(1e-4);
    }
    expect(scores.at(-1)).toEqual({ logprobs: [], entropies: [] });
    model.destroy();
  });
});
