/** Estimates how long the kernels of a starting stage still take to compile, from those compiled so far. */
import type { CompileProgress } from '../gpu/gpu-scope.ts';

/** No estimate before this time, ms: the first kernels say little about the others. */
const FIRST_MS = 1500;

export class CompileClock {
  private began: { at: number; compiled: number } | undefined;

  /**
   * Kernels that an earlier run compiled are ready at once, and are not counted in the rate.
   *
   * @param now in milliseconds
   * @returns seconds; undefined before there is an estimate, and when all are compiled
   */
  secondsLeft({ compiled, requested }: Omit<CompileProgress, 'label'>, now: number): number | undefined {
    this.began ??= { at: now, compiled };
    const [elapsed, made] = [now - this.began.at, compiled - this.began.compiled];
    if (elapsed < FIRST_MS || made < 1 || compiled >= requested) return undefined;
    return ((elapsed / made) * (requested - compiled)) / 1000;
  }
}
