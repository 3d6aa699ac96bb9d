/** config.json of real families, as transformers 4 has published them and as transformers 5 writes them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineConfig, missingInEngine } from '../../src/checkpoint/engine-config.ts';
import { describeModel, parseHuggingFaceConfig } from '../../src/checkpoint/hugging-face-config.ts';
import type { ModelDescription } from '../../src/checkpoint/model-description.ts';
import { StudioError } from '../../src/errors.ts';

const CONFIGS = JSON.parse(readFileSync(new URL('../fixtures/model-configs.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<'4' | '5', Record<string, unknown>>
>;
const config = (name: string) => CONFIGS[name]![4];

/** Expected values from the published model cards and transformers' modelling code. */
const EXPECTED: Record<string, Partial<ModelDescription>> = {
  'smollm2-135m': {
    architecture: 'llama',
    layers: 30,
    heads: 9,
    keyValueHeads: 3,
    headDimension: 64,
    positions: { type: 'rotary', theta: 100_000, dimensions: 64, scaling: { type: 'none' } },
    tiedHead: true,
    dtype: 'bfloat16',
    tokens: { begin: 1, end: [2], pad: 2 },
  },
  'llama-3.2-1b': {
    architecture: 'llama',
    headDimension: 64,
    positions: {
      type: 'rotary',
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
    tokens: { begin: 128_000, end: [128_001, 128_008, 128_009] },
  },
  'qwen2.5-0.5b': {
    architecture: 'qwen2',
    headDimension: 64,
    keyValueHeads: 2,
    biases: { queryKeyValue: true, attentionOutput: false, mlp: false },
    queryKeyNorm: false,
    mlp: { activation: 'silu', gated: true },
    tiedHead: true,
  },
  'qwen3-0.6b': {
    architecture: 'qwen3',
    headDimension: 128,
    heads: 16,
    queryKeyNorm: true,
    biases: { queryKeyValue: false, attentionOutput: false, mlp: false },
  },
  gpt2: {
    architecture: 'gpt2',
    hiddenSize: 768,
    layers: 12,
    heads: 12,
    keyValueHeads: 12,
    intermediateSize: 3072,
    maxPositions: 1024,
    positions: { type: 'learned' },
    norm: { type: 'layer', epsilon: 1e-5 },
    mlp: { activation: 'gelu-tanh', gated: false },
    tiedHead: true,
    tokens: { begin: 50_256, end: [50_256] },
  },
  'pythia-160m': {
    architecture: 'gpt_neox',
    positions: { type: 'rotary', theta: 10_000, dimensions: 16, scaling: { type: 'none' } },
    parallelResidual: true,
    mlp: { activation: 'gelu', gated: false },
    biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
    tiedHead: false,
    dtype: 'float16',
  },
  'gemma-3-270m': {
    architecture: 'gemma3_text',
    heads: 4,
    keyValueHeads: 1,
    headDimension: 256,
    positions: { type: 'rotary', theta: 1_000_000, dimensions: 256, scaling: { type: 'none' }, slidingTheta: 10_000 },
    norm: { type: 'rms-plus-one', epsilon: 1e-6 },
    postNorms: true,
    queryKeyNorm: true,
    attentionScale: 1 / 16,
    embeddingScale: Math.sqrt(640),
    tiedHead: true,
  },
};

describe.each(Object.keys(EXPECTED))('%s', (name) => {
  const described = describeModel(config(name), name);

  it('is parsed', () => {
    expect(described).toMatchObject(EXPECTED[name]!);
  });

  it('means the same as written by transformers 4 and 5', () => {
    expect(describeModel(CONFIGS[name]![5], name)).toEqual({
      ...described,
      tokens: expect.objectContaining({ end: described.tokens.end }) as unknown,
    });
  });

  it('runs, or the error names the unsupported feature', () => {
    const missing = missingInEngine(described);
    if (missing.length === 0) expect(engineConfig(described, name).layers).toBe(described.layers);
    else
      expect(() => engineConfig(described, 'config.json')).toThrow(
        `config.json: this version cannot run ${missing.join(', ')}`,
      );
  });
});

describe('every sixth layer of Gemma 3 has full attention', () => {
  it.each(['layer_types', '_sliding_window_pattern'])('without %s', (field) => {
    const { [field]: _left, ...others } = config('gemma-3-270m');
    expect(
      describeModel(others, 'x').slidingWindow?.layers.flatMap((slides, layer) => (slides ? [] : [layer])),
    ).toEqual([5, 11, 17]);
  });
});

describe('rope scaling', () => {
  const scaled = (value: unknown) =>
    describeModel({ ...config('smollm2-135m'), rope_scaling: value }, 'config.json').positions;
  it('reads yarn with its defaults', () => {
    expect(scaled({ type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 })).toMatchObject({
      scaling: {
        type: 'yarn',
        factor: 4,
        betaFast: 32,
        betaSlow: 1,
        attentionFactor: 0.1 * Math.log(4) + 1,
        originalMaxPositions: 32_768,
      },
    });
  });
  it('reads linear, under both names of the field', () => {
    for (const field of ['type', 'rope_type'])
      expect(scaled({ [field]: 'linear', factor: 2 })).toMatchObject({ scaling: { type: 'linear', factor: 2 } });
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
    ['smollm2-135m', { eos_token_id: 'end' }, /eos_token_id: expected a/],
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
    ['pythia-160m', { rotary_pct: 0.01 }, /rotary_pct: 0\.01 of a head's 64 dimensions are 0/],
    ['gemma-3-270m', { final_logit_softcapping: 30 }, /final_logit_softcapping: expected null, found 30/],
    ['gemma-3-270m', { layer_types: ['full_attention'] }, /layer_types: expected 18 entries, found 1/],
  ] as [string, Record<string, unknown>, RegExp][])('%s with %j', (name, change, message) => {
    const parsing = () => parseHuggingFaceConfig(JSON.stringify({ ...config(name), ...change }), 'config.json');
    expect(parsing).toThrow(message);
    expect(parsing).toThrow(StudioError);
  });
});
