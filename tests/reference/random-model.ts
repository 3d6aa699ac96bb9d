/**
 * Seeded random models and batches for property tests. Weights are float32 values, so that the float32 engine and the
 * float64 reference get the same model.
 */
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import type { ReferenceConfig } from './model-family.ts';
import { referenceForward, tensorShapes, type ReferenceTensors } from './transformer.ts';
import { responseValues, type ReferenceBatch, type ReferenceSequence } from './batch.ts';

/** A stream of random numbers: uniform in [0, 1), integers and standard normals. */
export class RandomStream {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** mulberry32: small, and equal on every machine. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

/**
 * A small model of any shape: sizes that are not multiples of 4, grouped-query heads, heads wider or narrower than
 * hidden.
 */
export function randomConfig(random: RandomStream): ReferenceConfig {
  const keyValueHeads = random.integer(1, 3);
  return {
    vocabularySize: random.integer(5, 70),
    hiddenSize: random.integer(6, 64),
    layers: random.integer(1, 3),
    heads: keyValueHeads * random.integer(1, 3),
    keyValueHeads,
    headDimension: 2 * random.integer(1, 8),
    intermediateSize: random.integer(5, 90),
    ropeTheta: random.uniform() < 0.5 ? 10_000 : 500,
    normEpsilon: random.uniform() < 0.5 ? 1e-5 : 1e-6,
    tiedHead: random.uniform() < 0.5,
  };
}

/** The same for any architecture; the options that vary between its checkpoints are also random. */
export function randomConfigOf(random: RandomStream, architecture: ModelConfig['architecture']): ReferenceConfig {
  const { ropeTheta = 10_000, ...drawn } = randomConfig(random);
  const sizes = { ...drawn, architecture, maxPositions: 64 };
  const rotary = { ...sizes, ropeTheta };
  const coin = () => random.uniform() < 0.5;
  // In GPT-2 and GPT-NeoX there are no grouped heads, and the heads together have the hidden size.
  const alike = { keyValueHeads: sizes.heads, hiddenSize: sizes.heads * sizes.headDimension };
  switch (architecture) {
    case 'llama':
      return { ...rotary, biases: { queryKeyValue: coin(), attentionOutput: coin(), mlp: coin() } };
    case 'qwen2':
    case 'qwen3':
      return rotary;
    case 'gpt2':
      return { ...sizes, ...alike, tensorPrefix: coin() ? '' : 'transformer.' };
    case 'gpt_neox':
      return {
        ...rotary,
        ...alike,
        rotaryDimensions: 2 * random.integer(1, sizes.headDimension / 2),
        parallelResidual: coin(),
      };
    case 'gemma3_text':
      return {
        ...rotary,
        slidingRopeTheta: 300,
        slidingWindow: {
          size: random.integer(1, 9),
          layers: Array.from({ length: sizes.layers }, (_, layer) => layer % 2 === 0),
        },
        attentionScale: 0.3 + 0.2 * random.uniform(),
      };
  }
}

/** Weights with activations around 1, and distributions that are neither flat nor certain. */
export function randomTensors(random: RandomStream, config: ReferenceConfig): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  const gain = config.architecture === 'gemma3_text' ? 0 : 1;
  // GPT-2's linear layers store [in, out], its embeddings do not.
  const inputsOf = (name: string, shape: number[]) =>
    (config.architecture === 'gpt2' && name.includes('h.') ? shape[0] : shape[1]) ?? 1;
  for (const [name, shape] of tensorShapes(config)) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const draw = name.endsWith('.bias')
      ? () => 0.2 * random.normal()
      : shape.length === 1
        ? () => gain + 0.2 * random.normal()
        : () => (1.3 / Math.sqrt(inputsOf(name, shape))) * random.normal();
    tensors.set(name, Float32Array.from({ length: size }, draw));
  }
  return tensors;
}

export interface BatchOptions {
  sequences?: number;
  /** Longest sequence, prompt included; at least 3. */
  longest?: number;
  /** Standard deviation of log pi - log pi_old, nats. */
  drift?: number;
  /** Ratios to keep away from, so that float32 cannot fall on the other side of a bound. */
  bounds?: readonly number[];
  temperature?: number;
}

/** Bounds of the strategies' defaults and the usual dual clips. */
const USUAL_BOUNDS = [0.8, 1.2, 1.28, 3, 10];
/** Least distance, in nats, of a log-ratio from the log of a bound: far above float32 error, far below the drift. */
const CLEARANCE = 5e-3;

/**
 * Sequences of different lengths, advantages of both signs, rewards 0 and 1, and old and reference log-probs around the
 * model's own. The first two sequences have advantages of opposite sign, and the first has reward 1.
 */
export function randomBatch(
  random: RandomStream,
  config: ReferenceConfig,
  tensors: ReferenceTensors,
  options: BatchOptions = {},
): ReferenceBatch {
  const { sequences = 4, longest = 18, drift = 0.4, bounds = USUAL_BOUNDS, temperature = 1 } = options;
  const drafts = Array.from({ length: sequences }, (_, i): ReferenceSequence => {
    const length = random.integer(3, longest);
    const advantage = 0.2 + 1.5 * random.uniform();
    const negative = i < 2 ? i === 1 : random.uniform() < 0.5;
    return {
      tokens: Array.from({ length }, () => random.integer(0, config.vocabularySize - 1)),
      prompt_length: random.integer(1, length - 1),
      advantage: negative ? -advantage : advantage,
      reward: i === 0 || (!negative && random.uniform() < 0.8) ? 1 : 0,
      old_logprobs: [],
    };
  });
  const tokens = drafts.map((sequence) => sequence.tokens);
  const { logprobs } = referenceForward(config, tensors, tokens, temperature);
  return drafts.map((sequence, i) => {
    const own = responseValues(sequence, logprobs[i] ?? []);
    const old_logprobs = own.map((logprob) => logprob - driftClearOf(random, drift, bounds));
    const ref_logprobs = own.map((logprob) => logprob + 0.3 * random.normal());
    return { ...sequence, old_logprobs, ref_logprobs };
  });
}

/** A log-ratio away from the log of every bound. */
function driftClearOf(random: RandomStream, drift: number, bounds: readonly number[]): number {
  for (;;) {
    const logRatio = drift * random.normal();
    if (bounds.every((bound) => Math.abs(logRatio - Math.log(bound)) > CLEARANCE)) return logRatio;
  }
}

export interface RandomCase {
  config: ReferenceConfig;
  tensors: Map<string, Float32Array>;
  batch: ReferenceBatch;
}

/** Model and batch of one seed; `config` overrides random sizes, for a shape of interest, or names an architecture. */
export function randomCase(
  seed: number,
  config: Partial<ReferenceConfig> = {},
  options: BatchOptions = {},
): RandomCase {
  const random = new RandomStream(seed);
  const drawn = {
    ...(config.architecture === undefined ? randomConfig(random) : randomConfigOf(random, config.architecture)),
    ...config,
  };
  const tensors = randomTensors(random, drawn);
  return { config: drawn, tensors, batch: randomBatch(random, drawn, tensors, options) };
}
