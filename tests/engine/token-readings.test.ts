/**
 * Readings of tokens: the kernel against a sort in float64, a text's and a stream's readings against the float64
 * transformer.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { Readback } from '../../src/gpu/readback.ts';
import { Dims, TargetToken } from '../../src/model/records.ts';
import { Generator, type SamplingOptions } from '../../src/model/generation/generator.ts';
import type { BatchShape } from '../../src/model/ops/batch-shape.ts';
import { Model } from '../../src/model/model.ts';
import {
  addReadings,
  ALTERNATIVES,
  parseReadings,
  READING_WORDS,
  type TokenReading,
} from '../../src/model/generation/token-readings.ts';
import { TokenReader } from '../../src/model/generation/token-reader.ts';
import { TokenStream } from '../../src/model/generation/token-stream.ts';
import { randomConfig, RandomStream, randomTensors } from '../reference/random-model.ts';
import { referenceForward } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

const random = new RandomStream(11);
const config = {
  ...randomConfig(random),
  vocabularySize: 23,
  hiddenSize: 14,
  heads: 2,
  keyValueHeads: 1,
  headDimension: 6,
  layers: 2,
};
const tensors = randomTensors(random, config);
const full = { architecture: 'llama', maxPositions: 24, ...config } as const;
const sampling: SamplingOptions = { temperature: 1.4, topK: 0, topP: 1, seed: 4, maxTokens: 12, endTokens: [] };

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

/** The reading of a row of logits, by sorting it in float64. */
function sortedReading(logits: Float32Array, token: number): TokenReading {
  const order = Array.from(logits, (z, id) => ({ z, id })).sort((a, b) => b.z - a.z || a.id - b.id);
  const highest = order[0]?.z ?? 0;
  const lse = highest + Math.log(order.reduce((sum, { z }) => sum + Math.exp(z - highest), 0));
  return {
    token,
    logprob: (logits[token] ?? NaN) - lse,
    entropy: order.reduce((sum, { z }) => sum - Math.exp(z - lse) * (z - lse), 0),
    rank: 1 + order.findIndex(({ id }) => id === token),
    alternatives: order.slice(0, ALTERNATIVES).map(({ z, id }) => ({ token: id, logprob: z - lse })),
  };
}

function expectSame(found: TokenReading | undefined, expected: TokenReading, tolerance: number): void {
  expect(found).toMatchObject({ token: expected.token, rank: expected.rank });
  expect(Math.abs((found?.logprob ?? NaN) - expected.logprob)).toBeLessThan(tolerance);
  expect(Math.abs((found?.entropy ?? NaN) - expected.entropy)).toBeLessThan(tolerance);
  expect(found?.alternatives.map(({ token }) => token)).toEqual(expected.alternatives.map(({ token }) => token));
  for (const [k, { logprob }] of expected.alternatives.entries())
    expect(Math.abs((found?.alternatives[k]?.logprob ?? NaN) - logprob)).toBeLessThan(tolerance);
}

