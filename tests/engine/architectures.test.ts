/**
 * Every architecture on odd sizes: scores and gradients against the float64 reference, generation against the
 * architecture's own scores.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Generator } from '../../src/model/generation/generator.ts';
import { Model } from '../../src/model/model.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import type { ReferenceObjective } from '../reference/objective.ts';
import { randomCase } from '../reference/random-model.ts';
import type { ReferenceConfig } from '../reference/model-family.ts';
import { referenceForward } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const small = { vocabularySize: 13, layers: 2 };
const llama3 = {
  type: 'llama3',
  factor: 8,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalMaxPositions: 16,
} as const;
const yarn = {
  type: 'yarn',
  factor: 4,
  betaFast: 1,
  betaSlow: 0.2,
  attentionFactor: 1.1,
  originalMaxPositions: 32,
} as const;

const cases: { title: string; seed: number; config: Partial<ReferenceConfig> }[] = [
  {
    title: 'llama with all biases, llama3 scaling',
    seed: 41,
    config: {
      architecture: 'llama',
      ...small,
      biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
      ropeScaling: llama3,
      headDimension: 10,
      ropeTheta: 500,
    },
  },
  {
    title: 'llama with linear scaling and a GELU gate',
    seed: 42,
    config: { architecture: 'llama', ...small, ropeScaling: { type: 'linear', factor: 2.5 }, activation: 'gelu' },
  },
  {
    title: 'qwen2 with yarn, untied',
    seed: 43,
    config: { architecture: 'qwen2', ...small, ropeScaling: yarn, headDimension: 6, tiedHead: false },
  },
  {
    title: 'qwen3, heads wider than hidden',
    seed: 44,
    config: { architecture: 'qwen3', ...small, hiddenSize: 18, heads: 6, keyValueHeads: 2, headDimension: 10 },
  },
  {
    title: 'gpt2 of odd sizes, untied',
    seed: 45,
    config: {
      architecture: 'gpt2',
      ...small,
      hiddenSize: 30,
      heads: 3,
      keyValueHeads: 3,
      headDimension: 10,
      intermediateSize: 17,
      tiedHead: false,
    },
  },
  { title: 'gpt2 with exact GELU', seed: 46, config: { architecture: 'gpt2', ...small, activation: 'gelu' } },
  {
    title: 'gpt_neox, parallel, a quarter of a head turning',
    seed: 47,
    config: {
      architecture: 'gpt_neox',
      ...small,
      heads: 3,
      keyValueHeads: 3,
      headDimension: 10,
      hiddenSize: 30,
      rotaryDimensions: 2,
      parallelResidual: true,
    },
  },
  {
    title: 'gpt_neox, one branch behind the other, tied',
    seed: 48,
    config: { architecture: 'gpt_neox', ...small, parallelResidual: false, tiedHead: true },
  },
  {
    title: 'gemma3 with windows of 3 tokens',
    seed: 49,
    config: {
      architecture: 'gemma3_text',
      ...small,
      layers: 3,
      hiddenSize: 22,
      heads: 4,
      keyValueHeads: 2,
      headDimension: 6,
      slidingWindow: { size: 3, layers: [true, false, true] },
    },
  },
  {
    title: 'gemma3 with windows of 1 token and none full',
    seed: 50,
    config: { architecture: 'gemma3_text', ...small, slidingWindow: { size: 1, layers: [true, true] } },
  },
];

const objective: ReferenceObjective = {
  strategy: 'gppo',
  aggregation: 'token-mean',
  params: { eps_low: 0.2, eps_high: 0.28, beta1: 0.7, beta2: 1.1, entropy_coefficient: 0.03 },
};

describe.each(cases)('$title', ({ seed, config }) => {
  const one = randomCase(seed, config, { sequences: 7, longest: 25 });
  let model: Model;
  beforeAll(async () => {
    model = await Model.create(gpu, { architecture: 'llama', maxPositions: 64, ...one.config }, one.tensors);
  });
  afterAll(() => model.destroy());

  it.each([false, true])('gradients equal the float64 reference (recomputed activations: %s)', async (recompute) => {
    const { strategy, aggregation, params } = objective;
    const batch = GradientBatch.parse({ sequences: one.batch, strategy, aggregation, params });
    const found = await batchGradient(model, tuner, batch, { recompute });
    const { result, gradients } = referenceStep(one.config, one.tensors, one.batch, objective);
    expect(Math.abs(found.loss - result.loss)).toBeLessThan(1e-4 * Math.max(1, Math.abs(result.loss)));
    for (const [i, row] of result.weights.entries())
      for (const [t, weight] of row.entries())
        expect(Math.abs((found.weights[i]?.[t] ?? NaN) - weight)).toBeLessThanOrEqual(1e-3 * Math.max(1, weight));
    expect([...found.gradients.keys()].sort()).toEqual([...gradients.keys()].sort());
    for (const [name, expected] of gradients) {
      const values = found.gradients.get(name) ?? new Float32Array(0);
      const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
      const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (values[at] ?? NaN)) ** 2, 0));
      expect(error, `${name} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 3e-4 * scale));
    }
  });

  it('greedy generation with the KV cache follows the most probable token', async () => {
    const prompts = [[1, 2, 3, 4, 5], [7], [9, 8, 1, 1, 2, 3, 4]];
    const generator = await Generator.create(model, tuner, { sequences: 3, promptTokens: 7, responseTokens: 10 });
    const answers = await generator.generate(prompts, {
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
      maxTokens: 10,
      endTokens: [],
    });
    generator.destroy();
    for (const [i, { tokens, logprobs }] of answers.entries()) {
      expect(tokens).toHaveLength(10);
      const prompt = prompts[i] ?? [];
      for (const [t, token] of tokens.entries()) {
        const before = [...prompt, ...tokens.slice(0, t)];
        const scores = referenceForward(
          one.config,
          one.tensors,
          Array.from({ length: one.config.vocabularySize }, (_, other) => [...before, other]),
        ).logprobs.map((row) => row.at(-1) ?? NaN);
        expect(scores[token]).toBeGreaterThan(Math.max(...scores) - 1e-4);
        expect(Math.abs((logprobs[t] ?? NaN) - (scores[token] ?? NaN))).toBeLessThan(1e-3);
      }
    }
  });

  it('reads its weights back exactly', async () => {
    expect(await model.read()).toEqual(one.tensors);
  });
});
