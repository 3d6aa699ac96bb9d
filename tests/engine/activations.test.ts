/** Activations that share buffers and recomputed activations give the same gradients, bit for bit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { TrainingPass, type PassOptions } from '../../src/model/training/training-pass.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { randomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const one = randomCase(
  31,
  {
    hiddenSize: 30,
    heads: 3,
    keyValueHeads: 1,
    headDimension: 6,
    intermediateSize: 17,
    vocabularySize: 13,
    layers: 4,
    tiedHead: false,
  },
  { sequences: 9, longest: 25, temperature: 1 },
);
const model = () =>
  Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...one.config },
    one.tensors as Map<string, Float32Array>,
  );
const batch = (split: boolean) =>
  GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 0.7, beta2: 1.1 },
    split,
  });

describe('activations', () => {
  it.each([
    ['whole', undefined],
    ['in chunks', 64],
  ])('give bit-equal gradients when recomputed (head %s)', async (_, chunk) => {
    const policy = await model();
    const options = chunk === undefined ? {} : { head: { chunk } };
    const kept = await batchGradient(policy, tuner, batch(false), options);
    const again = await batchGradient(policy, tuner, batch(false), { ...options, recompute: true });
    expect(again).toEqual(kept);
    policy.destroy();
  });

  it.each([false, true])('outlive several backward passes of a split by zone (recomputed: %s)', async (recompute) => {
    const policy = await model();
    const plain = await batchGradient(policy, tuner, batch(false));
    const sum = new Map([...plain.gradients].map(([name, values]) => [name, new Float64Array(values.length)]));
    await batchGradient(policy, tuner, batch(true), {
      recompute,
      onPart: (part, gradients) => {
        if (part === 'unclipped') return;
        for (const [name, values] of gradients)
          for (const [i, value] of values.entries()) (sum.get(name) as Float64Array)[i]! += value;
      },
    });
    for (const [name, values] of plain.gradients) {
      const scale = Math.max(...values.map(Math.abs));
      for (const [i, value] of values.entries())
        expect(Math.abs((sum.get(name)?.[i] ?? NaN) - value), name).toBeLessThanOrEqual(1e-5 * scale);
    }
    policy.destroy();
  });

  it('take less memory when buffers are shared, and still less when recomputed', async () => {
    const policy = await model();
    const bytes = async (options: Partial<PassOptions>) => {
      const before = gpu.counters.bytes;
      const pass = await TrainingPass.create(policy, tuner, { rows: 4096, targets: 1024, gradients: true, ...options });
      const taken = gpu.counters.bytes - before;
      pass.destroy();
      expect(gpu.counters.bytes).toBe(before);
      return taken;
    };
    const kept = await bytes({});
    expect(await bytes({ recompute: true })).toBeLessThan(0.7 * kept);
    expect(await bytes({ repeat: true })).toBeGreaterThan(kept);
    expect(await bytes({ gradients: false })).toBeLessThan(0.5 * kept);
    policy.destroy();
  });
});
