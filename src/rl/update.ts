/** One optimizer update of a loaded batch, encoded as one command buffer. */
import type { AdamW } from '../model/optimizer.ts';
import type { TrainingPass } from '../model/training-pass.ts';
import type { Objective } from './objective.ts';

export interface UpdateParts {
  pass: TrainingPass;
  objective: Objective;
  optimizer: AdamW;
}

/**
 * Forward, slopes and token records, backward, gradient norm, the minibatch's statistics, and AdamW's step.
 *
 * @param options.clearCounts start histogram and density from 0: on the first update of a step
 * @param options.apply false leaves the weights as they are (for looking at a gradient)
 * @throws StudioError `device-lost`
 */
export function submitUpdate({ pass, objective, optimizer }: UpdateParts, { clearCounts, apply }: { clearCounts: boolean; apply: boolean }): void {
  const { gpu } = pass;
  gpu.checkAlive();
  const encoder = gpu.device.createCommandEncoder();
  if (clearCounts) objective.clearCounts(encoder);
  pass.clearGradients(encoder);
  pass.clearBefore(encoder);
  const compute = encoder.beginComputePass();
  pass.recordForward(compute);
  objective.recordEvaluate(compute);
  pass.recordBackward(compute);
  optimizer.recordNorm(compute);
  objective.recordStatistics(compute);
  if (apply) optimizer.recordStep(compute);
  compute.end();
  gpu.device.queue.submit([encoder.finish()]);
}
