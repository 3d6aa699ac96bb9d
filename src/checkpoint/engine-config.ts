/** Converts a config.json's description into the engine's ModelConfig, and back. */
import { StudioError } from '../errors.ts';
import { ARCHITECTURES } from '../model/spec/architectures/catalog.ts';
import { checkModelConfig } from '../model/spec/config.ts';
import { type ModelConfig } from '../model/spec/model-config.ts';
import type { Fields } from './json-fields.ts';
import type { ModelDescription } from './model-description.ts';

/** Our field names to those of config.json, for messages. */
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

/** Features of a model that the engine cannot run, in config.json's terms; empty if it runs. */
export function missingInEngine({ mlp }: ModelDescription): string[] {
  return mlp.activation === 'silu' && !mlp.gated ? ['the activation "silu" in an MLP without a gate'] : [];
}

/**
 * @param where config.json's name, for messages
 * @param tensors names of the checkpoint's tensors; they show the prefix of names, if checkpoints of an architecture
 *   differ
 * @throws StudioError `input` naming an unsupported feature, or a field out of range
 */
export function engineConfig(model: ModelDescription, where: string, tensors: readonly string[] = []): ModelConfig {
  const missing = missingInEngine(model);
  if (missing.length > 0) throw new StudioError('input', `${where}: this version cannot run ${missing.join(', ')}.`);
  const {
    architecture,
    vocabularySize,
    hiddenSize,
    layers,
    heads,
    keyValueHeads,
    headDimension,
    intermediateSize,
    maxPositions,
    positions,
    slidingWindow,
    tiedHead,
  } = model;
  const { prefixes, embedding } = ARCHITECTURES[architecture].names;
  const prefix = prefixes.find((candidate) => tensors.includes(`${candidate}${embedding}.weight`));
  const config: ModelConfig = {
    architecture,
    vocabularySize,
    hiddenSize,
    layers,
    heads,
    keyValueHeads,
    headDimension,
    intermediateSize,
    maxPositions,
    normEpsilon: model.norm.epsilon,
    tiedHead,
    ...(positions.type === 'rotary' && {
      ropeTheta: positions.theta,
      rotaryDimensions: positions.dimensions,
      ropeScaling: positions.scaling,
      ...(positions.slidingTheta !== undefined && { slidingRopeTheta: positions.slidingTheta }),
    }),
    ...(slidingWindow && { slidingWindow }),
    attentionScale: model.attentionScale,
    embeddingScale: model.embeddingScale,
    activation: model.mlp.activation,
    biases: model.biases,
    parallelResidual: model.parallelResidual,
    ...(prefix !== undefined && prefixes.length > 1 && { tensorPrefix: prefix }),
  };
  checkModelConfig(config, where, NAMES);
  return config;
}

/** The config.json of a model that the studio created from scratch, for LlamaForCausalLM. */
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
