/** Reports of work in stages: each stage at once, within a stage at most 10 per second. */

/** Minimum interval between two reports, ms. */
const REPORT_MS = 100;

export class StagedReport<T extends { stage: string }> {
  private newest: T | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sent = -Infinity;

  constructor(private readonly send: (progress: T) => void) {}

  show(progress: T): void {
    const next = progress.stage !== this.newest?.stage;
    this.newest = progress;
    if (next) {
      this.report();
      return;
    }
    this.timer ??= setTimeout(() => this.report(), Math.max(0, this.sent + REPORT_MS - performance.now()));
  }

  /** At once, for reports that are rare. */
  now(progress: T): void {
    this.newest = progress;
    this.report();
  }

  /** Sends nothing more. */
  close(): void {
    clearTimeout(this.timer);
    this.newest = undefined;
  }

  private report(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = performance.now();
    if (this.newest) this.send(this.newest);
  }
}
