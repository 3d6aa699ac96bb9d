/**
 * Detects kernels that the driver does not finish compiling: nothing fails then, and the run would wait for ever. Long
 * compiles are no fault, so only the time in which none of the waiting kernels is finished counts.
 */
import type { StalledCompile } from './events.ts';

/** Time without a finished kernel after which compiling counts as stalled, ms. */
export const STALLED_MS = 120_000;
const LOOK_MS = 5000;

/** Kernels that are being compiled. */
export interface Compiling {
  /** The one that was requested first. */
  label: string;
  /** Kernels requested and not finished. */
  waiting: number;
  /** Kernels finished since the device was opened. */
  finished: number;
}

export class CompileWatch {
  private timer: ReturnType<typeof setInterval> | undefined;
  private before: { key: string; looks: number } | undefined;
  private stalled = false;

  /**
   * @param compiling what is compiled now; undefined for nothing
   * @param onStalled called once per stall, and with undefined at its end
   */
  constructor(
    private readonly compiling: () => Compiling | undefined,
    private readonly onStalled: (stalled: StalledCompile | undefined) => void,
  ) {}

  /** Looks from now on; a process under Node may end meanwhile. */
  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_MS);
    if (typeof this.timer === 'object') this.timer.unref();
  }

  /** Counts looks instead of time, because a machine that sleeps compiles nothing. */
  look(): void {
    const compiling = this.compiling();
    const key = compiling && compiling.waiting > 0 ? `${compiling.finished} ${compiling.label}` : undefined;
    if (!compiling || key === undefined || key !== this.before?.key) {
      this.before = key === undefined ? undefined : { key, looks: 0 };
      if (this.stalled) this.onStalled(undefined);
      this.stalled = false;
      return;
    }
    this.before.looks += 1;
    const milliseconds = this.before.looks * LOOK_MS;
    if (this.stalled || milliseconds < STALLED_MS) return;
    this.stalled = true;
    this.onStalled({ label: compiling.label, waiting: compiling.waiting, seconds: milliseconds / 1000 });
  }
}
