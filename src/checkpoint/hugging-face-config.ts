/**
 * Hugging Face's config.json, as transformers 4 and 5 write it. A missing field has transformers' default; an
 * unsupported one that changes the computation is an error that names it.
 */
import { inputError } from '../errors.ts';
import type { Activation } from '../model/spec/architectures/architecture.ts';
import { ARCHITECTURES, type ArchitectureName } from '../model/spec/architectures/catalog.ts';
import { FieldReader, parseObject, shown, type Fields } from './json-fields.ts';
import type { ModelDescription } from './model-description.ts';
import { ropeOf } from './rope-parameters.ts';

/** Largest value of any size, and of the number of layers: beyond them a config is a mistake, not a model. */
const SIZES = { from: 1, to: 10_000_000 };
const LAYERS = { from: 1, to: 1000 };

/**
 * @param where the file's name, for messages
 * @throws StudioError `input` naming the incorrect field, or one that requires an unsupported feature
 */
export function parseHuggingFaceConfig(text: string, where: string): ModelDescription {
  return describeModel(parseObject(text, where), where);
}

export function describeModel(fields: Fields, where: string): ModelDescription {
  const config = new FieldReader(fields, where);
  const type = config.text('model_type');
  const known = Object.keys(ARCHITECTURES) as ArchitectureName[];
  const architecture = known.find((name) => name === type);
  if (!architecture) throw inputError(where, `model_type: expected one of ${known.join(', ')}; found ${shown(type)}`);
  config.only('quantization_config', []);
  config.only('is_encoder_decoder', [false]);
  config.only('add_cross_attention', [false]);
  return { ...READERS[architecture](config), ...dtypeOf(config), tokens: tokensOf(config) };
}

type Described = Omit<ModelDescription, 'tokens' | 'dtype'>;

const READERS: Record<ArchitectureName, (config: FieldReader) => Described> = {
  llama: (config) => {
    const attentionBias = config.boolean('attention_bias', false);
    return llamaFamily(config, {
      architecture: 'llama',
      biases: { queryKeyValue: attentionBias, attentionOutput: attentionBias, mlp: config.boolean('mlp_bias', false) },
    });
  },
  qwen2: (config) =>
    llamaFamily(config, { architecture: 'qwen2', biases: { queryKeyValue: true, attentionOutput: false, mlp: false } }),
  qwen3: (config) => {
    const attentionBias = config.boolean('attention_bias', false);
    return llamaFamily(config, {
      architecture: 'qwen3',
      queryKeyNorm: true,
      headDimension: 128,
      biases: { queryKeyValue: attentionBias, attentionOutput: attentionBias, mlp: false },
    });
  },
  gpt2: readGpt2,
  gpt_neox: readGptNeoX,
  gemma3_text: readGemma3,
};

/** Sizes under the names that all architectures except GPT-2 use. */
function sizesOf(config: FieldReader, headDimension?: number) {
  const heads = config.integer('num_attention_heads', SIZES);
  const hiddenSize = config.integer('hidden_size', SIZES);
  return {
    vocabularySize: config.integer('vocab_size', SIZES),
    hiddenSize,
    layers: config.integer('num_hidden_layers', LAYERS),
    heads,
    headDimension: headOf(config, 'head_dim', hiddenSize, heads, headDimension),
    intermediateSize: config.integer('intermediate_size', SIZES),
  };
}

function headOf(
  config: FieldReader,
  name: string,
  hiddenSize: number,
  heads: number,
  fallback = hiddenSize / heads,
): number {
  if (!config.has(name) && !Number.isInteger(fallback))
    throw inputError(
      config.where,
      `hidden_size: expected a multiple of the ${heads} attention heads, or ${name}; found ${hiddenSize}`,
    );
  return config.integer(name, SIZES, fallback);
}

function keyValueHeadsOf(config: FieldReader, heads: number, fallback = heads): number {
  const keyValueHeads = config.integer('num_key_value_heads', SIZES, fallback);
  if (heads % keyValueHeads !== 0)
    throw config.expected('num_key_value_heads', `a divisor of the ${heads} attention heads`, keyValueHeads);
  return keyValueHeads;
}

/**
 * RMSNorm, rotary positions, grouped-query attention, a gated MLP: Llama and both Qwens, except for biases and norms of
 * heads.
 */
