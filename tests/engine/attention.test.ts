import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { ATTENTION } from '../../src/model/ops/attention-choice.ts';
import { attentionCandidates, attentionVariants } from '../../src/model/ops/variants/attention.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import { randomCase } from '../reference/random-model.ts';
import { DEFAULT_LIMITS_ONLY, testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

/** Two query heads per key head, and a head dimension that is not a multiple of 4. */
const config = {
  hiddenSize: 24,
  heads: 4,
  keyValueHeads: 2,
  headDimension: 6,
  intermediateSize: 20,
  vocabularySize: 13,
  layers: 2,
  tiedHead: false,
};

/** A shape that all variants support. */
const shape = { H: 4, G: 2, E4: 2, SCALE: 1, WINDOW: 0 };

const tunerOf = (variant: string) => {
  const forced = testTuner(gpu);
  forced.force(ATTENTION, variant);
  return forced;
};

/** All variants that this adapter can run, even slow ones. */
const runnable = (): string[] => attentionVariants(gpu, shape).map(({ name }) => name);

/** The variants that the tuner measures. */
const candidates = (): string[] => attentionCandidates(gpu, shape).map(({ name }) => name);

it('chooses quads on CPUs with subgroups and workgroup memory on GPUs', () => {
  const subgroups = gpu.device.features.has('subgroups');
  expect(runnable()).toEqual(['row', 'block', ...(subgroups ? ['quad'] : [])]);
  expect(candidates()).toEqual(
    gpu.options.variants === 'software' ? (subgroups ? ['row', 'quad'] : ['row']) : ['row', 'block'],
  );
});

/** Quads need subgroups, which a bare device does not have. */
const VARIANTS = DEFAULT_LIMITS_ONLY ? (['row', 'block'] as const) : (['row', 'block', 'quad'] as const);

describe.each(VARIANTS)('attention kernels, variant %s', (variant) => {
  const tuner = () => tunerOf(variant);

  it('gradients equal the float64 reference on sequences of all lengths', async () => {
    const one = randomCase(31, config, { sequences: 7, longest: 21 });
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
    );
    const sequences = one.batch.map((sequence) => ({ ...sequence, ref_logprobs: sequence.old_logprobs }));
    const params = { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 };
    const chosen = tuner();
    const found = await batchGradient(
      model,
      chosen,
      GradientBatch.parse({ sequences, strategy: 'gppo', aggregation: 'token-mean', params }),
    );
    expect(chosen.choices.get(ATTENTION)).toBe(variant);
    const { gradients } = referenceStep(
      one.config,
      one.tensors,
      sequences,
      { strategy: 'gppo', aggregation: 'token-mean', params },
      1,
    );
    for (const [name, expected] of gradients) {
      const values = found.gradients.get(name) ?? new Float32Array(0);
      const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
      const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (values[at] ?? NaN)) ** 2, 0));
      expect(error, `${name} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 3e-4 * scale));
    }
    model.destroy();
  });

  it('log-probs of a sequence are bit-equal alone and at any position in a batch', async () => {
    const one = randomCase(32, config, { sequences: 6, longest: 19 });
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
    );
    const sequences = one.batch.map((sequence) => sequence.tokens);
    const chosen = tuner();
    const together = await scoreSequences(model, chosen, sequences);
    const turned = await scoreSequences(model, chosen, [...sequences].reverse());
    expect(turned.reverse()).toEqual(together);
    for (const [i, tokens] of sequences.entries())
      expect((await scoreSequences(model, chosen, [tokens]))[0]).toEqual(together[i]);
    model.destroy();
  });
});

it('all variants give bit-equal log-probs and gradients', async () => {
  const one = randomCase(33, { ...config, headDimension: 20, hiddenSize: 40 }, { sequences: 9, longest: 37 });
  const model = await Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...one.config },
    one.tensors as Map<string, Float32Array>,
  );
  const batch = GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 },
  });
  const results = [];
  for (const variant of runnable()) results.push(await batchGradient(model, tunerOf(variant), batch));
  for (const result of results) expect(result).toEqual(results[0]);
  model.destroy();
});

it('blocks equal rows bit for bit across workgroups, windows and many heads per group', async () => {
  const windows = {
    architecture: 'gemma3_text' as const,
    hiddenSize: 12,
    heads: 8,
    keyValueHeads: 1,
    headDimension: 8,
    intermediateSize: 8,
    vocabularySize: 13,
    layers: 2,
    slidingWindow: { size: 40, layers: [true, false] },
  };
  const one = randomCase(35, windows, { sequences: 3, longest: 100 });
  const model = await Model.create(
    gpu,
    { ...one.config, architecture: windows.architecture, maxPositions: 128 },
    one.tensors as Map<string, Float32Array>,
  );
  const batch = GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 },
  });
  expect(await batchGradient(model, tunerOf('block'), batch)).toEqual(
    await batchGradient(model, tunerOf('row'), batch),
  );
  model.destroy();
});

it('uses one of its variants if none was forced, and releases the buffers of its measurement', async () => {
  const one = randomCase(34, config, { sequences: 2, longest: 9 });
  const model = await Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...one.config },
    one.tensors as Map<string, Float32Array>,
  );
  const free = testTuner(gpu, { attention: 'measured' });
  const { bytes } = gpu.counters;
  await scoreSequences(
    model,
    free,
    one.batch.map(({ tokens }) => tokens),
  );
  expect(candidates()).toContain(free.choices.get(ATTENTION));
  expect(gpu.counters.bytes).toBe(bytes);
  model.destroy();
});
