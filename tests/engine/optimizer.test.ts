/** AdamW on the GPU against its formula in float64, several updates from random gradients. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { submit } from '../../src/gpu/kernel.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import { Model } from '../../src/model/model.ts';
import { AdamW, type AdamWOptions } from '../../src/model/training/optimizer.ts';
import { randomCase, RandomStream } from '../reference/random-model.ts';
import { testGpu } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const ONE = randomCase(7, { vocabularySize: 11, hiddenSize: 12, layers: 1, tiedHead: true });
const OPTIONS: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 1e9 };
/** Float32 values as the GPU gets them. */
const LEARNING_RATES = [0.01, 0.02, 0.005, 0.01].map(Math.fround);

/** The update of optimizer.ts's head comment, in place. @returns norm of the gradient before clipping */
function referenceUpdate(
  state: { weights: Float64Array; first: Float64Array; second: Float64Array; t: number },
  gradient: Float32Array,
  rate: number,
  decayed: number,
  { beta1, beta2, epsilon, weightDecay, clip }: AdamWOptions,
): number {
  state.t += 1;
  const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  const factor = norm > clip ? clip / norm : 1;
  for (const [i, raw] of gradient.entries()) {
    const g = raw * factor;
    const m = (state.first[i] = beta1 * state.first[i]! + (1 - beta1) * g);
    const v = (state.second[i] = beta2 * state.second[i]! + (1 - beta2) * g * g);
    const step = m / (1 - beta1 ** state.t) / (Math.sqrt(v / (1 - beta2 ** state.t)) + epsilon);
    state.weights[i]! -= rate * (step + (i < decayed ? weightDecay * state.weights[i]! : 0));
  }
  return norm;
}

/** Runs updates on the GPU and in float64. @returns weights, moments and norms of both */
async function runBoth(options: AdamWOptions, gradients: (random: RandomStream, count: number) => Float32Array[]) {
  const model = await Model.create(gpu, { architecture: 'llama', maxPositions: 16, ...ONE.config }, ONE.tensors);
  const { count, decayed } = model.layout.trained;
  const buffer = gpu.buffer('gradients', count * 4);
  const optimizer = await AdamW.create(model, buffer, options);
  const begin = await readFloats(gpu, model.trained, count);
  const state = {
    weights: Float64Array.from(begin),
    first: new Float64Array(count),
    second: new Float64Array(count),
    t: 0,
  };
  const norms: { found: number; factor: number; expected: number }[] = [];
  for (const [update, gradient] of gradients(new RandomStream(5), count).entries()) {
    const rate = LEARNING_RATES[update]!;
    gpu.device.queue.writeBuffer(buffer, 0, gradient as Float32Array<ArrayBuffer>);
    optimizer.load(rate);
    submit(gpu, (pass) => {
      optimizer.encodeNorm(pass);
      optimizer.encodeStep(pass);
    });
    const [found = NaN, factor = NaN] = await readFloats(gpu, optimizer.norm, 2);
    norms.push({ found, factor, expected: referenceUpdate(state, gradient, rate, decayed, options) });
  }
  const found = {
    weights: await readFloats(gpu, model.trained, count),
    first: await readFloats(gpu, optimizer.first, count),
    second: await readFloats(gpu, optimizer.second, count),
  };
  optimizer.destroy();
  gpu.release(buffer);
  model.destroy();
  return { begin, found, expected: state, norms, count, decayed };
}

function expectNear(found: Float32Array, expected: Float64Array, relative: number, what: string): void {
  let worst = 0;
  for (const [i, value] of expected.entries())
    worst = Math.max(worst, Math.abs(found[i]! - value) / Math.max(1e-3, Math.abs(value)));
  expect(worst, what).toBeLessThan(relative);
}

const normal = (random: RandomStream, count: number) => Float32Array.from({ length: count }, () => random.normal());
const four = (random: RandomStream, count: number) => LEARNING_RATES.map(() => normal(random, count));

describe('AdamW', () => {
  it('makes four updates with bias correction, decoupled decay and changing learning rates', async () => {
    const { found, expected, norms } = await runBoth(OPTIONS, four);
    expectNear(found.first, expected.first, 1e-4, 'first moment');
    expectNear(found.second, expected.second, 1e-4, 'second moment');
    expectNear(found.weights, expected.weights, 1e-4, 'weights');
    for (const { found: norm, factor, expected: wanted } of norms) {
      expect(Math.abs(norm - wanted)).toBeLessThan(1e-5 * wanted);
      expect(factor).toBe(1);
    }
  });

  it('moves every weight by the learning rate in the first update, because of bias correction', async () => {
    const { begin, found } = await runBoth({ ...OPTIONS, weightDecay: 0 }, (random, count) => [
      normal(random, count).map((value) => Math.sign(value || 1) * (0.1 + Math.abs(value))),
    ]);
    for (const [i, value] of found.weights.entries())
      expect(Math.abs(Math.abs(value - begin[i]!) - LEARNING_RATES[0]!)).toBeLessThan(1e-6);
  });

  it('decays matrices but not vectors', async () => {
    const { begin, found, decayed, count } = await runBoth(OPTIONS, (_, size) => [new Float32Array(size)]);
    expect(decayed).toBeGreaterThan(0);
    expect(decayed).toBeLessThan(count);
    const kept = 1 - LEARNING_RATES[0]! * OPTIONS.weightDecay;
    for (const [i, value] of found.weights.entries())
      expect(Math.abs(value - begin[i]! * (i < decayed ? kept : 1))).toBeLessThan(1e-7);
  });

  it('scales gradients down to the maximum norm, and only above it', async () => {
    const options = { ...OPTIONS, clip: 1 };
    const { found, expected, norms } = await runBoth(options, (random, count) => [
      normal(random, count),
      normal(random, count).map((value) => value / 1000),
    ]);
    expect(norms[0]!.expected).toBeGreaterThan(1);
    expect(Math.abs(norms[0]!.factor - 1 / norms[0]!.expected)).toBeLessThan(1e-5);
    expect(norms[1]!.expected).toBeLessThan(1);
    expect(norms[1]!.factor).toBe(1);
    expectNear(found.first, expected.first, 1e-4, 'first moment');
    expectNear(found.weights, expected.weights, 1e-4, 'weights');
  });

  it('leaves weights and moments unchanged when the norm is not finite', async () => {
    const { begin, found, count } = await runBoth(OPTIONS, (random, size) => {
      const broken = normal(random, size);
      broken[3] = NaN;
      return [broken];
    });
    expect(found.weights).toEqual(begin);
    expect(found.first).toEqual(new Float32Array(count));
    expect(found.second).toEqual(new Float32Array(count));
  });
});
