/**
 * A config.json's description of a decoder-only transformer, in one vocabulary for all families: plain data, checked,
 * complete.
 */

import type { Activation, Biases } from '../model/spec/architectures/architecture.ts';
import type { ArchitectureName } from '../model/spec/architectures/catalog.ts';
import type { RopeScaling } from '../model/spec/model-config.ts';

export interface RotaryPositions {
  type: 'rotary';
  theta: number;
  /** Leading dimensions of a head that are rotated; even, at most the head's. */
  dimensions: number;
  scaling: RopeScaling;
  /** Rotary base of the layers with a sliding window, if it differs (Gemma 3). */
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
  /** Norms also after attention and MLP, inside the residual branch (Gemma). */
  postNorms: boolean;
  mlp: { activation: Activation; gated: boolean };
  biases: Biases;
  /** Attention and MLP both read the layer's input (GPT-NeoX). */
  parallelResidual: boolean;
  /** Factor of q k before the softmax. */
  attentionScale: number;
  /** Factor of token embeddings. */
  embeddingScale: number;
  /** `layers[i]`: layer i sees the last `size` tokens only. */
  slidingWindow?: { size: number; layers: boolean[] };
  tiedHead: boolean;
  /** Precision of the weights on disk according to the config; the weights' own header decides. */
  dtype?: 'float32' | 'float16' | 'bfloat16';
  /** Token ids; `end` may have several, the usual one first. */
  tokens: { begin?: number; end: number[]; pad?: number };
}
