/**
 * Weights in slices, because they are larger than the binding limit, and in 16 bit: scores, gradients and generation
 * are bit-equal to those with whole weights and with weights rounded beforehand.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { submit } from '../../src/gpu/kernel.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { Generator } from '../../src/model/generation/generator.ts';
import { narrowed, widened } from '../../src/model/weights/f16-conversion.ts';
import { initializeAdapter } from '../../src/model/weights/lora-tensors.ts';
import { Model, type ModelOptions } from '../../src/model/model.ts';
import { AdamW } from '../../src/model/training/optimizer.ts';
import type { Precision } from '../../src/model/weights/precision.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import type { WeightSource } from '../../src/model/weights/weight-source.ts';
import { stream } from '../../src/random.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import type { ReferenceConfig } from '../reference/model-family.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

const small = { vocabularySize: 45, layers: 2, headDimension: 6 };
const fused = { ...small, heads: 3, keyValueHeads: 3, hiddenSize: 18 };
const MODELS: (Partial<ReferenceConfig> & { architecture: ModelConfig['architecture'] })[] = [
  {
    architecture: 'llama',
    ...small,
    tiedHead: true,
    biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
  },
  { architecture: 'qwen2', ...small, tiedHead: true },
  { architecture: 'qwen3', ...small, tiedHead: false },
  { architecture: 'gpt2', ...fused, tiedHead: true },
  { architecture: 'gpt_neox', ...fused, parallelResidual: true, rotaryDimensions: 4, tiedHead: false },
  { architecture: 'gemma3_text', ...small, slidingWindow: { size: 3, layers: [true, false] }, tiedHead: true },
];
/** So small that every matrix is cut into slices of 16 rows. */
const TINY: ModelOptions = { largestBinding: 600 };
const NOTHING: ModelOptions = { trained: () => false };

/** The models take one of the two in turn: stored-products.test.ts tests the product kernels with both. */
const IN_PRECISION = MODELS.map((config, i) => ({
  ...config,
  precision: i % 2 === 0 ? ('bf16' as const) : ('f16' as const),
}));

describe.each(IN_PRECISION)('$architecture', ({ precision, ...config }) => {
  const one = randomCase(91, config, { sequences: 6, longest: 20 });
  const engineConfig: ModelConfig = { maxPositions: 64, ...one.config, architecture: config.architecture };
  const batch = GradientBatch.parse({
    sequences: one.batch,
    strategy: 'gppo',
    aggregation: 'token-mean',
    params: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, entropy_coefficient: 0.02 },
  });
  const sequences = one.batch.map(({ tokens }) => tokens);

  /** Scores, and the response to a prompt. */
  async function outputs(model: Model) {
    const scores = await scoreSequences(model, tuner, sequences);
    const generator = await Generator.create(model, tuner, { sequences: 3, promptTokens: 5, responseTokens: 8 });
    const written = await generator.generate([[1, 40, 3, 17, 44], [7], [20, 21]], {
      temperature: 1,
      topK: 0,
      topP: 1,
      seed: 4,
      maxTokens: 8,
      endTokens: [],
    });
    generator.destroy();
    return { scores, written };
  }

  it('sliced weights, trained or frozen, score as whole ones and read back unchanged', async () => {
    const whole = await Model.create(gpu, engineConfig, one.tensors);
    const expected = await outputs(whole);
    whole.destroy();
    for (const options of [TINY, { ...NOTHING, ...TINY }]) {
      const sliced = await Model.create(gpu, engineConfig, one.tensors, options);
      for (const region of [sliced.layout.embedding, sliced.layout.layers[1]!.gateUp])
        expect(sliced.matrix(region).slices.length).toBeGreaterThan(1);
      expect(await outputs(sliced)).toEqual(expected);
      expect(await sliced.read()).toEqual(one.tensors);
      sliced.destroy();
    }
  });

  it('gradients of sliced weights equal those of whole weights', async () => {
    const gradients = async (options: ModelOptions) => {
      const model = await Model.create(gpu, engineConfig, one.tensors, options);
      const found = await batchGradient(model, tuner, batch, { recompute: true });
      model.destroy();
      return found;
    };
    const [whole, sliced] = [await gradients({}), await gradients(TINY)];
    // Sums over the rows are short enough to be in one piece either way.
    expect(sliced.gradients).toEqual(whole.gradients);
    expect([sliced.loss, sliced.weights]).toEqual([whole.loss, whole.weights]);
    const [a, b] = [whole, sliced].map(({ metrics }) => metrics['actor/grad_norm'] ?? NaN) as [number, number];
    expect(Math.abs(a - b)).toBeLessThan(1e-5 * a);
  });

  it(`weights kept in ${precision} score as rounded weights and give adapters the same gradient`, async () => {
    const isMatrix = (name: string, values: Float32Array) => values.length > 64 && !/norm|ln_|bias|wpe/.test(name);
    const rounded = new Map(
      [...one.tensors].map(([name, values]) => [
        name,
        isMatrix(name, values) ? widened(narrowed(values, precision, name), precision) : values,
      ]),
    );
    const reference = await Model.create(gpu, engineConfig, rounded, NOTHING);
    const stored = await Model.load(gpu, engineConfig, storedSource(one.tensors, precision, isMatrix), {
      ...NOTHING,
      ...TINY,
    });
    const onLoad = await Model.create(gpu, engineConfig, one.tensors, { ...NOTHING, frozen: precision });
    for (const model of [stored, onLoad]) expect(model.matrix(model.layout.layers[0]!.down).precision).toBe(precision);
    const expected = await outputs(reference);
    expect(await outputs(stored)).toEqual(expected);
    expect(await outputs(onLoad)).toEqual(expected);
    expect(await stored.read()).toEqual(rounded);
    for (const model of [reference, stored, onLoad]) model.destroy();

    const lora = { rank: 3, alpha: 6, targets: ['all-linear'] };
    const random = new RandomStream(2);
    const adapter = new Map(
      [...initializeAdapter(engineConfig, lora, stream(1, 'adapter'))].map(([name, values]) => [
        name,
        values.map(() => 0.2 * random.normal()),
      ]),
    );
    const base = await Model.create(gpu, engineConfig, new Map([...rounded, ...adapter]), { lora });
    const over = await Model.load(
      gpu,
      engineConfig,
      storedSource(one.tensors, precision, isMatrix),
      { lora, ...TINY },
      adapter,
    );
    const [wanted, found] = [await batchGradient(base, tuner, batch), await batchGradient(over, tuner, batch)];
    expect(found.gradients.size).toBe(adapter.size);
    expect(found.gradients).toEqual(wanted.gradients);
    base.destroy();
    over.destroy();
  });
});

