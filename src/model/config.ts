/** What a model is: its shape, its tensors under Hugging Face's names, and fresh weights. */
import { inputError } from '../errors.ts';
import type { Random } from '../random.ts';

/** A Llama-family transformer: RMSNorm, rotary positions, grouped-query attention, SwiGLU. */
export interface ModelConfig {
  architecture: 'llama';
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  intermediateSize: number;
  maxPositions: number;
  ropeTheta: number;
  normEpsilon: number;
  /** The head shares the embedding's matrix. */
  tiedHead: boolean;
}

export interface TensorSpec {
  name: string;
  /** Row-major; [out, in] for matrices. */
  shape: number[];
}

/** All tensors of a checkpoint, in the order they are written. */
export function tensorSpecs(config: ModelConfig): TensorSpec[] {
  const { hiddenSize: hidden, headDimension, intermediateSize: intermediate, vocabularySize } = config;
  const queries = config.heads * headDimension;
  const keys = config.keyValueHeads * headDimension;
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const spec = (part: string, shape: number[]): TensorSpec => ({ name: `model.layers.${layer}.${part}.weight`, shape });
    return [
      spec('input_layernorm', [hidden]),
      spec('self_attn.q_proj', [queries, hidden]),
      spec('self_attn.k_proj', [keys, hidden]),
      spec('self_attn.v_proj', [keys, hidden]),
      spec('self_attn.o_proj', [hidden, queries]),
      spec('post_attention_layernorm', [hidden]),
      spec('mlp.gate_proj', [intermediate, hidden]),
      spec('mlp.up_proj', [intermediate, hidden]),
      spec('mlp.down_proj', [hidden, intermediate]),
    ];
  });
  const head = config.tiedHead ? [] : [{ name: 'lm_head.weight', shape: [vocabularySize, hidden] }];
  return [{ name: 'model.embed_tokens.weight', shape: [vocabularySize, hidden] }, ...layers.flat(), { name: 'model.norm.weight', shape: [hidden] }, ...head];
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export function parameterCount(config: ModelConfig): number {
  return tensorSpecs(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/**
 * Fresh weights: normal with standard deviation 1/sqrt(inputs) for matrices (the embedding: 0.02 as in GPT-2 would starve a small
 * model, so 1/sqrt(hidden) too), the two matrices that end a residual branch divided by sqrt(2 layers) (GPT-2), gains 1.
 */
export function initializeTensors(config: ModelConfig, random: Random): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    tensorSpecs(config).map(({ name, shape }) => {
      const inputs = shape[1];
      const endsBranch = /o_proj|down_proj/.test(name);
      const deviation = inputs === undefined ? 0 : 1 / Math.sqrt(inputs) / (endsBranch ? Math.sqrt(2 * config.layers) : 1);
      return [name, Float32Array.from({ length: elementCount(shape) }, () => (inputs === undefined ? 1 : deviation * random.normal()))];
    }),
  );
}

/** Largest value of any size: beyond it a config is a mistake, not a model. */
const LARGEST = 10_000_000;

/**
 * @param where what to call the config in messages, for example `config.json`
 * @param names the field's name in that source, by the name here
 * @throws StudioError `input` naming the first field that is wrong
 */
export function checkModelConfig(config: ModelConfig, where: string, names: Partial<Record<keyof ModelConfig, string>> = {}): void {
  const nameOf = (field: keyof ModelConfig) => names[field] ?? field;
  for (const field of ['vocabularySize', 'hiddenSize', 'layers', 'heads', 'keyValueHeads', 'headDimension', 'intermediateSize', 'maxPositions'] as const) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST) throw inputError(where, `${nameOf(field)}: expected a whole number from 1 to ${LARGEST}, found ${value}`);
  }
  for (const field of ['ropeTheta', 'normEpsilon'] as const) {
    if (!Number.isFinite(config[field]) || config[field] <= 0) throw inputError(where, `${nameOf(field)}: expected a positive number, found ${config[field]}`);
  }
  if (config.heads % config.keyValueHeads !== 0) throw inputError(where, `${nameOf('keyValueHeads')}: expected a divisor of the ${config.heads} heads, found ${config.keyValueHeads}`);
  if (config.headDimension % 2 !== 0) throw inputError(where, `${nameOf('headDimension')}: expected an even number (rotary positions turn pairs), found ${config.headDimension}`);
  if (config.headDimension > 256) throw inputError(where, `${nameOf('headDimension')}: expected at most 256, found ${config.headDimension}`);
}
