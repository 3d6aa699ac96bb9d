/** The interface of a pass's head, independent of how it computes the softmax. */
import type { DispatchEncoder } from '../../gpu/cut-work.ts';
import type { Plan } from '../../gpu/kernel.ts';
import type { Model } from '../model.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import type { PlanContext } from '../scratch-arena.ts';

export type HeadKind = 'stored' | 'fused';

/** For tests and benchmarks. */
export interface HeadOptions {
  kind?: HeadKind;
  /** Logits head: maximum targets per chunk of logits, a multiple of 64. */
  chunk?: number;
  /** Fused head: maximum vocabulary columns per block, a multiple of SEGMENT_COLUMNS. */
  block?: number;
}

/** The inputs of a head. */
export interface HeadContext {
  model: Model;
  /** Maximum targets of a batch. */
  capacity: number;
  /** Of the whole batch. */
  dims: GPUBufferBinding;
  /** [M] TargetToken, Likelihood, (dL/dlogp, dL/dentropy). */
  targets: GPUBuffer;
  likelihoods: GPUBuffer;
  dLogprobs: GPUBuffer;
  /** dL/dW in the trained store's layout. */
  gradients: GPUBuffer;
  /** Plans other readers of the logits, after their log-probs. */
  onLogits: OnLogits | undefined;
}

/** Outputs of the backward pass other than gradients of weights. */
export interface HeadScratch {
  /** Gradient of the normed states, [M, D]. */
  dNormed: GPUBuffer;
  partials: GPUBuffer;
}

export interface Head {
  /**
   * Floats of scratch for partial sums of its weight's gradient; 0 when that is frozen. @param rows maximum rows of any
   * product of the pass
   */
  partials(rows: number): number;
  /** @param normed final normed states, [M, D] @param scratch undefined for a pass that only scores */
  compose(planContext: PlanContext, normed: GPUBuffer, scratch: HeadScratch | undefined): Promise<HeadDispatches>;
  /** @param dims the whole batch's dims, as in common.wgsl */
  load(dims: Uint32Array<ArrayBuffer>): void;
  destroy(): void;
}

/** A head's planned dispatches, for batches up to its capacity. */
export interface HeadDispatches {
  encodeForward(pass: DispatchEncoder, shape: BatchShape): void;
  /** @param again another backward pass has run since the forward pass */
  encodeBackward(pass: DispatchEncoder, shape: BatchShape, again: boolean): void;
  destroy(): void;
}

/** Plans a reader of a chunk's logits, [targets of the chunk, V padded]. */
export type OnLogits = (
  plan: Plan<BatchShape>,
  chunk: { dims: GPUBufferBinding; targets: GPUBuffer; logits: GPUBuffer },
) => Promise<void>;
