/**
 * Hugging Face's config.json, as transformers 4 and 5 write it. A missing field has transformers' default; an
 * unsupported one that changes the computation is an error that names it.
 */
import { inputError } from '../errors.ts';
import type { Activation, Biases } from '../model/spec/architectures/architecture.ts';
import { ARCHITECTURES, type ArchitectureName } from '../model/spec/architectures/catalog.ts';
import { LARGEST_HEAD, LARGEST_SIZE, type ModelConfig } from '../model/spec/model-config.ts';
import { FieldReader, shown, type Fields } from './json-fields.ts';
import { positive, ropeOf } from './rope-parameters.ts';

const SIZES = { from: 1, to: LARGEST_SIZE };
/** More layers than any model has: a mistake in the config. */
const LAYERS = { from: 1, to: 1000 };

/**
 * @param where the file's name, for messages
 * @param tensors names of the checkpoint's tensors, which show their prefix if checkpoints of an architecture differ
 * @throws StudioError `input` naming the incorrect field, or one that requires an unsupported feature
 */
export function parseModelConfig(fields: Fields, where: string, tensors: readonly string[] = []): ModelConfig {
  const config = new FieldReader(fields, where);
  const type = config.text('model_type');
  const known = Object.keys(ARCHITECTURES) as ArchitectureName[];
  const architecture = known.find((name) => name === type);
  if (!architecture) throw inputError(where, `model_type: expected one of ${known.join(', ')}; found ${shown(type)}`);
  config.only('quantization_config', []);
  config.only('is_encoder_decoder', [false]);
  config.only('add_cross_attention', [false]);
  checkPrecision(config);
  return { architecture, ...READERS[architecture](config), ...prefixOf(architecture, tensors) };
}

/** What config.json says; the rest are the architecture's choices. */
type Stated = Omit<ModelConfig, 'architecture' | 'tensorPrefix'>;

const READERS: Record<ArchitectureName, (config: FieldReader) => Stated> = {
  llama: (config) => ({
    ...llamaFamily(config, 'llama', { maxPositions: 2048 }),
    biases: { ...attentionBiases(config, 'llama'), mlp: config.boolean('mlp_bias', ARCHITECTURES.llama.biases.mlp) },
  }),
  qwen2: (config) => llamaFamily(config, 'qwen2', { maxPositions: 32_768, keyValueHeads: 32 }),
  qwen3: (config) => ({
    ...llamaFamily(config, 'qwen3', { maxPositions: 32_768, keyValueHeads: 32, headDimension: 128 }),
    biases: attentionBiases(config, 'qwen3'),
  }),
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
  const dimension = config.integer(name, SIZES, fallback);
  if (dimension > LARGEST_HEAD) throw config.expected(name, `at most ${LARGEST_HEAD}`, dimension);
  return dimension;
}

function keyValueHeadsOf(config: FieldReader, heads: number, fallback = heads): number {
  const keyValueHeads = config.integer('num_key_value_heads', SIZES, fallback);
  if (heads % keyValueHeads !== 0)
    throw config.expected('num_key_value_heads', `a divisor of the ${heads} attention heads`, keyValueHeads);
  return keyValueHeads;
}

/** Llama and both Qwens, except for biases. @param fallback transformers' defaults, where they differ between them */
function llamaFamily(
  config: FieldReader,
  architecture: ArchitectureName,
  fallback: { maxPositions: number; keyValueHeads?: number; headDimension?: number },
): Stated {
  const sizes = sizesOf(config, fallback.headDimension);
  const maxPositions = config.integer('max_position_embeddings', SIZES, fallback.maxPositions);
  // Only Qwen has windows, and its checkpoints switch them off; then `sliding_window` may be any number.
  config.only('use_sliding_window', [false]);
  const types = config.list('layer_types');
  if (types?.some((type) => type !== 'full_attention')) throw config.unsupported('layer_types', '"full_attention"');
  return {
    ...sizes,
    keyValueHeads: keyValueHeadsOf(config, sizes.heads, Math.min(fallback.keyValueHeads ?? sizes.heads, sizes.heads)),
    maxPositions,
    ...ropeOf(config, sizes.headDimension, maxPositions),
    normEpsilon: epsilonOf(config, 'rms_norm_eps', 1e-6),
    ...activationOf(config, 'hidden_act', architecture),
    tiedHead: config.boolean('tie_word_embeddings', false),
  };
}

function readGpt2(config: FieldReader): Stated {
  config.only('scale_attn_weights', [true]);
  config.only('scale_attn_by_inverse_layer_idx', [false]);
  const heads = config.integer('n_head', SIZES, 12);
  const hiddenSize = config.integer('n_embd', SIZES, 768);
  if (hiddenSize % heads !== 0) throw config.expected('n_head', `a divisor of n_embd (${hiddenSize})`, heads);
  const headDimension = hiddenSize / heads;
  if (headDimension > LARGEST_HEAD)
    throw config.expected('n_head', `heads of at most ${LARGEST_HEAD} dimensions (n_embd / n_head)`, heads);
  return {
    vocabularySize: config.integer('vocab_size', SIZES, 50_257),
    hiddenSize,
    layers: config.integer('n_layer', LAYERS, 12),
    heads,
    keyValueHeads: heads,
    headDimension,
    intermediateSize: config.integer('n_inner', SIZES, 4 * hiddenSize),
    maxPositions: config.integer('n_positions', SIZES, 1024),
    normEpsilon: epsilonOf(config, 'layer_norm_epsilon', 1e-5),
    ...activationOf(config, 'activation_function', 'gpt2'),
    tiedHead: config.boolean('tie_word_embeddings', true),
  };
}

