/**
 * The fused cross-entropy head against the float64 reference, in every variant of its product, with one block of the
 * vocabulary and with many.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingGpu } from '../../src/gpu/counting-gpu.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { SEGMENT_COLUMNS } from '../../src/model/head/fused-cross-entropy-head.ts';
import { FUSED_VOCABULARY, headKind } from '../../src/model/head/head.ts';
import { type HeadOptions } from '../../src/model/head/head-context.ts';
import { type HeadKind } from '../../src/model/head/head-context.ts';
import { initializeAdapter } from '../../src/model/weights/lora-tensors.ts';
import { Model, type ModelOptions } from '../../src/model/model.ts';
import { scoreSequences, type Score } from '../../src/model/training/scoring.ts';
import { TrainingPass } from '../../src/model/training/training-pass.ts';
import { AnyVariant } from '../../src/model/scratch-arena.ts';
import { stream } from '../../src/random.ts';
import { batchGradient, type GradientResult } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { FIXTURE_NAMES, loadFixture } from '../reference/fixture.ts';
import { referenceStep } from '../reference/gradient.ts';
import { randomCase, RandomStream, type RandomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { variantsOf } from '../support/products.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

/** Variants for few rows and for many. */
const MANY = ['direct-16x16', 'direct-16x8', 'direct-8x8', 'direct-4x4', 'direct-1x4', 'tiled-64x64', 'panel-128x16'];
/** One of each WGSL text: the direct variants differ in their tile alone. */
const KINDS = ['direct-4x4', 'tiled-64x64', 'panel-128x16'];
const there = (variant: string) => [...variantsOf('nt', 1000, gpu), ...variantsOf('nt', 1, gpu)].includes(variant);

function forced(variant: string): Tuner {
  const tuner = testTuner(gpu);
  for (const rows of ['few', 'many']) tuner.force(`matmul nt ${rows} rows`, variant);
  return tuner;
}

/** Odd sizes; a hidden size of several panels; heads tied to the embedding and not. */
const CASES = {
  'V 2,051, tied': randomCase(
    51,
    {
      vocabularySize: 2051,
      hiddenSize: 150,
      layers: 1,
      tiedHead: true,
      heads: 2,
      keyValueHeads: 1,
      headDimension: 6,
      intermediateSize: 17,
    },
    { sequences: 9, longest: 25, temperature: 0.8 },
  ),
  'V 4,999': randomCase(
    52,
    {
      vocabularySize: 4999,
      hiddenSize: 22,
      layers: 1,
      tiedHead: false,
      heads: 2,
      keyValueHeads: 1,
      headDimension: 6,
      intermediateSize: 17,
    },
    { sequences: 7, longest: 20, temperature: 0.8 },
  ),
};
const OBJECTIVE = {
  strategy: 'gppo',
  aggregation: 'token-mean',
  params: { eps_low: 0.2, eps_high: 0.28, beta1: 0.7, beta2: 1.1, entropy_coefficient: 0.03, positive_lm: 0.1 },
} as const;
const TEMPERATURE = 0.8;
const ONE_BLOCK: HeadOptions = { kind: 'fused', block: 16 * SEGMENT_COLUMNS };
const MANY_BLOCKS: HeadOptions = { kind: 'fused', block: SEGMENT_COLUMNS };

const modelOf = ({ config, tensors }: Pick<RandomCase, 'config' | 'tensors'>, options: ModelOptions = {}) =>
  Model.create(
    gpu,
    { architecture: 'llama', maxPositions: 64, ...config },
    tensors as Map<string, Float32Array>,
    options,
  );

const batchOf = ({ batch }: Pick<RandomCase, 'batch'>) =>
  GradientBatch.parse({
    sequences: batch,
    strategy: OBJECTIVE.strategy,
    aggregation: OBJECTIVE.aggregation,
    params: { ...OBJECTIVE.params, temperature: TEMPERATURE },
  });

