/**
 * The head of a pass: from the normed hidden states of the targets to their likelihoods, and from the objective's slopes back to the
 * gradients of those states and of the head's weight. How it is done is chosen here; whoever passes gradients on need not know.
 */
import { FusedHead } from './fused-head.ts';
import type { BatchShape } from './matmul.ts';
import type { Model } from './model.ts';
import { StoredHead, type OnLogits } from './stored-head.ts';
import type { Workshop } from './workspace.ts';

export type HeadKind = 'stored' | 'fused';

/** For tests and benchmarks. */
export interface HeadOptions {
  kind?: HeadKind;
  /** Stored: most targets in one chunk of logits, a multiple of 64. */
  chunk?: number;
  /** Fused: most columns of the vocabulary in one block, a multiple of SEGMENT_COLUMNS. */
  block?: number;
}

/** Vocabularies from here on have a fused head. */
export const FUSED_VOCABULARY = 2048;

/** What a head works with. */
export interface HeadContext {
  model: Model;
  /** Most targets of a batch. */
  capacity: number;
  /** Of the whole batch. */
  dims: GPUBufferBinding;
  /** [M] TargetToken, Likelihood, (dL/dlogp, dL/dentropy). */
  targets: GPUBuffer;
  likelihoods: GPUBuffer;
  slopes: GPUBuffer;
  /** dL/dW in the trained store's layout. */
  gradients: GPUBuffer;
  /** Plans what else reads the logits, behind their log-probs. */
  onLogits: OnLogits | undefined;
}

/** What the backward pass writes beside gradients of weights. */
export interface HeadScratch {
  /** Gradient of the normed states, [M, D]. */
  dNormed: GPUBuffer;
  partials: GPUBuffer;
}

export interface Head {
  /** Floats of scratch for partial sums of its weight's gradient; 0 when that is frozen. @param rows most rows of any product of the pass */
  partials(rows: number): number;
  /** @param normed final normed states, [M, D] @param scratch undefined for a pass that only scores */
  compose(workshop: Workshop, normed: GPUBuffer, scratch: HeadScratch | undefined): Promise<HeadDispatches>;
  /** @param dims the whole batch's dims, as common.wgsl has them */
  load(dims: Uint32Array<ArrayBuffer>): void;
  destroy(): void;
}

/** A head's dispatches, for batches up to its capacity. */
export interface HeadDispatches {
  recordForward(pass: GPUComputePassEncoder, shape: BatchShape): void;
  /** @param again another backward pass has run since the forward pass */
  recordBackward(pass: GPUComputePassEncoder, shape: BatchShape, again: boolean): void;
  destroy(): void;
}

/**
 * Which head a pass has. It depends on the model alone, not on the size of a batch: old log-probs and those of an update come from passes of
 * different sizes, and have to agree bit for bit (r = 1 before the first update).
 */
export function headKind({ model, onLogits }: Pick<HeadContext, 'model' | 'onLogits'>, { kind }: HeadOptions = {}): HeadKind {
  if (onLogits) return 'stored';
  return kind ?? (model.config.vocabularySize >= FUSED_VOCABULARY ? 'fused' : 'stored');
}

export function headOf(context: HeadContext, options: HeadOptions = {}): Head {
  return headKind(context, options) === 'fused' ? new FusedHead(context, options) : new StoredHead(context, options);
}
