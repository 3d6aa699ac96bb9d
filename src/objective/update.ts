/**
 * One optimizer update of a minibatch: one command buffer, or one per pass where the minibatch is split to fit in
 * memory, or several where one would take too long (src/gpu/cut-work.ts).
 */
import type { BatchSequence } from '../model/training/batch.ts';
import type { AdamW } from '../model/training/optimizer.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import type { Loss } from './loss.ts';

export interface UpdateParts {
  pass: TrainingPass;
  loss: Loss;
  optimizer: AdamW;
}

export interface UpdateOptions {
  /** Clear histogram, density and the optimizer's halt: on the first update of a step. */
  clearCounts: boolean;
  /** False leaves the weights as they are (for looking at a gradient). */
  apply: boolean;
  /** Accumulate onto the gradients of earlier passes of the same minibatch. */
  first?: boolean;
  /** The gradient is complete: compute its norm and, with `apply`, take the step. */
  last?: boolean;
}

/**
 * Processes a loaded batch: forward, loss and token records, backward, gradient norm, statistics, and AdamW's step.
 *
 * @throws StudioError `device-lost`
 */
export function submitUpdate(
  { pass, loss, optimizer }: UpdateParts,
  { clearCounts, apply, first = true, last = true }: UpdateOptions,
): void {
  pass.submitTraining(
    (compute) => {
      pass.encodeForward(compute);
      loss.encodeEvaluate(compute);
      pass.encodeBackward(compute);
      if (last) optimizer.encodeNorm(compute);
      loss.statistics.encode(compute);
      if (last && apply) optimizer.encodeStep(compute);
    },
    (encoder) => {
      if (clearCounts) {
        loss.statistics.clearCounts(encoder);
        optimizer.clearHalt(encoder);
      }
      if (first) pass.clearGradients(encoder);
      pass.clearBefore(encoder);
    },
  );
}

/**
 * The update of a whole minibatch, in as many passes as it needs. Loss weights are those of the whole minibatch, so the
 * passes' losses and gradients sum to the minibatch's.
 *
 * @param load temperature, first row of the statistics table, and seed, as `TrainingPass.load` takes them
 * @returns rows of the table that were written: one per pass, to be summed by `addRows`
 */
export function submitMinibatch(
  parts: UpdateParts,
  sequences: readonly BatchSequence[],
  load: { temperature: number; row: number; seed: number },
  { clearCounts, apply }: Pick<UpdateOptions, 'clearCounts' | 'apply'>,
): number {
  const batches = parts.pass.batch.cut(sequences);
  for (const [i, batch] of batches.entries()) {
    parts.pass.batch.fill(batch);
    parts.pass.load(load.temperature, load.row + i, load.seed);
    submitUpdate(parts, { clearCounts: clearCounts && i === 0, apply, first: i === 0, last: i === batches.length - 1 });
  }
  return batches.length;
}