/** A checkpoint whose matrices are stored in 16 bit. */
function storedSource(
  tensors: ReadonlyMap<string, Float32Array>,
  precision: 'bf16' | 'f16',
  isMatrix: (name: string, values: Float32Array) => boolean,
): WeightSource {
  const precisionOf = (name: string): Precision => (isMatrix(name, tensors.get(name)!) ? precision : 'f32');
  return {
    precisionOf,
    async *tensors(specs) {
      for (const { name } of specs) {
        const values = tensors.get(name) as Float32Array<ArrayBuffer>;
        const words = precisionOf(name) === 'f32' ? values : narrowed(values, precision, name);
        yield await Promise.resolve({
          name,
          values: (wanted: Precision) => {
            if (wanted === precisionOf(name)) return words;
            if (wanted === 'f32' && words instanceof Uint16Array) return widened(words, precision);
            throw new Error(`${name} is not to be rounded`);
          },
        });
      }
    },
  };
}

it('an update in binding slices of the trained store equals an update of the whole', async () => {
  const one = randomCase(92, { architecture: 'llama', ...small, tiedHead: false });
  const update = async (options: ModelOptions) => {
    const model = await Model.create(
      gpu,
      { maxPositions: 64, ...one.config, architecture: 'llama' },
      one.tensors,
      options,
    );
    const { count } = model.layout.trained;
    const random = new RandomStream(6);
    const gradients = gpu.largeBuffer('gradients', count * 4);
    gpu.device.queue.writeBuffer(
      gradients,
      0,
      Float32Array.from({ length: count }, () => random.normal()),
    );
    const optimizer = await AdamW.create(model, gradients, {
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.1,
      clip: 1e9,
    });
    for (let step = 0; step < 2; step++) {
      optimizer.load(0.01);
      submit(gpu, (pass) => {
        optimizer.encodeNorm(pass);
        optimizer.encodeStep(pass);
      });
    }
    const weights = await readFloats(gpu, model.trained, count);
    const [norm = NaN] = await readFloats(gpu, optimizer.norm, 1);
    optimizer.destroy();
    model.destroy();
    return { weights, norm, stretches: model.bindingSlices.length };
  };
  const [whole, cut] = [await update({}), await update(TINY)];
  expect([whole.stretches, cut.stretches > 10]).toEqual([1, true]);
  expect(Math.abs(cut.norm - whole.norm)).toBeLessThan(1e-5 * whole.norm);
  // The gradient is not clipped, so rounding of the norm does not matter.
  expect(cut.weights).toEqual(whole.weights);
});