function llamaFamily(
  config: FieldReader,
  own: {
    architecture: ArchitectureName;
    biases: ModelDescription['biases'];
    queryKeyNorm?: boolean;
    headDimension?: number;
  },
): Described {
  const sizes = sizesOf(config, own.headDimension);
  const maxPositions = config.integer('max_position_embeddings', SIZES, own.architecture === 'llama' ? 2048 : 32_768);
  // Only Qwen has windows, and its checkpoints switch them off; then `sliding_window` may be any number.
  config.only('use_sliding_window', [false]);
  const types = config.list('layer_types');
  if (types?.some((type) => type !== 'full_attention')) throw config.unsupported('layer_types', '"full_attention"');
  return {
    architecture: own.architecture,
    ...sizes,
    keyValueHeads: keyValueHeadsOf(
      config,
      sizes.heads,
      own.architecture === 'llama' ? sizes.heads : Math.min(32, sizes.heads),
    ),
    maxPositions,
    positions: ropeOf(config, sizes.headDimension, maxPositions),
    norm: { type: 'rms', epsilon: epsilonOf(config, 'rms_norm_eps', 1e-6) },
    queryKeyNorm: own.queryKeyNorm ?? false,
    postNorms: false,
    mlp: { activation: activationOf(config, 'hidden_act', 'silu'), gated: true },
    biases: own.biases,
    parallelResidual: false,
    attentionScale: sizes.headDimension ** -0.5,
    embeddingScale: 1,
    tiedHead: config.boolean('tie_word_embeddings', false),
  };
}

function readGpt2(config: FieldReader): Described {
  config.only('scale_attn_weights', [true]);
  config.only('scale_attn_by_inverse_layer_idx', [false]);
  const heads = config.integer('n_head', SIZES, 12);
  const hiddenSize = config.integer('n_embd', SIZES, 768);
  if (hiddenSize % heads !== 0) throw config.expected('n_head', `a divisor of n_embd (${hiddenSize})`, heads);
  return {
    architecture: 'gpt2',
    vocabularySize: config.integer('vocab_size', SIZES, 50_257),
    hiddenSize,
    layers: config.integer('n_layer', LAYERS, 12),
    heads,
    keyValueHeads: heads,
    headDimension: hiddenSize / heads,
    intermediateSize: config.integer('n_inner', SIZES, 4 * hiddenSize),
    maxPositions: config.integer('n_positions', SIZES, 1024),
    positions: { type: 'learned' },
    norm: { type: 'layer', epsilon: epsilonOf(config, 'layer_norm_epsilon', 1e-5) },
    queryKeyNorm: false,
    postNorms: false,
    mlp: { activation: activationOf(config, 'activation_function', 'gelu_new'), gated: false },
    biases: { queryKeyValue: true, attentionOutput: true, mlp: true },
    parallelResidual: false,
    attentionScale: (hiddenSize / heads) ** -0.5,
    embeddingScale: 1,
    tiedHead: config.boolean('tie_word_embeddings', true),
  };
}

function readGptNeoX(config: FieldReader): Described {
  const sizes = sizesOf(config);
  const maxPositions = config.integer('max_position_embeddings', SIZES, 2048);
  const attentionBias = config.boolean('attention_bias', true);
  return {
    architecture: 'gpt_neox',
    ...sizes,
    keyValueHeads: sizes.heads,
    maxPositions,
    positions: ropeOf(config, sizes.headDimension, maxPositions, {
      theta: 'rotary_emb_base',
      share: 'rotary_pct',
      defaultShare: 0.25,
    }),
    norm: { type: 'layer', epsilon: epsilonOf(config, 'layer_norm_eps', 1e-5) },
    queryKeyNorm: false,
    postNorms: false,
    mlp: { activation: activationOf(config, 'hidden_act', 'gelu'), gated: false },
    biases: { queryKeyValue: attentionBias, attentionOutput: attentionBias, mlp: true },
    parallelResidual: config.boolean('use_parallel_residual', true),
    attentionScale: sizes.headDimension ** -0.5,
    embeddingScale: 1,
    tiedHead: config.boolean('tie_word_embeddings', false),
  };
}