describe('the kernel', () => {
  it.each([
    [3, 4],
    [14, 9],
    [257, 5],
    [50_257, 3],
    [151_936, 2],
  ])('of %i tokens agrees with a sort, ties and extremes included', async (vocabulary, rows) => {
    const model = Model.outline(gpu, { ...full, vocabularySize: vocabulary, tiedHead: true });
    const padded = model.layout.vocabulary;
    const logits = new Float32Array(rows * padded);
    const expected = Array.from({ length: rows }, (_, row) => {
      const values = logits.subarray(row * padded, row * padded + vocabulary);
      // Whole numbers in the second row: many are equal, and the smaller id comes first.
      for (let v = 0; v < vocabulary; v++)
        values[v] = row === 1 ? Math.round(3 * random.normal()) : 4 * random.normal();
      // One token has all the probability, and the target is one of the least probable.
      if (row === 2) values[vocabulary - 1] = 90;
      return sortedReading(values, Math.floor(random.uniform() * vocabulary));
    });
    // Two chunks, as the head makes them: the second begins after the first.
    const split = Math.ceil(rows / 2);
    const targets = TargetToken.array(rows);
    for (const [i, { token }] of expected.entries()) targets.setNumber(i, 'token', token);
    const buffers = {
      targets: gpu.buffer('targets', targets.u32.byteLength),
      logits: gpu.buffer('logits', split * padded * 4),
      readings: gpu.buffer('readings', rows * READING_WORDS * 4),
      dims: gpu.buffer('dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
    };
    const { queue } = gpu.device;
    queue.writeBuffer(buffers.targets, 0, targets.u32);
    const plan = new Plan<BatchShape>(gpu);
    await addReadings(
      plan,
      model,
      { buffer: buffers.dims },
      { targets: buffers.targets },
      buffers.logits,
      buffers.readings,
    );
    for (const [first, last] of [
      [0, split],
      [split, rows],
    ] as const) {
      queue.writeBuffer(buffers.dims, 0, Dims.pack({ targets: last - first, targetOffset: first }));
      queue.writeBuffer(buffers.logits, 0, logits, first * padded, (last - first) * padded);
      submit(gpu, (pass) => plan.encode(pass, { rows: 0, targets: last - first, sequences: 0, distinct: 0 }));
    }
    const readback = new Readback(gpu, 'readings', buffers.readings.size);
    const found = parseReadings(
      await readback.read([{ source: buffers.readings, offset: 0, bytes: rows * READING_WORDS * 4 }]),
    );
    expect(found).toHaveLength(rows);
    for (const [row, reading] of expected.entries()) expectSame(found[row], reading, 2e-4);
    readback.destroy();
    model.destroy();
    for (const buffer of Object.values(buffers)) gpu.release(buffer);
  });
});

describe('readings of a model', () => {
  const prompt = [1, 2, 3, 4];

  /** The float64 transformer's reading of tokens[t], with the log-probs of the whole vocabulary at that position. */
  function referenceReading(tokens: readonly number[], t: number): TokenReading {
    const others = Array.from({ length: config.vocabularySize }, (_, other) => [...tokens.slice(0, t), other]);
    const row = referenceForward(config, tensors, others).logprobs.map((logprobs) => logprobs[t - 1] ?? NaN);
    return sortedReading(Float32Array.from(row), tokens[t] ?? 0);
  }

  it('scores of a text equal the float64 transformer', async () => {
    const model = await Model.create(gpu, full, tensors32());
    const reader = await TokenReader.create(model, testTuner(gpu), 10);
    const tokens = [5, 9, 1, 22, 0, 7, 7];
    const readings = await reader.read(tokens);
    expect(readings).toHaveLength(6);
    for (const [i, reading] of readings.entries()) expectSame(reading, referenceReading(tokens, i + 1), 1e-3);
    expect(await reader.read([3])).toEqual([]);
    reader.destroy();
    model.destroy();
  });

  it('streams the same samples as the generator for any planned length', async () => {
    const model = await Model.create(gpu, full, tensors32());
    const tuner = testTuner(gpu);
    const generator = await Generator.create(model, tuner, { sequences: 1, promptTokens: 4, responseTokens: 12 });
    const stream = await TokenStream.create(model, tuner, { promptTokens: 16, responseTokens: 20 });
    expect(stream.holds(4, 20)).toBe(true);
    expect(stream.holds(17, 1)).toBe(false);
    const [drawn] = await generator.generate([prompt], sampling);
    const readings: TokenReading[] = [];
    for await (const reading of stream.respond(prompt, sampling)) readings.push(reading);
    expect(readings.map(({ token }) => token)).toEqual(drawn?.tokens);
    const tokens = [...prompt, ...readings.map(({ token }) => token)];
    for (const t of [0, 5, 11]) expectSame(readings[t], referenceReading(tokens, prompt.length + t), 1e-3);
    // Up to the last position of the model, and no further than the end token.
    const filled: number[] = [];
    for await (const { token } of stream.respond(prompt, { ...sampling, maxTokens: 20 })) filled.push(token);
    expect(filled).toHaveLength(20);
    const end = filled[3] ?? 0;
    const ended: number[] = [];
    for await (const { token } of stream.respond(prompt, { ...sampling, maxTokens: 20, endTokens: [end, 1e6] }))
      ended.push(token);
    expect(ended).toEqual(filled.slice(0, filled.indexOf(end) + 1));
    stream.destroy();
    generator.destroy();
    model.destroy();
  });

  it('a stream can be stopped between two tokens', async () => {
    const model = await Model.create(gpu, full, tensors32());
    const stream = await TokenStream.create(model, testTuner(gpu), { promptTokens: 4, responseTokens: 12 });
    const controller = new AbortController();
    const heard: number[] = [];
    await expect(async () => {
      for await (const { token } of stream.respond(prompt, { ...sampling, signal: controller.signal })) {
        heard.push(token);
        if (heard.length === 3) controller.abort(new Error('stop'));
      }
    }).rejects.toThrow('stop');
    expect(heard).toHaveLength(3);
    stream.destroy();
    model.destroy();
  });

  const tensors32 = () => new Map([...tensors].map(([name, values]) => [name, Float32Array.from(values)]));
});
