/**
 * LoRA of every architecture against its definition in float64 (tests/reference/lora.ts): gradients, scores,
 * generation, merging.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { Generator } from '../../src/model/generation/generator.ts';
import { initializeAdapter, loraTargets, mergeAdapter, type LoraConfig } from '../../src/model/weights/lora-tensors.ts';
import { Model } from '../../src/model/model.ts';
import { packRegions } from '../../src/model/weights/packing.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { stream } from '../../src/random.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { referenceStep } from '../reference/gradient.ts';
import { adapted, adapterGradient, modulesOf } from '../reference/lora.ts';
import type { ReferenceObjective } from '../reference/objective.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import type { ReferenceConfig } from '../reference/model-family.ts';
import { referenceForward, tensorShapes } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';
import { variantsOf } from '../support/products.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const small = { vocabularySize: 13, layers: 2 };
const alike = { heads: 3, keyValueHeads: 3, headDimension: 10, hiddenSize: 30 };
const ALL = ['all-linear'];
/** Ranks that are not multiples of 4, full ranks, and targets that leave out some weights of a fused region. */
const CASES: { title: string; config: Partial<ReferenceConfig>; rank: number; alpha: number; targets: string[] }[] = [
  {
    title: 'llama, full rank',
    config: {
      architecture: 'llama',
      ...small,
      hiddenSize: 18,
      heads: 4,
      keyValueHeads: 2,
      headDimension: 6,
      intermediateSize: 21,
    },
    rank: 18,
    alpha: 18,
    targets: ALL,
  },
  {
    title: 'llama, PEFT’s usual targets',
    config: {
      architecture: 'llama',
      ...small,
      hiddenSize: 22,
      heads: 3,
      keyValueHeads: 1,
      headDimension: 6,
      biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
    },
    rank: 3,
    alpha: 8,
    targets: ['q_proj', 'v_proj'],
  },
  {
    title: 'qwen2, the MLP',
    config: { architecture: 'qwen2', ...small, headDimension: 6, tiedHead: true },
    rank: 5,
    alpha: 16,
    targets: ['up_proj', 'down_proj'],
  },
  {
    title: 'qwen3, keys and outputs',
    config: { architecture: 'qwen3', ...small, headDimension: 10 },
    rank: 4,
    alpha: 1,
    targets: ['k_proj', 'o_proj', 'gate_proj'],
  },
  {
    title: 'gpt2, full rank',
    config: { architecture: 'gpt2', ...small, ...alike, tensorPrefix: '' },
    rank: 30,
    alpha: 15,
    targets: ALL,
  },
  {
    title: 'gpt2, c_attn',
    config: { architecture: 'gpt2', ...small, ...alike },
    rank: 2,
    alpha: 8,
    targets: ['c_attn'],
  },
  {
    title: 'gpt_neox',
    config: { architecture: 'gpt_neox', ...small, ...alike, rotaryDimensions: 4, parallelResidual: true },
    rank: 6,
    alpha: 12,
    targets: ['query_key_value', 'dense', 'dense_4h_to_h'],
  },
  {
    title: 'gemma3',
    config: {
      architecture: 'gemma3_text',
      ...small,
      heads: 4,
      keyValueHeads: 2,
      headDimension: 6,
      slidingWindow: { size: 3, layers: [true, false] },
    },
    rank: 7,
    alpha: 14,
    targets: ALL,
  },
];

const objective: ReferenceObjective = {
  strategy: 'gppo',
  aggregation: 'token-mean',
  params: { eps_low: 0.2, eps_high: 0.28, beta1: 0.7, beta2: 1.1, entropy_coefficient: 0.03 },
};

function expectClose(found: Float32Array | undefined, expected: Float64Array, what: string): void {
  const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0));
  const error = Math.sqrt(expected.reduce((sum, value, at) => sum + (value - (found?.[at] ?? NaN)) ** 2, 0));
  expect(error, `${what} of norm ${scale}`).toBeLessThanOrEqual(Math.max(1e-6, 4e-4 * scale));
}

