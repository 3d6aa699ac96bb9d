/** Heads as wide as Qwen3's (128) and Gemma 3's (256). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Model } from '../../src/model/model.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import { randomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

// One each: such heads compile for 7 to 28 s, and attention.test.ts shows that the variants agree bit for bit.
it.each([
  ['qwen3', 128, 'row'],
  ['gemma3_text', 256, 'block'],
] as const)(
  '%s with heads of %i: gradients against the float64 reference, attention by %s',
  async (architecture, headDimension, attention) => {
    const sizes = {
      architecture,
      headDimension,
      vocabularySize: 11,
      hiddenSize: 20,
      heads: 2,
      keyValueHeads: 1,
      layers: 1,
      intermediateSize: 12,
      ...(architecture === 'gemma3_text' && { slidingWindow: { size: 4, layers: [true] } }),
    };
    const one = randomCase(61, sizes, { sequences: 3, longest: 9 });
    const model = await Model.create(gpu, { architecture, maxPositions: 64, ...one.config }, one.tensors);
    const found = await batchGradient(
      model,
      testTuner(gpu, { attention }),
      GradientBatch.parse({ sequences: one.batch, strategy: 'sft', aggregation: 'token-mean', params: {} }),
    );
    const { result, gradients } = referenceStep(one.config, one.tensors, one.batch, {
      strategy: 'sft',
      aggregation: 'token-mean',
      params: {},
    });
    expect(Math.abs(found.loss - result.loss)).toBeLessThan(1e-4);
    for (const [name, expected] of gradients) {
      const values = found.gradients.get(name) ?? new Float32Array(0);
      const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
      const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (values[at] ?? NaN)) ** 2, 0));
      expect(error, `${name} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 3e-4 * scale));
    }
    model.destroy();
  },
);
