/**
 * A family of decoder-only transformers as data: the choices of its layers among the shared kernels, and the names and
 * orientation of its tensors in a checkpoint. Each file beside this one describes one family; `catalog.ts` lists them.
 *
 *   x0 = embedding (+ learned position);   per layer:  x1 = x0 + attention(norm(x0));   x2 = x1 + mlp(norm(x1))
 */

export type Activation =
  | 'silu'
  /** x Phi(x), by erf. */
  | 'gelu'
  /** Its tanh approximation: `gelu_new`, `gelu_pytorch_tanh`. */
  | 'gelu-tanh';

/** Which linear layers have a bias. */
export interface Biases {
  queryKeyValue: boolean;
  attentionOutput: boolean;
  mlp: boolean;
}

/** Choices of a family; a ModelConfig overrides those that vary between its checkpoints. */
export interface LayerChoices {
  norm: 'rms' | 'layer';
  /** The gain of a norm is 1 + weight (Gemma). */
  gainPlusOne: boolean;
  positions: 'rotary' | 'learned';
  /** RMSNorm over each query and key head before the rotation. */
  queryKeyNorm: boolean;
  /** Norms also after attention and MLP, inside the residual branch (Gemma). */
  postNorms: boolean;
  /** The MLP reads x0, like attention, instead of x1 (GPT-NeoX). */
  parallelResidual: boolean;
  /** The MLP is activation(gate) * up instead of activation(up). */
  gated: boolean;
  activation: Activation;
  biases: Biases;
  /** Token embeddings are scaled by sqrt(hidden) (Gemma). */
  scaledEmbedding: boolean;
}

/** Names without `.weight` and `.bias`. */
export interface TensorNames {
  /** Prefixes of all names except the head's. A checkpoint has one of them; new ones get the first. */
  prefixes: readonly [string, ...string[]];
  embedding: string;
  positions?: string;
  /** Prefix of the names of a layer; `#` is the layer's number. */
  layer: string;
  inputNorm: string;
  queryKeyValue:
    | { query: string; key: string; value: string }
    /** One matrix: all of q, then k, then v (`parts`), or q, k, v of head 0, then of head 1 (`heads`). */
    | { fused: string; order: 'parts' | 'heads' };
  queryNorm?: string;
  keyNorm?: string;
  output: string;
  postAttentionNorm?: string;
  mlpNorm: string;
  gate?: string;
  up: string;
  down: string;
  postMlpNorm?: string;
  finalNorm: string;
  head: string;
  /** How a linear layer's weight is stored: [out, in] as torch's Linear, [in, out] as GPT-2's Conv1D. */
  linear: 'out-in' | 'in-out';
}

export interface Architecture extends LayerChoices {
  /** Display name. */
  title: string;
  names: TensorNames;
  /** Tensors in checkpoints that are not read: masks, inverse frequencies. */
  ignored?: RegExp;
}
