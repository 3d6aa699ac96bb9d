import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { ATTENTION } from '../../src/model/attention.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/scoring.ts';
import { batchGradient } from '../../src/rl/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import { randomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

/** Two query heads a key head, and a head dimension that is no multiple of 4. */
const config = { hiddenSize: 24, heads: 4, keyValueHeads: 2, headDimension: 6, intermediateSize: 20, vocabularySize: 13, layers: 2, tiedHead: false };

describe.each(['row', 'block'])('attention kernels, variant %s', (variant) => {
  const tuner = () => {
    const forced = testTuner(gpu);
    forced.force(ATTENTION, variant);
    return forced;
  };

  it('gradients are the float64 reference\'s, on sequences of all lengths', async () => {
    const one = randomCase(31, config, { sequences: 7, longest: 21 });
    const model = await Model.create(gpu, { architecture: 'llama', maxPositions: 64, ...one.config }, one.tensors as Map<string, Float32Array>);
    const sequences = one.batch.map((sequence) => ({ ...sequence, ref_logprobs: sequence.old_logprobs }));
    const params = { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 };
    const chosen = tuner();
    const found = await batchGradient(model, chosen, GradientBatch.parse({ sequences, strategy: 'gppo', aggregation: 'token-mean', params }));
    expect(chosen.choices.get(ATTENTION)).toBe(variant);
    const { gradients } = referenceStep(one.config, one.tensors, sequences, { strategy: 'gppo', aggregation: 'token-mean', params }, 1);
    for (const [name, expected] of gradients) {
      const values = found.gradients.get(name) ?? new Float32Array(0);
      const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
      const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (values[at] ?? NaN)) ** 2, 0));
      expect(error, `${name} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 3e-4 * scale));
    }
    model.destroy();
  });

  it('log-probs of a sequence have the same bits alone and at any place of a batch', async () => {
    const one = randomCase(32, config, { sequences: 6, longest: 19 });
    const model = await Model.create(gpu, { architecture: 'llama', maxPositions: 64, ...one.config }, one.tensors as Map<string, Float32Array>);
    const sequences = one.batch.map((sequence) => sequence.tokens);
    const chosen = tuner();
    const together = await scoreSequences(model, chosen, sequences);
    const turned = await scoreSequences(model, chosen, [...sequences].reverse());
    expect(turned.reverse()).toEqual(together);
    for (const [i, tokens] of sequences.entries()) expect((await scoreSequences(model, chosen, [tokens]))[0]).toEqual(together[i]);
    model.destroy();
  });
});