describe.each(CASES)('$title', ({ config, rank, alpha, targets }) => {
  const one = randomCase(81, config, { sequences: 7, longest: 25 });
  const engineConfig: ModelConfig = { architecture: 'llama', maxPositions: 64, ...one.config };
  const lora: LoraConfig = { rank, alpha, targets };
  const scale = alpha / rank;
  const modules = modulesOf(one.config, tensorShapes(one.config), (part) => targets === ALL || targets.includes(part));
  const fresh = initializeAdapter(engineConfig, lora, stream(5, 'adapter'));
  const random = new RandomStream(9);
  /** Both matrices away from zero, so that the adapter matters. */
  const moved = new Map([...fresh].map(([name, values]) => [name, values.map(() => 0.3 * random.normal())]));
  const batch = GradientBatch.parse({ sequences: one.batch, ...objective });
  const create = (adapter: ReadonlyMap<string, Float32Array>) =>
    Model.create(gpu, engineConfig, new Map([...one.tensors, ...adapter]), { lora });
  const pair = (adapter: ReadonlyMap<string, Float32Array>, name: string) => ({
    a: adapter.get(`${name}.lora_A.weight`)!,
    b: adapter.get(`${name}.lora_B.weight`)!,
  });
  const sumsWith = (adapter: ReadonlyMap<string, Float32Array>) =>
    new Map<string, Float32Array | Float64Array>([
      ...one.tensors,
      ...modules.map(
        (module) =>
          [
            module.weight,
            adapted(one.config, module, one.tensors.get(module.weight)!, pair(adapter, module.name), rank, scale),
          ] as const,
      ),
    ]);

  it('has PEFT’s names and shapes', () => {
    expect([...fresh.keys()].sort()).toEqual(
      modules.flatMap(({ name }) => [`${name}.lora_A.weight`, `${name}.lora_B.weight`]).sort(),
    );
    for (const { name, inputs, outputs } of modules)
      expect([pair(fresh, name).a.length, pair(fresh, name).b.length]).toEqual([rank * inputs, outputs * rank]);
    if (targets !== ALL) for (const target of targets) expect(loraTargets(engineConfig)).toContain(target);
  });

  it('at zero init equals the base bit for bit; dL/dB = s dL/dW A^T and dL/dA = 0', async () => {
    const [model, base] = [await create(fresh), await Model.create(gpu, engineConfig, one.tensors)];
    const sequences = one.batch.map(({ tokens }) => tokens);
    expect(await scoreSequences(model, tuner, sequences)).toEqual(await scoreSequences(base, tuner, sequences));
    const found = await batchGradient(model, tuner, batch);
    const { gradients } = referenceStep(one.config, one.tensors, one.batch, objective);
    expect([...found.gradients.keys()].sort()).toEqual([...fresh.keys()].sort());
    for (const module of modules) {
      const [ours, expected] = [
        pair(found.gradients, module.name),
        adapterGradient(one.config, module, gradients.get(module.weight)!, pair(fresh, module.name), rank, scale),
      ];
      expectClose(ours.b, expected.b, `${module.name} B`);
      expect(Math.max(...expected.b)).toBeGreaterThan(0);
      expect(ours.a.every((value) => value === 0)).toBe(true);
    }
    // Also by the engine's own full gradient.
    const full = await batchGradient(base, tuner, batch);
    for (const module of modules)
      expectClose(
        pair(found.gradients, module.name).b,
        adapterGradient(one.config, module, full.gradients.get(module.weight)!, pair(fresh, module.name), rank, scale)
          .b,
        module.name,
      );
    expect([found.loss, found.weights]).toEqual([full.loss, full.weights]);
    model.destroy();
    base.destroy();
  });

  it.each([false, true])(
    'away from zero: gradients equal the reference (recomputed activations: %s)',
    async (recompute) => {
      const model = await create(moved);
      const found = await batchGradient(model, tuner, batch, { recompute });
      const { result, gradients } = referenceStep(one.config, sumsWith(moved), one.batch, objective);
      expect(Math.abs(found.loss - result.loss)).toBeLessThan(2e-4 * Math.max(1, Math.abs(result.loss)));
      for (const module of modules) {
        const [ours, expected] = [
          pair(found.gradients, module.name),
          adapterGradient(one.config, module, gradients.get(module.weight)!, pair(moved, module.name), rank, scale),
        ];
        expectClose(ours.a, expected.a, `${module.name} A`);
        expectClose(ours.b, expected.b, `${module.name} B`);
      }
      model.destroy();
    },
  );

  it('scores and generates as the merged weights and reads its matrices back exactly', async () => {
    const model = await create(moved);
    const sums = mergeAdapter(engineConfig, lora, one.tensors as Map<string, Float32Array<ArrayBuffer>>, moved);
    for (const module of modules)
      expectClose(sums.get(module.weight), sumsWith(moved).get(module.weight) as Float64Array, module.weight);
    const merged = await Model.create(gpu, engineConfig, sums);
    const sequences = one.batch.map(({ tokens }) => tokens);
    const expected = referenceForward(one.config, sumsWith(moved), sequences).logprobs;
    for (const scores of [
      await scoreSequences(model, tuner, sequences),
      await scoreSequences(merged, tuner, sequences),
    ]) {
      for (const [i, row] of expected.entries())
        for (const [t, logprob] of row.entries())
          expect(Math.abs((scores[i]?.logprobs[t] ?? NaN) - logprob)).toBeLessThan(3e-4);
    }
    const answers = [];
    for (const of of [model, merged]) {
      const generator = await Generator.create(of, tuner, { sequences: 3, promptTokens: 5, responseTokens: 8 });
      answers.push(
        await generator.generate([[1, 2, 3, 4, 5], [7], [9, 8]], {
          temperature: 0,
          topK: 0,
          topP: 1,
          seed: 1,
          maxTokens: 8,
          endTokens: [],
        }),
      );
      generator.destroy();
    }
    expect(answers[0]?.map(({ tokens }) => tokens)).toEqual(answers[1]?.map(({ tokens }) => tokens));
    for (const [i, { logprobs }] of (answers[0] ?? []).entries())
      for (const [t, logprob] of logprobs.entries())
        expect(Math.abs(logprob - (answers[1]?.[i]?.logprobs[t] ?? NaN))).toBeLessThan(5e-4);
    expect(await model.readLora()).toEqual(moved);
    expect(await model.read()).toEqual(one.tensors);
    merged.destroy();
    model.destroy();
  });

  it('elements outside a module’s matrices stay 0', async () => {
    const model = await create(moved);
    const { gradients } = await batchGradient(model, tuner, batch);
    const { layout } = model;
    const raw = await readFloats(gpu, model.trained, layout.trained.count);
    const expected = new Float32Array(layout.trained.count);
    for (const [region, values] of packRegions(layout.loraTensors, moved)) expected.set(values, region.offset);
    expect(raw).toEqual(expected);
    const squares = [...gradients.values()].reduce(
      (sum, values) => values.reduce((total, value) => total + value * value, sum),
      0,
    );
    const { metrics } = await batchGradient(model, tuner, batch);
    // The norm is over the whole store.
    expect(Math.abs((metrics['actor/grad_norm'] ?? NaN) - Math.sqrt(squares))).toBeLessThan(1e-5 * Math.sqrt(squares));
    model.destroy();
  });
});

