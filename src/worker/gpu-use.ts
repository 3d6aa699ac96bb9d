/** Work that trains for long on the worker's GPU: a run, a sweep, a race. Only one of them trains at a time. */
import { StudioError } from '../errors.ts';

type LongWork = 'run' | 'sweep' | 'race';

const REFUSALS: Record<LongWork, readonly [message: string, advice: string]> = {
  run: ['A training run is using the GPU.', 'Pause or stop it first.'],
  sweep: ['A comparison is using the GPU.', 'Stop it on the Compare page first.'],
  race: ['A race is using the GPU.', 'Pause or stop it on the Compare page first.'],
};

export class GpuUse {
  /** @param active whether each is training; what is paused leaves the GPU to others */
  constructor(private readonly active: Readonly<Record<LongWork, () => boolean>>) {}

  /** @param beside work that may train meanwhile */
  isFree(...beside: LongWork[]): boolean {
    return this.user(beside) === undefined;
  }

  /** @throws StudioError `input` naming the work that is using the GPU */
  assertFree(...beside: LongWork[]): void {
    const user = this.user(beside);
    if (user) throw new StudioError('input', ...REFUSALS[user]);
  }

  private user(beside: readonly LongWork[]): LongWork | undefined {
    return (['run', 'sweep', 'race'] as const).find((work) => !beside.includes(work) && this.active[work]());
  }
}
