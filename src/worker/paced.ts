/** Minimum interval between two frames, ms: at most 10 per second. */
const FRAME_MS = 100;

/**
 * Sends what changes often at most 10 times per second, the newest state each time. The next is sent once the page has
 * taken the one before, so that a page that is slower has one message to read, not a queue of them.
 */
export class Paced {
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The page has not taken the newest message yet. */
  private underway = false;
  /** What was asked for meanwhile. */
  private again: 'soon' | 'now' | undefined;

  /** @param send its promise, if it returns one, settles once the page has taken the message */
  constructor(private readonly send: () => unknown) {}

  /** Sends now, or when the last sending is old enough. */
  soon(): void {
    if (this.underway) this.again ??= 'soon';
    else this.timer ??= setTimeout(() => this.now(), Math.max(0, this.last + FRAME_MS - performance.now()));
  }

  /** Sends now: a state has changed. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.underway) {
      this.again = 'now';
      return;
    }
    this.last = performance.now();
    this.underway = true;
    // A page that could not handle a message can take the next.
    void Promise.resolve(this.send()).then(
      () => this.taken(),
      () => this.taken(),
    );
  }

  private taken(): void {
    const { again } = this;
    this.underway = false;
    this.again = undefined;
    if (again) this[again]();
  }
}
