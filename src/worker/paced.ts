/** Minimum interval between two frames, ms: at most 10 per second. */
const FRAME_MS = 100;

/** Sends what changes often at most 10 times per second, the newest state each time. */
export class Paced {
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: () => void) {}

  /** Sends now, or when the last sending is old enough. */
  soon(): void {
    this.timer ??= setTimeout(() => this.now(), Math.max(0, this.last + FRAME_MS - performance.now()));
  }

  /** Sends now: a state has changed. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.last = performance.now();
    this.send();
  }
}
