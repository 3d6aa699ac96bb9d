/**
 * Redraws of charts, spread over animation frames. A step of a run changes every chart of the page: in one frame they
 * would take one long task, in which the page answers to nothing.
 */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Milliseconds of a frame after which further charts wait for the next one. */
const BUDGET_MS = 8;
/** Milliseconds that a chart rests between two redraws: quick steps leave the processor to the training. */
const REST_MS = 400;

export class Turns {
  /** By chart, in the order in which they began to wait. */
  private readonly waiting = new Map<object, () => void>();
  /** When a chart was drawn last. */
  private readonly drawn = new WeakMap<object, number>();
  private scheduled = false;

  constructor(
    /** A method of `window`, which cannot be called as one of this object. */
    private readonly beforeRepaint: (work: () => void) => void = (work) => void requestAnimationFrame(work),
    private readonly now: () => number = () => performance.now(),
    private readonly restMs = REST_MS,
  ) {}

  /** Draws a chart when its turn comes; a chart that waits already keeps its place, and draws what is newest. */
  add(chart: object, draw: () => void): void {
    this.waiting.set(chart, draw);
    if (this.scheduled) return;
    this.scheduled = true;
    this.beforeRepaint(() => this.take());
  }

  remove(chart: object): void {
    this.waiting.delete(chart);
  }

  private take(): void {
    const begun = this.now();
    for (const [chart, draw] of this.waiting) {
      if (begun - (this.drawn.get(chart) ?? -Infinity) < this.restMs) continue;
      this.waiting.delete(chart);
      this.drawn.set(chart, begun);
      draw();
      if (this.now() - begun >= BUDGET_MS) break;
    }
    this.scheduled = this.waiting.size > 0;
    if (this.scheduled) this.beforeRepaint(() => this.take());
  }
}

const pageTurns = new Turns();

/** The newest value once it is the turn of the component to draw it; until then the one before. */
export function useTurn<T>(value: T): T {
  const [drawn, setDrawn] = useState(value);
  const [chart] = useState(() => ({}));
  useEffect(() => {
    if (Object.is(drawn, value)) pageTurns.remove(chart);
    // Drawn at once, so that the time it takes counts.
    else pageTurns.add(chart, () => flushSync(() => setDrawn(value)));
  }, [chart, drawn, value]);
  // Not with every new value: it would lose its place.
  useEffect(() => () => pageTurns.remove(chart), [chart]);
  return drawn;
}
