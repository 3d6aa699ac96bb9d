/**
 * Description of a decoder-only transformer: its architecture, sizes, and the options that vary between checkpoints of
 * an architecture.
 */
import type { Activation, Biases } from './architectures/architecture.ts';
import type { ArchitectureName } from './architectures/catalog.ts';

/**
 * How rotary frequencies theta^(-2i/d) are stretched beyond the pretrained range; names and numbers are transformers'.
 */
export type RopeScaling =
  | { type: 'none' }
  /** Positions divided by `factor`. */
  | { type: 'linear'; factor: number }
  /**
   * Frequencies divided by `factor` below `lowFrequencyFactor` turns in the original range, kept above the high one,
   * blended between.
   */
  | {
      type: 'llama3';
      factor: number;
      lowFrequencyFactor: number;
      highFrequencyFactor: number;
      originalMaxPositions: number;
    }
  /** YaRN (arXiv 2309.00071): a ramp between divided and kept frequencies; cosine and sine times `attentionFactor`. */
  | {
      type: 'yarn';
      factor: number;
      betaFast: number;
      betaSlow: number;
      attentionFactor: number;
      originalMaxPositions: number;
    };

/**
 * A decoder-only transformer. Made by `parseModelConfig` (checkpoint/hugging-face-config.ts) from a checkpoint's
 * config.json and by `newModel` (session/new-model.ts) from a RunConfig, which check it. Read by tensors.ts and
 * layout.ts (tensors and their places) and, through `structureOf`, by the layers. It never repeats what the
 * architecture decides: an option that is left out has the architecture's value (`architectures/`).
 */
export interface ModelConfig {
  architecture: ArchitectureName;
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  /** Divides `heads`; equal to it where query, key and value are one matrix. */
  keyValueHeads: number;
  /** At most LARGEST_HEAD. */
  headDimension: number;
  intermediateSize: number;
  maxPositions: number;
  normEpsilon: number;
  /** The head shares the embedding matrix. */
  tiedHead: boolean;
  /** Base of rotary frequencies; 10,000 by default. */
  ropeTheta?: number;
  /** Leading dimensions of a head that are rotated, even; all by default. */
  rotaryDimensions?: number;
  ropeScaling?: RopeScaling;
  /** Layer i attends to the last `size` tokens only if `layers[i]` is true. */
  slidingWindow?: { size: number; layers: boolean[] };
  /** Rotary base of the layers with a window, if it differs. */
  slidingRopeTheta?: number;
  /** Factor of q . k; 1/sqrt(headDimension) by default. */
  attentionScale?: number;
  /** SiLU only with a gate. */
  activation?: Activation;
  biases?: Biases;
  parallelResidual?: boolean;
  /** Prefix of tensor names, if it varies between checkpoints of an architecture; its first by default. */
  tensorPrefix?: string;
}

/** Largest value of any size; a larger one is a mistake in the config. */
export const LARGEST_SIZE = 10_000_000;

/** Largest dimension of a head that the attention kernels take. */
export const LARGEST_HEAD = 256;
