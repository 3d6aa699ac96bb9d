/** What a config.json says of a decoder-only transformer, in one vocabulary for all families: plain data, checked, nothing inferred later. */

export const ARCHITECTURES = ['llama', 'qwen2', 'qwen3', 'gpt2', 'gpt_neox', 'gemma3_text'] as const;
/** Hugging Face's `model_type`. */
export type Architecture = (typeof ARCHITECTURES)[number];

export type Activation =
  | 'silu'
  /** x Phi(x), by erf. */
  | 'gelu'
  /** The tanh approximation of it: `gelu_new`, `gelu_pytorch_tanh`. */
  | 'gelu-tanh';

/** How the rotary frequencies theta^(-2i/d) of a pretrained range are stretched; names and numbers are transformers'. */
export type RopeScaling =
  | { type: 'none' }
  /** Positions divided by `factor`. */
  | { type: 'linear'; factor: number }
  /** Frequencies divided by `factor` below `lowFrequencyFactor` turns in the original range, kept above the high one, blended between. */
  | { type: 'llama3'; factor: number; lowFrequencyFactor: number; highFrequencyFactor: number; originalMaxPositions: number }
  /** YaRN (arXiv 2309.00071): a ramp between interpolated and kept frequencies, and attention scaled by `attentionFactor`. */
  | { type: 'yarn'; factor: number; betaFast: number; betaSlow: number; attentionFactor: number; originalMaxPositions: number };

export interface RotaryPositions {
  type: 'rotary';
  theta: number;
  /** Leading dimensions of a head that turn; even, at most the head's. */
  dimensions: number;
  scaling: RopeScaling;
  /** Base of the layers with a sliding window, where it is another one (Gemma 3). */
  slidingTheta?: number;
}

export interface ModelDescription {
  architecture: Architecture;
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  intermediateSize: number;
  maxPositions: number;
  positions: RotaryPositions | { type: 'learned' };
  /** `rms-plus-one`: RMSNorm whose gain is 1 + weight (Gemma). */
  norm: { type: 'rms' | 'rms-plus-one' | 'layer'; epsilon: number };
  /** RMSNorm over each query and key head before the rotation. */
  queryKeyNorm: boolean;
  /** Norms after attention and MLP too, inside the residual branch (Gemma). */
  postNorms: boolean;
  mlp: { activation: Activation; gated: boolean };
  biases: { queryKeyValue: boolean; attentionOutput: boolean; mlp: boolean };
  /** Attention and MLP both read the layer's input (GPT-NeoX). */
  parallelResidual: boolean;
  /** Factor of q k before the softmax. */
  attentionScale: number;
  /** Factor of token embeddings on their way in. */
  embeddingScale: number;
  /** `layers[i]`: layer i sees the last `size` tokens only. */
  slidingWindow?: { size: number; layers: boolean[] };
  tiedHead: boolean;
  /** Precision of the weights on disk as the config has it; the weights' own header decides. */
  dtype?: 'float32' | 'float16' | 'bfloat16';
  /** Ids; `end` may be several, the first is the usual one. */
  tokens: { begin?: number; end: number[]; pad?: number };
}
