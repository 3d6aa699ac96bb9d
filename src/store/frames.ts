/** Receives frames from the worker. */
import type { StepRecord } from '../run/step-record.ts';
import type { Frame } from '../views/run-view.ts';

/**
 * A frame arrives as a copy, so none of its objects is identical to those drawn before. Rollout data changes only with
 * the rollout: the previous objects are kept, so components that draw them do not rerender.
 */
export function keepUnchanged(previous: Frame | undefined, next: Frame): Frame {
  if (!previous) return next;
  return {
    ...next,
    ...(sameStep(previous.split, next.split) && { split: previous.split }),
    ...(previous.rolloutStep === next.rolloutStep && { rollouts: previous.rollouts }),
    ...(previous.tokenStep === next.tokenStep && {
      ...(previous.distributions && { distributions: previous.distributions }),
      ...(previous.scatter && { scatter: previous.scatter }),
    }),
  };
}

const sameStep = (one: StepRecord | undefined, other: StepRecord | undefined): one is StepRecord =>
  one !== undefined && one.step === other?.step;

/** Of several frames that arrive before a repaint, only the newest is drawn. */
export class FrameQueue {
  private newest: Frame | undefined;

  constructor(
    private readonly draw: (frame: Frame) => void,
    /** A method of `window`, which cannot be called as one of this object. */
    private readonly beforeRepaint: (work: () => void) => void = (work) => void requestAnimationFrame(work),
  ) {}

  /** Draws nothing more of what was received; a hidden page repaints, and draws, much later. */
  clear(): void {
    this.newest = undefined;
  }

  push(frame: Frame): void {
    const scheduled = this.newest !== undefined;
    this.newest = frame;
    if (scheduled) return;
    this.beforeRepaint(() => {
      const newest = this.newest;
      this.newest = undefined;
      if (newest) this.draw(newest);
    });
  }
}