it('every matmul variant gives the same gradient', async () => {
  // Products of few shapes: every shape is a kernel, and these variants compile slowly.
  const one = randomCase(
    83,
    { ...small, layers: 1, hiddenSize: 40, heads: 4, keyValueHeads: 2, headDimension: 10, intermediateSize: 40 },
    { sequences: 9, longest: 30 },
  );
  const config: ModelConfig = { architecture: 'llama', maxPositions: 64, ...one.config };
  const lora: LoraConfig = { rank: 5, alpha: 10, targets: ['v_proj', 'down_proj'] };
  const random = new RandomStream(3);
  const adapter = new Map(
    [...initializeAdapter(config, lora, stream(1, 'adapter'))].map(([name, values]) => [
      name,
      values.map(() => 0.3 * random.normal()),
    ]),
  );
  const model = await Model.create(gpu, config, new Map([...one.tensors, ...adapter]), { lora });
  const batch = GradientBatch.parse({ sequences: one.batch, ...objective });
  const expected = (await batchGradient(model, tuner, batch)).gradients;
  // The largest tiles, of which a low rank fills only a small part.
  for (const variant of variantsOf('nt', 100, gpu).filter((name) => /16x16|panel/.test(name))) {
    const forced = new Tuner(gpu);
    for (const form of ['nt', 'nn', 'tn'])
      for (const rows of ['few', 'many']) forced.force(`matmul ${form} ${rows} rows`, variant);
    const { gradients } = await batchGradient(model, forced, batch);
    for (const [name, values] of gradients) expect(values, `${variant} ${name}`).toEqual(expected.get(name));
  }
  model.destroy();
});