function readGptNeoX(config: FieldReader): Stated {
  const sizes = sizesOf(config);
  const maxPositions = config.integer('max_position_embeddings', SIZES, 2048);
  return {
    ...sizes,
    keyValueHeads: sizes.heads,
    maxPositions,
    ...ropeOf(config, sizes.headDimension, maxPositions, {
      theta: 'rotary_emb_base',
      defaultTheta: 10_000,
      share: 'rotary_pct',
      defaultShare: 0.25,
    }),
    normEpsilon: epsilonOf(config, 'layer_norm_eps', 1e-5),
    ...activationOf(config, 'hidden_act', 'gpt_neox'),
    biases: attentionBiases(config, 'gpt_neox'),
    parallelResidual: config.boolean('use_parallel_residual', ARCHITECTURES.gpt_neox.parallelResidual),
    tiedHead: config.boolean('tie_word_embeddings', false),
  };
}

function readGemma3(config: FieldReader): Stated {
  for (const name of ['final_logit_softcapping', 'attn_logit_softcapping']) config.only(name, []);
  config.only('use_bidirectional_attention', [false]);
  const sizes = sizesOf(config, 256);
  const maxPositions = config.integer('max_position_embeddings', SIZES, 131_072);
  const scalar = config.number('query_pre_attn_scalar', 256);
  if (scalar <= 0) throw config.expected('query_pre_attn_scalar', 'a positive number', scalar);
  return {
    ...sizes,
    keyValueHeads: keyValueHeadsOf(config, sizes.heads),
    maxPositions,
    ...ropeOf(config, sizes.headDimension, maxPositions, {
      theta: 'rope_theta',
      defaultTheta: 1_000_000,
      share: 'partial_rotary_factor',
      defaultShare: 1,
    }),
    ...(!config.has('rope_parameters') && { slidingRopeTheta: positive(config, 'rope_local_base_freq', 10_000) }),
    normEpsilon: epsilonOf(config, 'rms_norm_eps', 1e-6),
    ...activationOf(config, 'hidden_activation', 'gemma3_text'),
    biases: attentionBiases(config, 'gemma3_text'),
    attentionScale: scalar ** -0.5,
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

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
};

/** Omitted, it is the architecture's, whose choices are transformers' defaults. */
function activationOf(
  config: FieldReader,
  name: string,
  architecture: ArchitectureName,
): Pick<ModelConfig, 'activation'> {
  if (!config.has(name)) return {};
  const value = config.text(name);
  const { gate } = ARCHITECTURES[architecture].names;
  // SiLU has a kernel only as a gate.
  const known = Object.entries(ACTIVATIONS).filter(([, activation]) => gate !== undefined || activation !== 'silu');
  const activation = known.find(([own]) => own === value)?.[1];
  if (!activation) throw config.unsupported(name, `one of ${known.map(([own]) => own).join(', ')}`);
  return { activation };
}

/** Biases with those of attention as `attention_bias` says, by default the architecture's. */
function attentionBiases(config: FieldReader, architecture: ArchitectureName): Biases {
  const { biases } = ARCHITECTURES[architecture];
  const attention = config.boolean('attention_bias', biases.queryKeyValue);
  return { ...biases, queryKeyValue: attention, attentionOutput: attention };
}

/** The headers of the weights decide on the precision; this refuses a config that names an unsupported one. */
function checkPrecision(config: FieldReader): void {
  // `dtype` in transformers 5, `torch_dtype` before; "torch.float16" in the oldest.
  const name = config.has('dtype') ? 'dtype' : 'torch_dtype';
  if (config.has(name) && !/^(torch\.)?(float32|float16|bfloat16)$/.test(config.text(name)))
    throw config.unsupported(name, '"float32", "float16" or "bfloat16"');
}

function prefixOf(architecture: ArchitectureName, tensors: readonly string[]): Pick<ModelConfig, 'tensorPrefix'> {
  const { prefixes, embedding, finalNorm } = ARCHITECTURES[architecture].names;
  // A file with tied weights may have the embedding only under the name of the head.
  const tensorPrefix = prefixes.find((prefix) =>
    [embedding, finalNorm].some((name) => tensors.includes(`${prefix}${name}.weight`)),
  );
  return tensorPrefix !== undefined && tensorPrefix !== prefixes[0] ? { tensorPrefix } : {};
}

/**
 * Tokens that end a response: `eos_token_id` of config.json or generation_config.json, a number or a list of numbers,
 * the usual one first; undefined if absent. @throws StudioError `input`
 */
export function endTokensOf(fields: Fields, where: string): number[] | undefined {
  const config = new FieldReader(fields, where);
  const end = config.raw('eos_token_id');
  if (end === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(end) ? end : [end];
  if (!list.every((id): id is number => typeof id === 'number' && Number.isInteger(id)))
    throw config.expected('eos_token_id', 'a token id, or a list of them', end);
  return [...list];
}