function readGemma3(config: FieldReader): Described {
  for (const name of ['final_logit_softcapping', 'attn_logit_softcapping']) config.only(name, []);
  config.only('use_bidirectional_attention', [false]);
  const sizes = sizesOf(config, 256);
  const maxPositions = config.integer('max_position_embeddings', SIZES, 131_072);
  const positions = ropeOf(config, sizes.headDimension, maxPositions, {
    theta: 'rope_theta',
    share: 'partial_rotary_factor',
    defaultShare: 1,
  });
  const attentionBias = config.boolean('attention_bias', false);
  const scalar = config.number('query_pre_attn_scalar', 256);
  if (scalar <= 0) throw config.expected('query_pre_attn_scalar', 'a positive number', scalar);
  return {
    architecture: 'gemma3_text',
    ...sizes,
    keyValueHeads: keyValueHeadsOf(config, sizes.heads),
    maxPositions,
    positions: {
      ...positions,
      ...(!config.has('rope_parameters') && {
        theta: config.number('rope_theta', 1_000_000),
        slidingTheta: config.number('rope_local_base_freq', 10_000),
      }),
    },
    norm: { type: 'rms-plus-one', epsilon: epsilonOf(config, 'rms_norm_eps', 1e-6) },
    queryKeyNorm: true,
    postNorms: true,
    mlp: { activation: activationOf(config, 'hidden_activation', 'gelu_pytorch_tanh'), gated: true },
    biases: { queryKeyValue: attentionBias, attentionOutput: attentionBias, mlp: false },
    parallelResidual: false,
    attentionScale: scalar ** -0.5,
    embeddingScale: Math.sqrt(sizes.hiddenSize),
    slidingWindow: { size: config.integer('sliding_window', SIZES, 4096), layers: slidingLayers(config, sizes.layers) },
    tiedHead: config.boolean('tie_word_embeddings', true),
  };
}

/** `layer_types`; in older configs, every sixth layer has full attention. */
function slidingLayers(config: FieldReader, layers: number): boolean[] {
  const types = config.list('layer_types');
  if (!types) {
    const every = config.integer('sliding_window_pattern', SIZES, config.integer('_sliding_window_pattern', SIZES, 6));
    return Array.from({ length: layers }, (_, layer) => (layer + 1) % every !== 0);
  }
  if (types.length !== layers)
    throw inputError(config.where, `layer_types: expected ${layers} entries, found ${types.length}`);
  return types.map((type) => {
    if (type !== 'sliding_attention' && type !== 'full_attention')
      throw config.unsupported('layer_types', '"sliding_attention" and "full_attention"');
    return type === 'sliding_attention';
  });
}

function epsilonOf(config: FieldReader, name: string, fallback: number): number {
  const value = config.number(name, fallback);
  if (value <= 0 || value >= 1) throw config.expected(name, 'a number between 0 and 1', value);
  return value;
}

const ACTIVATIONS: Partial<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
};

function activationOf(config: FieldReader, name: string, fallback: string): Activation {
  const value = config.text(name, fallback);
  const activation = Object.hasOwn(ACTIVATIONS, value) ? ACTIVATIONS[value] : undefined;
  if (!activation) throw config.unsupported(name, `one of ${Object.keys(ACTIVATIONS).join(', ')}`);
  return activation;
}

/** `dtype` in transformers 5, `torch_dtype` before; "torch.float16" in the oldest. */
function dtypeOf(config: FieldReader): Pick<ModelDescription, 'dtype'> {
  const name = config.has('dtype') ? 'dtype' : 'torch_dtype';
  if (!config.has(name)) return {};
  const value = config.text(name).replace(/^torch\./, '');
  const dtype = (['float32', 'float16', 'bfloat16'] as const).find((known) => known === value);
  if (!dtype) throw config.unsupported(name, '"float32", "float16" or "bfloat16"');
  return { dtype };
}

function tokensOf(config: FieldReader): ModelDescription['tokens'] {
  const id = (name: string) => (config.has(name) ? config.integer(name, { from: -1, to: SIZES.to }) : undefined);
  const end = config.raw('eos_token_id');
  const ends = Array.isArray(end) ? end : end === undefined ? [] : [id('eos_token_id')];
  if (!ends.every((one): one is number => typeof one === 'number' && Number.isInteger(one)))
    throw config.expected('eos_token_id', 'a token id, or a list of them', end);
  const [begin, pad] = [id('bos_token_id'), id('pad_token_id')];
  return { end: ends, ...(begin !== undefined && { begin }), ...(pad !== undefined && pad >= 0 && { pad }) };
}