/** Relative distance of two vectors. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [error, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    error += ((found[i] ?? NaN) - (expected[i] ?? NaN)) ** 2;
    size += (expected[i] ?? NaN) ** 2;
  }
  return Math.sqrt(error) / Math.max(1e-2, Math.sqrt(size));
}

function expectGradients(
  { gradients }: GradientResult,
  expected: ReadonlyMap<string, ArrayLike<number>>,
  most: number,
): void {
  for (const [name, values] of gradients) expect(distance(values, expected.get(name) ?? []), name).toBeLessThan(most);
}

it('is chosen for large vocabularies unless logits are read', () => {
  const of = (vocabularySize: number, onLogits?: () => Promise<void>) =>
    headKind({ model: { config: { vocabularySize } } as Model, onLogits });
  expect([of(FUSED_VOCABULARY - 1), of(FUSED_VOCABULARY), of(150_000), of(150_000, () => Promise.resolve())]).toEqual([
    'stored',
    'fused',
    'fused',
    'stored',
  ]);
});

describe.each(Object.entries(CASES))('%s', (_, one) => {
  const reference = referenceStep(one.config, one.tensors, one.batch, OBJECTIVE, TEMPERATURE);
  const scored = one.batch.map(({ tokens }) => tokens);
  let model: Model;
  let scores: Score[];
  beforeAll(async () => {
    model = await modelOf(one);
    scores = await scoreSequences(model, testTuner(gpu), scored, { kind: 'stored' });
  });
  afterAll(() => model.destroy());

  it('equals stored logits and is bit-equal in every variant, block and batch size', async () => {
    const first = await scoreSequences(model, forced('direct-4x4'), scored, ONE_BLOCK);
    for (const [i, { logprobs, entropies }] of scores.entries()) {
      for (const [t, value] of logprobs.entries())
        expect(Math.abs((first[i]?.logprobs[t] ?? NaN) - value)).toBeLessThan(2e-5);
      for (const [t, value] of entropies.entries())
        expect(Math.abs((first[i]?.entropies[t] ?? NaN) - value)).toBeLessThan(5e-5);
    }
    for (const variant of MANY.filter(there))
      expect(await scoreSequences(model, forced(variant), scored, MANY_BLOCKS), variant).toEqual(first);
    const shortest = [...scored].sort((a, b) => a.length - b.length)[0] ?? [];
    const [alone] = await scoreSequences(model, testTuner(gpu), [shortest.slice(0, 5)], { kind: 'fused' });
    const { logprobs = [], entropies = [] } = first[scored.indexOf(shortest)] ?? {};
    expect(alone).toEqual({ logprobs: logprobs.slice(0, 4), entropies: entropies.slice(0, 4) });
  });

  it.each(
    (one.config.tiedHead ? MANY : KINDS).flatMap((variant) => [
      [variant, 'one block', ONE_BLOCK] as const,
      [variant, 'many blocks', MANY_BLOCKS] as const,
    ]),
  )('gradients and weights are exact: %s, %s', async (variant, _, head) => {
    // Panels need an adapter with quads: elsewhere the variant that replaces them is tested twice.
    const tuner = forced(there(variant) ? variant : 'direct-16x8');
    const found = await batchGradient(model, tuner, batchOf(one), { head });
    expect(Math.abs(found.loss - reference.result.loss)).toBeLessThan(1e-4);
    for (const [i, row] of reference.result.weights.entries())
      for (const [t, weight] of row.entries())
        expect(Math.abs((found.weights[i]?.[t] ?? NaN) - weight)).toBeLessThan(1e-3 * Math.max(1, weight));
    expect(found.gradients.size).toBe(reference.gradients.size);
    expectGradients(found, reference.gradients, 3e-4);
  });
});

describe('memory', () => {
  const one = CASES['V 4,999'];
  const engineConfig = { architecture: 'llama' as const, maxPositions: 64, ...one.config };
  /** Bytes of a pass, planned on a CountingGpu or allocated on the real one. */
  const passBytes = async (model: Model, tuner: Tuner, targets: number, kind: HeadKind, gradients: boolean) => {
    const before = model.gpu.counters.bytes;
    const pass = await TrainingPass.create(model, tuner, { rows: targets, targets, gradients, head: { kind } });
    const bytes = model.gpu.counters.bytes - before;
    pass.destroy();
    expect(model.gpu.counters.bytes).toBe(before);
    return bytes;
  };

  it.each([true, false])('equals the plan in every variant (gradients: %s)', async (gradients) => {
    const counting = new CountingGpu(gpu.device, gpu.adapter);
    const planned = await passBytes(
      Model.outline(counting, engineConfig),
      new AnyVariant(counting),
      300,
      'fused',
      gradients,
    );
    const model = await modelOf(one);
    for (const variant of ['direct-8x8', 'panel-128x16'].filter(there))
      expect(await passBytes(model, forced(variant), 300, 'fused', gradients)).toBe(planned);
    model.destroy();
  });

  it('grows far less than the logits would', async () => {
    const counting = new CountingGpu(gpu.device, gpu.adapter);
    const tuner = new AnyVariant(counting);
    const large = Model.outline(counting, { ...engineConfig, vocabularySize: 151_936, tiedHead: true });
    const [few, many] = [
      await passBytes(large, tuner, 512, 'fused', true),
      await passBytes(large, tuner, 2048, 'fused', true),
    ];
    expect(many - few).toBeLessThan(0.05 * (2048 - 512) * 151_936 * 4);
    expect(many).toBeLessThan(await passBytes(large, tuner, 2048, 'stored', true));
  });
});

