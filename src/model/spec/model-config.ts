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

/** A decoder-only transformer. Omitted fields have the architecture's values (`architectures/`). */
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
  /** Base of rotary frequencies; 10,000 by default. */
  ropeTheta?: number;
  normEpsilon: number;
  /** The head shares the embedding matrix. */
  tiedHead: boolean;
  /** Leading dimensions of a head that are rotated; all by default. */
  rotaryDimensions?: number;
  ropeScaling?: RopeScaling;
  /** Layer i attends to the last `size` tokens only if `layers[i]` is true, with its own rotary base. */
  slidingWindow?: { size: number; layers: boolean[] };
  slidingRopeTheta?: number;
  /** Factor of q . k; 1/sqrt(headDimension) by default. */
  attentionScale?: number;
  /** Factor of token embeddings. */
  embeddingScale?: number;
  activation?: Activation;
  biases?: Biases;
  parallelResidual?: boolean;
  /**
   * Prefix of tensor names, if it varies between checkpoints of an architecture; the architecture's first by default.
   */
  tensorPrefix?: string;
}
