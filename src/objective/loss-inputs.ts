/** What a loss reads of a batch: a training pass gives it from a model, GivenTokens (src/dumps) from log-probs. */
import type { Gpu } from '../gpu/device.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';

export interface LossInputs {
  readonly gpu: Gpu;
  /** Dims uniform of the whole batch. */
  readonly batchDims: GPUBufferBinding;
  /** [M] TargetToken. */
  readonly targets: GPUBuffer;
  /** [sequences + 1] first target of each sequence. */
  readonly firstTargets: GPUBuffer;
  /** [M] Likelihood. */
  readonly likelihoods: GPUBuffer;
  /** [M] (dL/dlogp, dL/dentropy), written by the loss. */
  readonly dLogprobs: GPUBuffer;
  /** Of the batch that is loaded. */
  readonly shape: BatchShape;
  readonly batch: { readonly capacity: { readonly targets: number } };
}
