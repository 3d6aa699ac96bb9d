/** Reports the progress of a starting run: each stage at once, within a stage at most 10 times per second. */
import type { Preparation } from './events.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { DataProgress } from '../views/data.ts';
import { CompileClock } from './compile-clock.ts';

/** Minimum interval between two reports, ms. */
const REPORT_MS = 100;

export class PreparationReport {
  private readonly clock = new CompileClock();
  private newest: Preparation | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sent = -Infinity;

  constructor(private readonly send: (progress: Preparation) => void) {}

  stage(stage: 'checking' | 'loading'): void {
    this.show({ stage });
  }

  /** A large file of data takes long. */
  reading(reading: DataProgress): void {
    this.show({ stage: 'reading', reading });
  }

  compiling(kernels: CompileProgress): void {
    const secondsLeft = this.clock.secondsLeft(kernels, performance.now());
    this.show({ stage: 'compiling', kernels, ...(secondsLeft !== undefined && { secondsLeft }) });
  }

  /** Sends nothing more. */
  close(): void {
    clearTimeout(this.timer);
    this.newest = undefined;
  }

  private show(progress: Preparation): void {
    const next = progress.stage !== this.newest?.stage;
    this.newest = progress;
    if (next) {
      this.report();
      return;
    }
    this.timer ??= setTimeout(() => this.report(), Math.max(0, this.sent + REPORT_MS - performance.now()));
  }

  private report(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = performance.now();
    if (this.newest) this.send(this.newest);
  }
}