describe('weights of every kind', () => {
  const one = CASES['V 4,999'];
  const random = new RandomStream(3);
  const lora = { rank: 3, alpha: 6, targets: ['all-linear'] };
  const adapter = new Map(
    [...initializeAdapter({ architecture: 'llama', maxPositions: 64, ...one.config }, lora, stream(1, 'adapter'))].map(
      ([name, values]) => [name, values.map(() => 0.2 * random.normal())],
    ),
  );
  const adapted = { ...one, tensors: new Map([...one.tensors, ...adapter]) };

  it.each<[string, Pick<RandomCase, 'config' | 'tensors'>, ModelOptions]>([
    // So small that every slice of the head has fewer rows than a segment.
    ['trained, in slices', one, { largestBinding: 24 * 4 * 400 }],
    ['frozen under adapters', adapted, { lora }],
    ['frozen under adapters, bf16 in slices', adapted, { lora, frozen: 'bf16', largestBinding: 24 * 4 * 1600 }],
    ['frozen under adapters, f16', adapted, { lora, frozen: 'f16' }],
    ['only the head trained', one, { trained: (key) => key === 'head' }],
    ['only the norm below it trained', one, { trained: (key) => key.startsWith('finalNorm') }],
  ])('%s: gradients equal those with stored logits', async (_, of, options) => {
    const model = await modelOf(of, options);
    const tuner = testTuner(gpu);
    const [stored, fused] = [
      await batchGradient(model, tuner, batchOf(one), { head: { kind: 'stored' } }),
      await batchGradient(model, tuner, batchOf(one), { head: MANY_BLOCKS }),
    ];
    expect(fused.gradients.size).toBe(stored.gradients.size);
    expect(fused.gradients.size).toBeGreaterThan(0);
    expectGradients(fused, stored.gradients, 2e-5);
    for (const [i, row] of stored.ratios.entries())
      for (const [t, ratio] of row.entries())
        expect(Math.abs((fused.ratios[i]?.[t] ?? NaN) - ratio)).toBeLessThan(1e-4 * ratio);
    model.destroy();
  });

  it('supports several backward passes after one forward pass, and recomputed activations', async () => {
    const model = await modelOf(one);
    const tuner = testTuner(gpu);
    const { params, ...rest } = batchOf(one);
    const plain = { ...rest, params: { ...params, positive_lm: 0 } };
    const whole = await batchGradient(model, tuner, plain);
    const split = await batchGradient(model, tuner, { ...plain, split: true }, { recompute: true });
    expect(split.gradients).toEqual(whole.gradients);
    expect(split.metrics).toMatchObject({ 'actor/grad_norm': whole.metrics['actor/grad_norm'] });
    model.destroy();
  });
});

// One variant each: gradients are compared in every variant above.
const BY_VARIANT = FIXTURE_NAMES.map((name, i) => [name, KINDS[i % KINDS.length] ?? ''] as const);
it.each(BY_VARIANT)('exact values of the %s fixture, forced through the fused head: %s', async (name, variant) => {
  const fixture = loadFixture(name);
  const tuner = forced(there(variant) ? variant : 'direct-16x8');
  const model = await modelOf(fixture);
  const { sequences, cases } = fixture.expected;
  const scores = await scoreSequences(
    model,
    tuner,
    sequences.map(({ tokens }) => tokens),
    { kind: 'fused' },
  );
  for (const [i, sequence] of sequences.entries()) {
    for (const [t, logprob] of sequence.logprobs.entries())
      expect(Math.abs((scores[i]?.logprobs[t] ?? NaN) - logprob)).toBeLessThan(1e-4);
    for (const [t, entropy] of sequence.entropies.entries())
      expect(Math.abs((scores[i]?.entropies[t] ?? NaN) - entropy)).toBeLessThan(1e-4);
  }
  for (const one of cases) {
    const batch = GradientBatch.parse({
      sequences: sequences.map(({ tokens, prompt_length, advantage, reward, old_logprobs }) => ({
        tokens,
        prompt_length,
        advantage,
        reward,
        old_logprobs,
      })),
      strategy: one.strategy,
      aggregation: one.aggregation,
      params: one.params,
    });
    const found = await batchGradient(model, tuner, batch, { head: { kind: 'fused' } });
    expect(Math.abs(found.loss - one.loss), one.title).toBeLessThan(1e-4);
    for (const { tensor, index, value } of one.gradients) {
      const shape = fixture.shapes.get(tensor) ?? [];
      const flat = index.reduce((offset, position, axis) => offset * (shape[axis] ?? NaN) + position, 0);
      expect(
        Math.abs((found.gradients.get(tensor)?.[flat] ?? NaN) - value),
        `${one.title} ${tensor}[${index.join()}]`,
      ).toBeLessThanOrEqual(Math.max(1e-5, 1e-3 * Math.abs(value)));
    }
  }
  model.destroy();
});
