/** Rows of logits of a real vocabulary: samples and log-probs, one thread or workgroup per row, against float64. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { Readback } from '../../src/gpu/readback.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { addSampling, LOGIT_ROWS } from '../../src/model/head/logit-rows.ts';
import type { BatchShape } from '../../src/model/ops/batch-shape.ts';
import { Model } from '../../src/model/model.ts';
import { Dims, Row, Sampling, Slot } from '../../src/model/records.ts';
import { scoreSequences, type Score } from '../../src/model/training/scoring.ts';
import { RandomStream, randomTensors } from '../reference/random-model.ts';
import { referenceForward } from '../reference/transformer.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

const random = new RandomStream(23);
/** Qwen2.5's vocabulary on a model that is narrow and shallow. */
const config = {
  architecture: 'qwen2',
  vocabularySize: 151_936,
  hiddenSize: 12,
  layers: 1,
  heads: 2,
  keyValueHeads: 1,
  headDimension: 6,
  intermediateSize: 10,
  maxPositions: 32,
  normEpsilon: 1e-6,
  tiedHead: true,
} as const;
const V = config.vocabularySize;
const tensors = randomTensors(random, config);

let gpu: Gpu;
let model: Model;
beforeAll(async () => {
  gpu = await testGpu();
  model = await Model.create(gpu, config, tensors);
});
afterAll(() => gpu.destroy());

function tunerOf(kind: string): Tuner {
  const tuner = testTuner(gpu);
  tuner.force(LOGIT_ROWS, kind);
  return tuner;
}

interface Settings {
  temperature: number;
  topK: number;
  topP: number;
}

const ROWS = 5;
const SEED = 77;
/** Tokens that each sequence already has: part of the key of its random number. */
const POSITION = 3;

/** One round of sampling over given logits, [ROWS, V]. */
async function draw(
  kind: string,
  logits: Float32Array<ArrayBuffer>,
  { temperature, topK, topP }: Settings,
): Promise<{ token: number; logprob: number }[]> {
  const filled = (words: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>, usage?: GPUBufferUsageFlags) => {
    const buffer = gpu.buffer('test', words.byteLength, usage);
    gpu.device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  };
  const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const rows = Row.array(ROWS);
  const slots = Slot.array(ROWS);
  for (let n = 0; n < ROWS; n++) {
    rows.set(n, { token: 0, position: 9, start: 0, end: POSITION });
    slots.setNumber(n, 'sequence', n);
  }
  const drawn = gpu.buffer('drawn', ROWS * 8 * 8);
  const plan = new Plan<BatchShape>(gpu);
  await addSampling(plan, tunerOf(kind), model, { first: 0, mostTokens: 8 }, [
    filled(Dims.pack({ rows: ROWS }), uniform),
    filled(Sampling.pack({ temperature, topP, topK, maxNew: 8, seed: SEED }), uniform),
    filled(logits),
    filled(slots.u32),
    filled(rows.u32),
    drawn,
    gpu.buffer('lengths', ROWS * 4),
    gpu.buffer('ends', Math.ceil(V / 32) * 4),
  ]);
  submit(gpu, (pass) => plan.encode(pass, { rows: ROWS, targets: 0, sequences: ROWS, distinct: 0 }));
  const bytes = await new Readback(gpu, 'drawn', drawn.size).read([{ source: drawn, offset: 0, bytes: drawn.size }]);
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  return Array.from({ length: ROWS }, (_, n) => ({
    token: words[(n * 8 + POSITION) * 2] ?? NaN,
    logprob: floats[(n * 8 + POSITION) * 2 + 1] ?? NaN,
  }));
}

/** pcg3d, as sampling.wgsl has it. */
function uniformOf(sequence: number): number {
  let [x, y, z] = [SEED, sequence, POSITION].map((key) => (Math.imul(key, 1664525) + 1013904223) >>> 0) as [
    number,
    number,
    number,
  ];
  const turn = () => {
    x = (x + Math.imul(y, z)) >>> 0;
    y = (y + Math.imul(z, x)) >>> 0;
    z = (z + Math.imul(x, y)) >>> 0;
  };
  turn();
  [x, y, z] = [x ^ (x >>> 16), y ^ (y >>> 16), z ^ (z >>> 16)].map((word) => word >>> 0) as [number, number, number];
  turn();
  return (x >>> 8) / 16777216;
}

