/**
 * Detects a worker that does not respond: it is pinged every second. Compiling shaders and a step's work on the GPU do
 * not block its event loop. Time during which the page is hidden or suspended is not counted.
 */

/** Time without an answer after which the worker counts as unresponsive, ms. */
export const SILENCE_MS = 20_000;
const TICK_MS = 1000;
/** A longer gap between two ticks means that the page itself was suspended, ms. */
const SUSPENDED_MS = 5000;

export interface Clock {
  /** In milliseconds. */
  now: () => number;
  /** @returns a function that ends the repetition */
  every: (ms: number, work: () => void) => () => void;
  visible: () => boolean;
}

export const PAGE_CLOCK: Clock = {
  now: () => performance.now(),
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
  visible: () => typeof document === 'undefined' || document.visibilityState === 'visible',
};

export interface HeartbeatParts {
  ping: () => Promise<unknown>;
  /** No answer for SILENCE_MS; called once per silence. */
  onSilent: () => void;
  /** An answer after `onSilent`. */
  onAnswer: () => void;
}

export class Heartbeat {
  /** Time waited for the pending answer while the page was visible, ms. */
  private waited = 0;
  private pending = false;
  private silent = false;
  private last: number;
  private readonly end: () => void;

  constructor(
    private readonly parts: HeartbeatParts,
    private readonly clock: Clock = PAGE_CLOCK,
  ) {
    this.last = clock.now();
    this.end = clock.every(TICK_MS, () => this.tick());
  }

  stop(): void {
    this.end();
  }

  private tick(): void {
    const now = this.clock.now();
    const gap = now - this.last;
    this.last = now;
    if (!this.clock.visible() || gap > SUSPENDED_MS) this.waited = 0;
    else if (this.pending) this.waited += gap;
    if (!this.pending) void this.ask();
    if (this.silent || this.waited < SILENCE_MS) return;
    this.silent = true;
    this.parts.onSilent();
  }

  private async ask(): Promise<void> {
    this.pending = true;
    await this.parts.ping();
    this.pending = false;
    this.waited = 0;
    if (this.silent) this.parts.onAnswer();
    this.silent = false;
  }
}
