/**
 * The log-probs that a step's objective compares with: those of the sampler, of the old policy and of the reference
 * policy, stored in the objective's buffers before the first update.
 */
import type { DispatchEncoder } from '../gpu/cut-work.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import type { Objective } from '../objective/objective.ts';
import type { RlConfig } from '../run/config.ts';
import { responseSequence } from './minibatch-sequences.ts';
import type { ReferencePolicy } from './reference-policy.ts';
import type { Response } from './response.ts';

export class RolloutLogprobs {
  /** Sampled log-probs to upload. */
  private sampled: Float32Array<ArrayBuffer> | undefined;

  /** @param reference undefined without KL to it */
  constructor(
    private readonly pass: TrainingPass,
    private readonly objective: Objective,
    private readonly config: Pick<RlConfig, 'temperature'>,
    private readonly reference: ReferencePolicy | undefined,
  ) {}

  /** @param tokens response tokens of all groups; `Response.index` says where those of a response begin */
  store(groups: readonly Response[][], tokens: number): void {
    const { pass, objective } = this;
    this.uploadSampled(groups, tokens);
    const batches = pass.batch.cut(
      groups.flat().map((response) => responseSequence(response, { lossWeight: 0, nllWeight: 0 })),
    );
    const forEachBatch = (encodeStore: (compute: DispatchEncoder) => void) => {
      for (const batch of batches) {
        pass.batch.fill(batch);
        pass.load(this.config.temperature);
        pass.submitForward(encodeStore);
      }
    };
    // By the training kernels, so that r is exactly 1 before the first update.
    forEachBatch((compute) => objective.encodeStoreOldLogprobs(compute));
    this.reference?.inPlace(() => forEachBatch((compute) => objective.encodeStoreReferenceLogprobs(compute)));
  }

  private uploadSampled(groups: readonly Response[][], tokens: number): void {
    this.sampled ??= new Float32Array(this.objective.sampled.size / 4);
    for (const members of groups) for (const { index, logprobs } of members) this.sampled.set(logprobs, index);
    this.pass.gpu.device.queue.writeBuffer(this.objective.sampled, 0, this.sampled, 0, tokens);
  }
}
