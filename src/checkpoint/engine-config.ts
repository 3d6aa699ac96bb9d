/** Between what a config.json describes and what this version's engine runs; and back. */
import { StudioError } from '../errors.ts';
import { checkModelConfig, type ModelConfig } from '../model/config.ts';
import type { Fields } from './json-fields.ts';
import type { ModelDescription } from './model-description.ts';

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

/** What the engine cannot run of a model, in config.json's words; empty when it runs. */
export function missingInEngine(model: ModelDescription): string[] {
  if (model.architecture !== 'llama') return [`the architecture ${model.architecture} (${ARCHITECTURE_NAMES[model.architecture]})`];
  const { positions, biases, mlp } = model;
  return [
    ...(positions.type === 'rotary' && positions.scaling.type !== 'none' ? [`rope_scaling of type "${positions.scaling.type}"`] : []),
    ...(positions.type === 'rotary' && positions.dimensions !== model.headDimension ? ['partial_rotary_factor'] : []),
    ...(biases.queryKeyValue ? ['attention_bias true'] : []),
    ...(biases.mlp ? ['mlp_bias true'] : []),
    ...(mlp.activation !== 'silu' ? ['a hidden_act other than "silu"'] : []),
  ];
}

const ARCHITECTURE_NAMES: Record<ModelDescription['architecture'], string> = {
  llama: 'Llama',
  qwen2: 'Qwen2 and Qwen2.5',
  qwen3: 'Qwen3',
  gpt2: 'GPT-2',
  gpt_neox: 'GPT-NeoX, Pythia',
  gemma3_text: 'Gemma 3',
};

/**
 * @param where config.json's name, for messages
 * @throws StudioError `input` naming what the engine has not, or a field out of its range
 */
export function engineConfig(model: ModelDescription, where: string): ModelConfig {
  const missing = missingInEngine(model);
  if (missing.length > 0) throw new StudioError('input', `${where}: the engine of this version cannot run ${missing.join(', ')}.`, 'It runs Llama checkpoints with plain rotary positions, SwiGLU and no biases, such as SmolLM2, TinyLlama or stories15M.');
  if (model.positions.type !== 'rotary') throw new Error('a Llama has rotary positions');
  const config: ModelConfig = {
    architecture: 'llama',
    vocabularySize: model.vocabularySize,
    hiddenSize: model.hiddenSize,
    layers: model.layers,
    heads: model.heads,
    keyValueHeads: model.keyValueHeads,
    headDimension: model.headDimension,
    intermediateSize: model.intermediateSize,
    maxPositions: model.maxPositions,
    ropeTheta: model.positions.theta,
    normEpsilon: model.norm.epsilon,
    tiedHead: model.tiedHead,
  };
  checkModelConfig(config, where, NAMES);
  return config;
}

/** As config.json of a model that the studio made from nothing, for LlamaForCausalLM. */
export function freshConfig(config: ModelConfig, tokens: { end: number; pad: number } | undefined): Fields {
  return {
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
}
