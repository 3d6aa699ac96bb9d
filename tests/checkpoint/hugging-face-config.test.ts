/** config.json of real families, as transformers 4 has published them and as transformers 5 writes them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endTokensOf, parseModelConfig } from '../../src/checkpoint/hugging-face-config.ts';
import { StudioError } from '../../src/errors.ts';
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { structureOf, type Structure } from '../../src/model/spec/structure.ts';

const CONFIGS = JSON.parse(readFileSync(new URL('../fixtures/model-configs.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<'4' | '5', Record<string, unknown>>
>;
const config = (name: string) => CONFIGS[name]![4];

interface Expected {
  config: Partial<ModelConfig>;
  structure?: Partial<Structure>;
  endTokens?: number[];
}

/** Expected values from the published model cards and transformers' modelling code. */
const EXPECTED: Record<string, Expected> = {
  'smollm2-135m': {
    config: {
      architecture: 'llama',
      layers: 30,
      heads: 9,
      keyValueHeads: 3,
      headDimension: 64,
      tiedHead: true,
    },
    structure: { rotary: { theta: 100_000, dimensions: 64, scaling: { type: 'none' } }, attentionScale: 1 / 8 },
    endTokens: [2],
  },
  'llama-3.2-1b': {
    config: { architecture: 'llama', headDimension: 64 },
    structure: {
      rotary: {
        theta: 500_000,
        dimensions: 64,
        scaling: {
          type: 'llama3',
          factor: 32,
          lowFrequencyFactor: 1,
          highFrequencyFactor: 4,
          originalMaxPositions: 8192,
        },
      },
    },
    endTokens: [128_001, 128_008, 128_009],
  },
  'qwen2.5-0.5b': {
    config: { architecture: 'qwen2', headDimension: 64, keyValueHeads: 2, tiedHead: true },
    structure: {
      biases: { queryKeyValue: true, attentionOutput: false, mlp: false },
      activation: 'silu',
      gated: true,
      embeddingScale: 1,
    },
  },
  'qwen3-0.6b': {
    config: { architecture: 'qwen3', headDimension: 128, heads: 16 },
    structure: { biases: { queryKeyValue: false, attentionOutput: false, mlp: false } },
  },
  gpt2: {
    config: {
      architecture: 'gpt2',
      hiddenSize: 768,
      layers: 12,
      heads: 12,
      keyValueHeads: 12,
      intermediateSize: 3072,
      maxPositions: 1024,
      normEpsilon: 1e-5,
      tiedHead: true,
    },
    structure: { activation: 'gelu-tanh', gated: false },
    endTokens: [50_256],
  },
  'pythia-160m': {
    config: { architecture: 'gpt_neox', tiedHead: false },
    structure: {
      rotary: { theta: 10_000, dimensions: 16, scaling: { type: 'none' } },
      parallelResidual: true,
      activation: 'gelu',
      gated: false,
      biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
    },
  },
  'gemma-3-270m': {
    config: { architecture: 'gemma3_text', heads: 4, keyValueHeads: 1, headDimension: 256, tiedHead: true },
    structure: {
      rotary: { theta: 1_000_000, dimensions: 256, scaling: { type: 'none' } },
      slidingRotary: { theta: 10_000, dimensions: 256, scaling: { type: 'none' } },
      activation: 'gelu-tanh',
      gated: true,
      attentionScale: 1 / 16,
      embeddingScale: Math.sqrt(640),
    },
  },
};

describe.each(Object.keys(EXPECTED))('%s', (name) => {
  const described = parseModelConfig(config(name), name);
  const { config: sizes, structure = {}, endTokens } = EXPECTED[name]!;

  it('is parsed', () => {
    expect(described).toMatchObject(sizes);
    expect(structureOf(described)).toMatchObject(structure);
    if (endTokens) expect(endTokensOf(config(name), name)).toEqual(endTokens);
  });

  it('means the same as written by transformers 4 and 5', () => {
    const rewritten = CONFIGS[name]![5];
    expect(parseModelConfig(rewritten, name)).toEqual(described);
    expect(endTokensOf(rewritten, name)).toEqual(endTokensOf(config(name), name));
  });
});

it('GPT-2 has learned positions', () => {
  expect(structureOf(parseModelConfig(config('gpt2'), 'gpt2')).rotary).toBeUndefined();
});

it.each([
  ['gpt2', 'transformer.', 'wte', 'ln_f'],
  ['pythia-160m', 'gpt_neox.', 'embed_in', 'final_layer_norm'],
  ['smollm2-135m', 'model.', 'embed_tokens', 'norm'],
])('the tensors of %s have the prefix of the model with its head, or none', (name, usual, embedding, norm) => {
  const prefixOf = (...tensors: string[]) => parseModelConfig(config(name), name, tensors).tensorPrefix ?? usual;
  expect(prefixOf(`${usual}${embedding}.weight`)).toBe(usual);
  expect(prefixOf(`${embedding}.weight`)).toBe('');
  expect(prefixOf('lm_head.weight', `${norm}.weight`)).toBe('');
  expect(prefixOf('lm_head.weight', `${usual}${norm}.weight`)).toBe(usual);
});

