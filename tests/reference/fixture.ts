/** Reads the exact answers under `tests/fixtures/` without any of the engine's readers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Aggregation } from '../../src/run/config/rl.ts';
import type { ReferenceConfig } from './model-family.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

const numbers = z.array(z.number());

const Expected = z.object({
  sequences: z.array(
    z.object({
      tokens: numbers,
      prompt_length: z.number(),
      advantage: z.number(),
      reward: z.number(),
      old_logprobs: numbers,
      logprobs: numbers,
      entropies: numbers,
    }),
  ),
  cases: z.array(
    z.object({
      title: z.string(),
      strategy: z.string(),
      aggregation: Aggregation,
      params: z.record(z.string(), z.number()),
      loss: z.number(),
      /** Per sequence, padded with 0 to the longest response. */
      weights: z.array(numbers),
      gradients: z.array(z.object({ tensor: z.string(), index: z.array(z.number()), value: z.number() })),
    }),
  ),
});

const LlamaConfig = z
  .object({
    model_type: z.enum(['llama', 'qwen2']),
    vocab_size: z.number(),
    hidden_size: z.number(),
    num_hidden_layers: z.number(),
    num_attention_heads: z.number(),
    num_key_value_heads: z.number(),
    head_dim: z.number(),
    intermediate_size: z.number(),
    rope_theta: z.number(),
    rms_norm_eps: z.number(),
    tie_word_embeddings: z.boolean(),
    max_position_embeddings: z.number(),
  })
  .transform((source): ReferenceConfig => ({
    architecture: source.model_type,
    maxPositions: source.max_position_embeddings,
    vocabularySize: source.vocab_size,
    hiddenSize: source.hidden_size,
    layers: source.num_hidden_layers,
    heads: source.num_attention_heads,
    keyValueHeads: source.num_key_value_heads,
    headDimension: source.head_dim,
    intermediateSize: source.intermediate_size,
    ropeTheta: source.rope_theta,
    normEpsilon: source.rms_norm_eps,
    tiedHead: source.tie_word_embeddings,
  }));

const Gpt2Config = z
  .object({
    model_type: z.literal('gpt2'),
    vocab_size: z.number(),
    n_embd: z.number(),
    n_layer: z.number(),
    n_head: z.number(),
    n_positions: z.number(),
    layer_norm_epsilon: z.number(),
    tie_word_embeddings: z.boolean(),
  })
  .transform((source): ReferenceConfig => ({
    architecture: 'gpt2',
    maxPositions: source.n_positions,
    vocabularySize: source.vocab_size,
    hiddenSize: source.n_embd,
    layers: source.n_layer,
    heads: source.n_head,
    keyValueHeads: source.n_head,
    headDimension: source.n_embd / source.n_head,
    intermediateSize: 4 * source.n_embd,
    normEpsilon: source.layer_norm_epsilon,
    tiedHead: source.tie_word_embeddings,
    // Tensors are named as in the original checkpoints.
    tensorPrefix: '',
  }));

const HuggingFaceConfig = z.union([LlamaConfig, Gpt2Config]);

const SafetensorsHeader = z.record(
  z.string(),
  z.object({ dtype: z.literal('F32'), shape: numbers, data_offsets: z.tuple([z.number(), z.number()]) }),
);

const PublishedWeights = z.object({
  ratios: numbers,
  strategies: z.record(
    z.string(),
    z.object({ params: z.record(z.string(), z.number()), positive: numbers.optional(), negative: numbers.optional() }),
  ),
});

const parameters = z.record(z.string(), z.union([z.number(), z.boolean(), z.null()]));
const cases = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ source: z.string(), commit: z.string(), cases: z.array(z.object(shape)) });

const PublishedStrategies = z.object({
  points: z.array(z.object({ advantage: z.number(), old_logprob: z.number(), ratio: z.number() })),
  cases: z.array(
    z.object({
      strategy: z.string(),
      parameters,
      source: z.string(),
      commit: z.string(),
      slopes: numbers,
      values: numbers.optional(),
    }),
  ),
  minibatch: z.object({
    responses: z.array(
      z.array(
        z.object({
          advantage: z.number(),
          logprob: z.number(),
          old_logprob: z.number(),
          sampled_logprob: z.number(),
        }),
      ),
    ),
    opsm: cases({ delta: z.number(), kept: numbers }),
    fipo: cases({ parameters, influence: z.array(numbers) }),
    m2po: cases({ threshold: z.number(), kept: z.array(numbers) }),
  }),
});

export type ExpectedAnswers = z.infer<typeof Expected>;

export interface Fixture {
  config: ReferenceConfig;
  tensors: Map<string, Float32Array>;
  shapes: Map<string, number[]>;
  expected: ExpectedAnswers;
}

export const FIXTURE_NAMES = ['llama', 'qwen2', 'gpt2'] as const;

/** A checkpoint with random weights and its expected results. */
export function loadFixture(name: (typeof FIXTURE_NAMES)[number]): Fixture {
  return {
    config: HuggingFaceConfig.parse(json(`${name}/checkpoint/config.json`)),
    ...readSafetensors(`${name}/checkpoint/model.safetensors`),
    expected: Expected.parse(json(`${name}/expected.json`)),
  };
}

export const loadLlamaFixture = (): Fixture => loadFixture('llama');

/** Gradient weights by strategy, ratio and sign of the advantage, read off the authors' published code. */
export function loadPublishedWeights(): z.infer<typeof PublishedWeights> {
  return PublishedWeights.parse(json('weights-of-reference-code.json'));
}

/** Values and slopes of surrogates per token, and choices over a minibatch, by the authors' published code. */
export function loadPublishedStrategies(): z.infer<typeof PublishedStrategies> {
  return PublishedStrategies.parse(json('strategies-of-reference-code.json'));
}

/** Float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, then the values, little-endian. */
function readSafetensors(path: string): { tensors: Map<string, Float32Array>; shapes: Map<string, number[]> } {
  const bytes = readFileSync(fileURLToPath(new URL(path, FIXTURES)));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const values = bytes.subarray(8 + headerLength);
  const { __metadata__: _, ...entries } = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    unknown
  >;
  const tensors = new Map<string, Float32Array>();
  const shapes = new Map<string, number[]>();
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(SafetensorsHeader.parse(entries))) {
    const [start, end] = offsets;
    tensors.set(
      name,
      Float32Array.from({ length: (end - start) / 4 }, (_unused, i) => values.readFloatLE(start + 4 * i)),
    );
    shapes.set(name, shape);
  }
  return { tensors, shapes };
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, FIXTURES)), 'utf8'));
}
