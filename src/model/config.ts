/** What a model is: its shape, its tensors under Hugging Face's names, and fresh weights. */
import { inputError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Activation, Biases } from './architectures/architecture.ts';
import { ARCHITECTURES, type ArchitectureName } from './architectures/catalog.ts';
import { tensorSpecs } from './tensors.ts';

/** How rotary frequencies theta^(-2i/d) are stretched beyond the pretrained range; names and numbers are transformers'. */
export type RopeScaling =
  | { type: 'none' }
  /** Positions divided by `factor`. */
  | { type: 'linear'; factor: number }
  /** Frequencies divided by `factor` below `lowFrequencyFactor` turns in the original range, kept above the high one, blended between. */
  | { type: 'llama3'; factor: number; lowFrequencyFactor: number; highFrequencyFactor: number; originalMaxPositions: number }
  /** YaRN (arXiv 2309.00071): a ramp between divided and kept frequencies; cosine and sine times `attentionFactor`. */
  | { type: 'yarn'; factor: number; betaFast: number; betaSlow: number; attentionFactor: number; originalMaxPositions: number };

/** A decoder-only transformer. What is left out is as the architecture has it (`architectures/`). */
export interface ModelConfig {
  /** Hugging Face's `model_type`. */
  architecture: ArchitectureName;
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  intermediateSize: number;
  maxPositions: number;
  /** Base of rotary frequencies; 10,000 when left out. */
  ropeTheta?: number;
  normEpsilon: number;
  /** The head shares the embedding's matrix. */
  tiedHead: boolean;
  /** Leading dimensions of a head that turn with the position; all when left out. */
  rotaryDimensions?: number;
  ropeScaling?: RopeScaling;
  /** Layer i sees the last `size` tokens only where `layers[i]` is true, with a rotary base of its own. */
  slidingWindow?: { size: number; layers: boolean[] };
  slidingRopeTheta?: number;
  /** Factor of q . k; 1/sqrt(headDimension) when left out. */
  attentionScale?: number;
  /** Factor of token embeddings on their way in. */
  embeddingScale?: number;
  activation?: Activation;
  biases?: Biases;
  parallelResidual?: boolean;
  /** What stands before tensor names, where an architecture's checkpoints differ in it; the architecture's first when left out. */
  tensorPrefix?: string;
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export function parameterCount(config: ModelConfig): number {
  return tensorSpecs(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/**
 * Fresh weights: normal with standard deviation 1/sqrt(inputs) for matrices (the embedding: 0.02 as in GPT-2 would starve a small
 * model, so 1/sqrt(hidden) too), the two matrices that end a residual branch divided by sqrt(2 layers) (GPT-2), gains 1, biases 0.
 */
export function initializeTensors(config: ModelConfig, random: Random): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    tensorSpecs(config).map(({ name, shape, initial }) => {
      const size = { length: elementCount(shape) };
      if ('value' in initial) return [name, new Float32Array(size.length).fill(initial.value)];
      const deviation = 1 / Math.sqrt(initial.inputs) / (initial.endsBranch ? Math.sqrt(2 * config.layers) : 1);
      return [name, Float32Array.from(size, () => deviation * random.normal())];
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
  const expected = (field: keyof ModelConfig, what: string) => inputError(where, `${nameOf(field)}: expected ${what}, found ${JSON.stringify(config[field])}`);
  for (const field of ['vocabularySize', 'hiddenSize', 'layers', 'heads', 'keyValueHeads', 'headDimension', 'intermediateSize', 'maxPositions'] as const) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST) throw inputError(where, `${nameOf(field)}: expected a whole number from 1 to ${LARGEST}, found ${value}`);
  }
  for (const field of ['ropeTheta', 'slidingRopeTheta', 'normEpsilon', 'attentionScale', 'embeddingScale'] as const) {
    const value = config[field];
    if (value !== undefined && (!Number.isFinite(value) || value <= 0)) throw inputError(where, `${nameOf(field)}: expected a positive number, found ${value}`);
  }
  const { heads, keyValueHeads, headDimension, slidingWindow } = config;
  if (heads % keyValueHeads !== 0) throw expected('keyValueHeads', `a divisor of the ${heads} heads`);
  if (headDimension > 256) throw expected('headDimension', 'at most 256');
  const { positions, names: tensors, gated, activation: usual } = ARCHITECTURES[config.architecture];
  if ('fused' in tensors.queryKeyValue && heads !== keyValueHeads) throw expected('keyValueHeads', `${heads}, as many as heads (its projection is one matrix)`);
  if ((config.activation ?? usual) === 'silu' && !gated) throw expected('activation', 'GELU where the MLP has no gate');
  if (positions === 'rotary') {
    const turning = config.rotaryDimensions ?? headDimension;
    if (turning % 2 !== 0) throw expected(config.rotaryDimensions === undefined ? 'headDimension' : 'rotaryDimensions', 'an even number (rotary positions turn pairs)');
    if (turning < 2 || turning > headDimension) throw expected('rotaryDimensions', `from 2 to a head's ${headDimension}`);
  }
  if (slidingWindow && (!Number.isInteger(slidingWindow.size) || slidingWindow.size < 1 || slidingWindow.layers.length !== config.layers)) throw expected('slidingWindow', `a size of at least 1 and an entry for each of the ${config.layers} layers`);
}
