/**
 * What a decoder-only transformer is: its architecture, sizes and the options in which checkpoints of an architecture
 * differ.
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
  /**
   * What stands before tensor names, where an architecture's checkpoints differ in it; the architecture's first when
   * left out.
   */
  tensorPrefix?: string;
}
