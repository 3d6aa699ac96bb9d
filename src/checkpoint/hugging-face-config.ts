/** Hugging Face's config.json for the Llama family, as transformers 4 and 5 write it. */
import { inputError, StudioError } from '../errors.ts';
import { checkModelConfig, type ModelConfig } from '../model/config.ts';

type Fields = Record<string, unknown>;

/** Our names to config.json's, for messages. */
const NAMES: Partial<Record<keyof ModelConfig, string>> = {
  vocabularySize: 'vocab_size',
  hiddenSize: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  keyValueHeads: 'num_key_value_heads',
  headDimension: 'head_dim',
  intermediateSize: 'intermediate_size',
  maxPositions: 'max_position_embeddings',
  ropeTheta: 'rope_theta',
  normEpsilon: 'rms_norm_eps',
};

/**
 * @param where the file's name, for messages
 * @throws StudioError `input` naming the wrong field, or one that asks for what is not there yet
 */
export function parseHuggingFaceConfig(text: string, where: string): ModelConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw inputError(where, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw inputError(where, 'expected an object');
  const fields = value as Fields;
  if (typeof fields['model_type'] !== 'string') throw inputError(where, `model_type: expected a text, found ${JSON.stringify(fields['model_type'])}`);
  if (fields['model_type'] !== 'llama') throw unsupported(where, 'model_type', fields['model_type'], '"llama"');
  refuseVariants(fields, where);
  const number = (name: string, fallback?: number): number => {
    const found = fields[name] ?? fallback;
    if (typeof found !== 'number') throw inputError(where, `${name}: expected a number, found ${found === undefined ? 'nothing' : JSON.stringify(found)}`);
    return found;
  };
  const heads = number('num_attention_heads');
  const hiddenSize = number('hidden_size');
  const config: ModelConfig = {
    architecture: 'llama',
    vocabularySize: number('vocab_size'),
    hiddenSize,
    layers: number('num_hidden_layers'),
    heads,
    keyValueHeads: number('num_key_value_heads', heads),
    headDimension: number('head_dim', hiddenSize / heads),
    intermediateSize: number('intermediate_size'),
    maxPositions: number('max_position_embeddings', 2048),
    ropeTheta: ropeTheta(fields, where),
    normEpsilon: number('rms_norm_eps', 1e-6),
    tiedHead: tied(fields, where),
  };
  checkModelConfig(config, where, NAMES);
  return config;
}

function refuseVariants(fields: Fields, where: string): void {
  for (const name of ['attention_bias', 'mlp_bias']) if (fields[name] !== undefined && fields[name] !== false) throw unsupported(where, name, fields[name], 'false');
  const activation = fields['hidden_act'] ?? 'silu';
  if (activation !== 'silu') throw unsupported(where, 'hidden_act', activation, '"silu"');
  if (fields['rope_scaling'] !== undefined && fields['rope_scaling'] !== null) throw unsupported(where, 'rope_scaling', fields['rope_scaling'], 'null');
}

function tied(fields: Fields, where: string): boolean {
  const value = fields['tie_word_embeddings'] ?? false;
  if (typeof value !== 'boolean') throw inputError(where, `tie_word_embeddings: expected true or false, found ${JSON.stringify(value)}`);
  return value;
}

/** transformers 4 has `rope_theta`, transformers 5 `rope_parameters: {rope_type, rope_theta}`. */
function ropeTheta(fields: Fields, where: string): number {
  const nested = fields['rope_parameters'];
  if (nested !== undefined && nested !== null) {
    if (typeof nested !== 'object') throw inputError(where, `rope_parameters: expected an object, found ${JSON.stringify(nested)}`);
    const { rope_type: type = 'default', rope_theta: theta } = nested as Fields;
    if (type !== 'default') throw unsupported(where, 'rope_parameters.rope_type', type, '"default"');
    if (theta !== undefined && typeof theta !== 'number') throw inputError(where, `rope_parameters.rope_theta: expected a number, found ${JSON.stringify(theta)}`);
    if (typeof theta === 'number') return theta;
  }
  const theta = fields['rope_theta'] ?? 10_000;
  if (typeof theta !== 'number') throw inputError(where, `rope_theta: expected a number, found ${JSON.stringify(theta)}`);
  return theta;
}

function unsupported(where: string, field: string, found: unknown, expected: string): StudioError {
  return new StudioError('input', `${where}: ${field} is ${JSON.stringify(found)}; this version reads ${expected} only.`);
}

/** A config.json that transformers' LlamaForCausalLM loads. */
export function writeHuggingFaceConfig(config: ModelConfig, tokens: { end: number; pad: number } | undefined): string {
  const fields = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDimension,
    max_position_embeddings: config.maxPositions,
    rope_theta: config.ropeTheta,
    rms_norm_eps: config.normEpsilon,
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: config.tiedHead,
    torch_dtype: 'float32',
    ...(tokens && { eos_token_id: tokens.end, pad_token_id: tokens.pad, bos_token_id: null }),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