/** Cumulative share of the kept tokens' mass before each token, and its own; 0 for excluded tokens. In float64. */
function shares(row: Float32Array, { temperature, topK, topP }: Settings): { before: Float64Array; own: Float64Array } {
  const highest = row.reduce((most, z) => Math.max(most, z), -Infinity);
  const masses = Float64Array.from(row, (z) => Math.exp((z - highest) / temperature));
  const falling = Float64Array.from(row).sort().reverse();
  let floor = topK > 0 ? (falling[topK - 1] ?? -Infinity) : -Infinity;
  const kept = () => masses.reduce((sum, mass, v) => sum + ((row[v] ?? 0) >= floor ? mass : 0), 0);
  if (topP < 1) {
    const wanted = topP * kept();
    let [reached, k] = [0, 0];
    while (reached < wanted) reached += Math.exp(((falling[k++] ?? 0) - highest) / temperature);
    floor = falling[k - 1] ?? floor;
  }
  const total = kept();
  const own = masses.map((mass, v) => ((row[v] ?? 0) >= floor ? mass / total : 0));
  let sum = 0;
  const before = own.map((share) => (sum += share) - share);
  return { before, own };
}

describe.each(['thread', 'workgroup'])('samples from 151,936 tokens, one %s per row', (kind) => {
  const logits = Float32Array.from({ length: ROWS * V }, () => 2.5 * random.normal());

  it('greedy takes the first of the most probable tokens', async () => {
    const tied = logits.slice();
    const expected = Array.from({ length: ROWS }, (_, n) => {
      const token = Math.floor(V * (0.1 + 0.2 * n));
      // The highest logit twice, at two places.
      tied[n * V + token] = 40;
      tied[n * V + token + 1000 * (n + 1)] = 40;
      return token;
    });
    const samples = await draw(kind, tied, { temperature: 0, topK: 0, topP: 1 });
    expect(samples.map(({ token }) => token)).toEqual(expected);
    for (const { logprob } of samples) expect(logprob).toBeCloseTo(Math.log(0.5), 3);
  });

  it.each<[string, Settings]>([
    ['all tokens', { temperature: 1, topK: 0, topP: 1 }],
    ['all tokens, warmer', { temperature: 1.7, topK: 0, topP: 1 }],
    ['top-k', { temperature: 1, topK: 40, topP: 1 }],
    ['top-p', { temperature: 0.8, topK: 0, topP: 0.6 }],
    ['both', { temperature: 1, topK: 1000, topP: 0.5 }],
  ])('%s: picks the token at the random number’s place in the kept mass', async (_, settings) => {
    const samples = await draw(kind, logits, settings);
    const whole = { ...settings, topK: 0, topP: 1 };
    for (const [n, { token, logprob }] of samples.entries()) {
      const row = logits.subarray(n * V, (n + 1) * V);
      const { before, own } = shares(row, settings);
      const u = uniformOf(n);
      // The error of sums in f32 is below this share of the mass.
      expect(own[token]).toBeGreaterThan(0);
      expect(u).toBeGreaterThan((before[token] ?? NaN) - 2e-4);
      expect(u).toBeLessThan((before[token] ?? NaN) + (own[token] ?? NaN) + 2e-4);
      expect(Math.abs(logprob - Math.log(shares(row, whole).own[token] ?? NaN))).toBeLessThan(2e-3);
    }
  });

  it('scores given tokens from stored logits', async () => {
    // One thread adds up the whole row, so rounding errors are larger.
    expectScores(
      await scoreSequences(model, tunerOf(kind), SEQUENCES, { kind: 'stored' }),
      kind === 'thread' ? 5e-3 : 1e-3,
    );
  });
});

it('scores given tokens without storing logits', async () => {
  expectScores(await scoreSequences(model, testTuner(gpu), SEQUENCES), 1e-4);
});

const SEQUENCES = [
  [5, 151_935, 77_000, 3],
  [150_000, 12, 9, 100_001, 7],
];

/** @param most maximum error of an entropy, nats */
function expectScores(scores: readonly Score[], most: number): void {
  const expected = referenceForward(config, tensors, SEQUENCES);
  for (const [i, { logprobs, entropies }] of scores.entries()) {
    for (const [t, value] of logprobs.entries())
      expect(Math.abs(value - (expected.logprobs[i]?.[t] ?? NaN))).toBeLessThan(Math.min(most, 1e-3));
    for (const [t, value] of entropies.entries())
      expect(Math.abs(value - (expected.entropies[i]?.[t] ?? NaN))).toBeLessThan(most);
  }
}
