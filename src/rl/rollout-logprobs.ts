/**
 * The log-probs that a step's objective compares with: those of the sampler, of the old policy and of the reference
 * policy, stored in the objective's buffers before the first update.
 */
import { submit } from '../gpu/kernel.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import type { Objective } from '../objective/objective.ts';
import type { RlConfig } from '../run/config.ts';
import { responseSequence } from './minibatch-sequences.ts';
import type { Response } from './response.ts';
import { copyBuffer } from './trainer-state.ts';

export class RolloutLogprobs {
  /** Trained weights at the start of RL, when KL to them is configured. */
  readonly referenceWeights: GPUBuffer | undefined;
  /** Room for the trained weights while the reference's are in their place. */
  private readonly trainedCopy: GPUBuffer | undefined;
  /** Sampled log-probs to upload. */
  private sampled: Float32Array<ArrayBuffer> | undefined;

  /** @throws StudioError `memory` */
  constructor(
    private readonly pass: TrainingPass,
    private readonly objective: Objective,
    private readonly config: Pick<RlConfig, 'temperature' | 'kl_coefficient'>,
  ) {
    if (config.kl_coefficient === 0) return;
    const { model } = pass;
    this.referenceWeights = model.gpu.largeBuffer('reference weights', model.layout.trained.count * 4);
    this.trainedCopy = model.gpu.largeBuffer('copy of trained weights', model.layout.trained.count * 4);
    copyBuffer(model, model.trained, this.referenceWeights);
  }

  /** @param tokens response tokens of all groups; `Response.index` says where those of a response begin */
  store(groups: readonly Response[][], tokens: number): void {
    const { pass, objective, referenceWeights, trainedCopy } = this;
    const { model } = pass;
    this.uploadSampled(groups, tokens);
    const batches = pass.batch.cut(
      groups.flat().map((response) => responseSequence(response, { lossWeight: 0, nllWeight: 0 })),
    );
    const forEachBatch = (encodeStore: (compute: GPUComputePassEncoder) => void) => {
      for (const batch of batches) {
        pass.batch.fill(batch);
        pass.load(this.config.temperature);
        submit(model.gpu, (compute) => {
          pass.encodeForward(compute);
          encodeStore(compute);
        });
      }
    };
    // By the training kernels, so that r is exactly 1 before the first update.
    forEachBatch((compute) => objective.encodeStoreOldLogprobs(compute));
    if (!referenceWeights || !trainedCopy) return;
    copyBuffer(model, model.trained, trainedCopy);
    copyBuffer(model, referenceWeights, model.trained);
    forEachBatch((compute) => objective.encodeStoreReferenceLogprobs(compute));
    copyBuffer(model, trainedCopy, model.trained);
  }

  private uploadSampled(groups: readonly Response[][], tokens: number): void {
    this.sampled ??= new Float32Array(this.objective.sampled.size / 4);
    for (const members of groups) for (const { index, logprobs } of members) this.sampled.set(logprobs, index);
    this.pass.gpu.device.queue.writeBuffer(this.objective.sampled, 0, this.sampled, 0, tokens);
  }

  destroy(): void {
    for (const buffer of [this.referenceWeights, this.trainedCopy]) if (buffer) this.pass.gpu.release(buffer);
  }
}
