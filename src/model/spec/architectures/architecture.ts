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

/** Names without `.weight` and `.bias`. A family without an optional name does not have the tensor, nor its layer. */
export interface TensorNames {
  /**
   * Prefixes of all names except the head's: that of the model with its head, and that of the model alone. A checkpoint
   * has one of them; new ones get the first.
   */
  prefixes: readonly [string, ...string[]];
  embedding: string;
  /** Learned positions; a family without them has rotary positions. */
  positions?: string;
  /** Prefix of the names of a layer; `#` is the layer's number. */
  layer: string;
  inputNorm: string;
  queryKeyValue:
    | { query: string; key: string; value: string }
    /** One matrix: all of q, then k, then v (`parts`), or q, k, v of head 0, then of head 1 (`heads`). */
    | { fused: string; order: 'parts' | 'heads' };
  /** RMSNorm over each query and key head before the rotation. */
  headNorms?: { query: string; key: string };
  output: string;
  mlpNorm: string;
  /** The MLP is activation(gate) * up instead of activation(up). */
  gate?: string;
  up: string;
  down: string;
  /** Norms also after attention and MLP, inside the residual branch (Gemma). */
  postNorms?: { attention: string; mlp: string };
  finalNorm: string;
  head: string;
  /** How a linear layer's weight is stored: [out, in] as torch's Linear, [in, out] as GPT-2's Conv1D. */
  linear: 'out-in' | 'in-out';
}

/** Looked up by `ModelConfig.architecture` in `ARCHITECTURES`; `Model.architecture` is a model's. */
export interface Architecture {
  /** Display name. */
  title: string;
  norm: 'rms' | 'layer';
  /** The gain of a norm is 1 + weight (Gemma). */
  gainPlusOne: boolean;
  /** Token embeddings are scaled by sqrt(hidden) (Gemma). */
  scaledEmbedding: boolean;
  /** The MLP reads x0, like attention, instead of x1 (GPT-NeoX), unless a checkpoint's config says otherwise. */
  parallelResidual: boolean;
  /** Unless a checkpoint's config says otherwise. */
  activation: Activation;
  /** Unless a checkpoint's config says otherwise. */
  biases: Biases;
  names: TensorNames;
}