it("an omitted activation or bias is the architecture's", () => {
  const { hidden_act: _act, attention_bias: _bias, ...others } = config('pythia-160m');
  expect(structureOf(parseModelConfig(others, 'x'))).toMatchObject({
    activation: 'gelu',
    biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
  });
});

describe('every sixth layer of Gemma 3 has full attention', () => {
  it.each(['layer_types', '_sliding_window_pattern'])('without %s', (field) => {
    const { [field]: _left, ...others } = config('gemma-3-270m');
    expect(
      parseModelConfig(others, 'x').slidingWindow?.layers.flatMap((slides, layer) => (slides ? [] : [layer])),
    ).toEqual([5, 11, 17]);
  });
});

describe('rope scaling', () => {
  const scaled = (value: unknown) =>
    parseModelConfig({ ...config('smollm2-135m'), rope_scaling: value }, 'config.json').ropeScaling;
  it('reads yarn with its defaults', () => {
    expect(scaled({ type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 })).toEqual({
      type: 'yarn',
      factor: 4,
      betaFast: 32,
      betaSlow: 1,
      attentionFactor: 0.1 * Math.log(4) + 1,
      originalMaxPositions: 32_768,
    });
  });
  it('reads linear, under both names of the field', () => {
    for (const field of ['type', 'rope_type'])
      expect(scaled({ [field]: 'linear', factor: 2 })).toEqual({ type: 'linear', factor: 2 });
  });
});

describe('refusals name the field', () => {
  it.each([
    ['smollm2-135m', { model_type: 'mamba2' }, /model_type: expected one of llama, qwen2.*; found "mamba2"/],
    ['smollm2-135m', { model_type: undefined }, /model_type: expected a string, found nothing/],
    ['smollm2-135m', { model_type: 'toString' }, /model_type/],
    ['smollm2-135m', { num_hidden_layers: 1e7 }, /num_hidden_layers: expected a whole number from 1 to 1000/],
    ['smollm2-135m', { rope_scaling: { rope_type: 'longrope' } }, /rope_type: expected .*, found "longrope"/],
    ['smollm2-135m', { rope_scaling: { rope_type: 'linear' } }, /factor: expected a number, found nothing/],
    ['smollm2-135m', { rope_scaling: 'linear' }, /rope_scaling: expected an object/],
    ['smollm2-135m', { rope_parameters: { rope_theta: -1 } }, /rope_theta: expected a positive number/],
    ['smollm2-135m', { quantization_config: { quant_method: 'awq' } }, /quantization_config/],
    ['smollm2-135m', { hidden_act: 'relu' }, /hidden_act: expected one of silu, .*, found "relu"/],
    ['smollm2-135m', { torch_dtype: 'int8' }, /torch_dtype: expected "float32", .*, found "int8"/],
    [
      'smollm2-135m',
      { hidden_size: 577 },
      /hidden_size: expected a multiple of the 9 attention heads, or head_dim; found 577/,
    ],
    [
      'llama-3.2-1b',
      { num_key_value_heads: 5 },
      /num_key_value_heads: expected a divisor of the 32 attention heads, found 5/,
    ],
    ['qwen2.5-0.5b', { use_sliding_window: true }, /use_sliding_window: expected false, found true/],
    ['gpt2', { scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx: expected false, found true/],
    ['gpt2', { n_head: 5 }, /n_head: expected a divisor of n_embd/],
    ['gpt2', { n_head: 2 }, /n_head: expected heads of at most 256 dimensions/],
    ['gpt2', { activation_function: 'silu' }, /activation_function: expected one of gelu, .*, found "silu"/],
    ['gemma-3-270m', { head_dim: 258 }, /head_dim: expected at most 256, found 258/],
    ['gemma-3-270m', { rope_local_base_freq: 0 }, /rope_local_base_freq: expected a positive number, found 0/],
    ['pythia-160m', { rotary_pct: 0.01 }, /rotary_pct: 0\.01 of a head's 64 dimensions are 0/],
    ['gemma-3-270m', { final_logit_softcapping: 30 }, /final_logit_softcapping: expected null, found 30/],
    ['gemma-3-270m', { layer_types: ['full_attention'] }, /layer_types: expected 18 entries, found 1/],
  ] as [string, Record<string, unknown>, RegExp][])('%s with %j', (name, change, message) => {
    const parsing = () => parseModelConfig({ ...config(name), ...change }, 'config.json');
    expect(parsing).toThrow(message);
    expect(parsing).toThrow(StudioError);
  });

  it('for an end token that is not a token id', () => {
    for (const end of ['end', [2, 'end']])
      expect(() => endTokensOf({ eos_token_id: end }, 'config.json')).toThrow(
        /config.json: eos_token_id: expected a token id, or a list of them, found/,
      );
  });
});
