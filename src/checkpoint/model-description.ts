/**
 * What a config.json says of a decoder-only transformer, in one vocabulary for all families: plain data, checked,
 * nothing inferred later.
 */

import type { Activation, Biases } from '../model/spec/architectures/architecture.ts';
import type { ArchitectureName } from '../model/spec/architectures/catalog.ts';
import type { RopeScaling } from '../model/spec/model-config.ts';

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
  architecture: ArchitectureName;
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
  biases: Biases;
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
