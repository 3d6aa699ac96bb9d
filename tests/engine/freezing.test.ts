/**
 * Partly frozen models: the gradients of the trained weights equal those of full training, and frozen weights have
 * neither gradients nor moments.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { LayoutOptions } from '../../src/model/weights/layout.ts';
import { Model } from '../../src/model/model.ts';
import { TrainingPass } from '../../src/model/training/training-pass.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { randomCase } from '../reference/random-model.ts';
import type { ReferenceConfig } from '../reference/model-family.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const small = { vocabularySize: 13, layers: 3, headDimension: 6 };
const fused = { ...small, heads: 3, keyValueHeads: 3, hiddenSize: 18 };
const MODELS: Partial<ReferenceConfig>[] = [
  {
    architecture: 'llama',
    ...small,
    tiedHead: true,
    biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
  },
  { architecture: 'qwen3', ...small, tiedHead: false },
  { architecture: 'gpt2', ...fused, tiedHead: false },
  { architecture: 'gpt_neox', ...fused, parallelResidual: true, rotaryDimensions: 4, tiedHead: false },
  { architecture: 'gemma3_text', ...small, slidingWindow: { size: 3, layers: [true, false, true] }, tiedHead: true },
];

const isNorm = (key: string) => /norm/i.test(key);
const PARTS: Record<string, (key: string) => boolean> = {
  'the second layer': (key) => key.startsWith('1.'),
  'the last layer without its norms': (key) => key.startsWith('2.') && !isNorm(key),
  'norms alone': isNorm,
  'the final norm': (key) => key.startsWith('finalNorm'),
  'all but norms': (key) => !isNorm(key),
  'embeddings alone': (key) => key === 'embedding' || key === 'positions',
  'the head, or what it is tied to': (key) => key === 'head' || key === 'embedding',
  'layers without embeddings and head': (key) => /^\d/.test(key),
};

describe.each(MODELS)('$architecture', (config) => {
  const one = randomCase(71, config, { sequences: 7, longest: 20 });
  const batch = GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, entropy_coefficient: 0.02 },
  });
  const gradients = async (options: LayoutOptions, recompute = false) => {
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors,
      options,
    );
    const before = gpu.counters.dispatches;
    const found = await batchGradient(model, tuner, batch, { recompute });
    const dispatches = gpu.counters.dispatches - before;
    const read = await model.read();
    const { layout } = model;
    model.destroy();
    return { ...found, dispatches, read, layout };
  };
  const whole: Promise<Awaited<ReturnType<typeof gradients>>>[] = [];
  const full = () => (whole[0] ??= gradients({}));

  it.each(Object.entries(PARTS))('trained: %s', async (_, trained) => {
    const all = await full();
    const part = await gradients({ trained }, true);
    expect(part.gradients.size).toBeGreaterThan(0);
    expect([...part.gradients.keys()]).toEqual(
      [...all.gradients.keys()].filter((name) => part.layout.tensors.get(name)?.trained),
    );
    for (const [name, values] of part.gradients) expect(values, name).toEqual(all.gradients.get(name));
    expect([part.loss, part.weights]).toEqual([all.loss, all.weights]);
    const squares = [...part.gradients.values()].reduce(
      (sum, values) => values.reduce((total, value) => total + value * value, sum),
      0,
    );
    expect(Math.abs((part.metrics['actor/grad_norm'] ?? NaN) - Math.sqrt(squares))).toBeLessThan(
      1e-5 * Math.max(1, Math.sqrt(squares)),
    );
    expect(part.read).toEqual(one.tensors);
  });

  it('skips the work below the lowest trained weight', async () => {
    const dispatches = async (trained: (key: string) => boolean) => (await gradients({ trained })).dispatches;
    const ladder = [
      await dispatches((key) => key.startsWith('finalNorm')),
      await dispatches((key) => /^2\./.test(key)),
      await dispatches((key) => /^[12]\./.test(key)),
      await dispatches((key) => /^\d\./.test(key)),
      (await full()).dispatches,
    ];
    expect(ladder).toEqual([...ladder].sort((a, b) => a - b));
    expect(new Set(ladder).size).toBe(ladder.length);
  });
});

it('allocates no gradients for frozen weights', async () => {
  const one = randomCase(72, { ...small, hiddenSize: 32, tiedHead: false });
  const bytesOf = async (options: LayoutOptions) => {
    const before = gpu.counters.bytes;
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
      options,
    );
    const weights = gpu.counters.bytes - before;
    const pass = await TrainingPass.create(model, tuner, { rows: 8, targets: 8, gradients: true });
    const sizes = { weights, gradients: pass.gradients.size, trained: model.layout.trained.count * 4 };
    pass.destroy();
    model.destroy();
    return sizes;
  };
  const [all, part] = [await bytesOf({}), await bytesOf({ trained: (key) => key.startsWith('2.') })];
  expect(all.gradients).toBe(all.trained);
  expect(part.gradients).toBe(part.trained);
  expect(part.gradients).toBeLessThan(all.gradients / 3);
  // Except for the alignment of regions, every weight is stored once.
  expect(Math.abs(part.weights - all.weights)).toBeLessThan(2048);
});
