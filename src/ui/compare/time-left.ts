/** How long a comparison still takes. */
import { withoutSleep } from '../../views/durations.ts';
import type { SweepRunView } from '../../store/compare-store.ts';

/** An evaluation may take as long as many steps, so each phase is looked at by itself. */
function elapsed({ records }: Pick<SweepRunView, 'records'>): number {
  const times = (['sft', 'rl', 'evaluation'] as const).flatMap((phase) =>
    withoutSleep(records.filter((record) => record.phase === phase).map(({ time }) => time.step_ms)),
  );
  return times.reduce((sum, ms) => sum + ms, 0);
}

/**
 * By the time of the runs that are done; until one is, by the steps of the first that is made.
 *
 * @param steps of one run, of all its stages
 * @returns milliseconds; undefined before the first step
 */
export function timeLeft(runs: readonly SweepRunView[], steps: number): number | undefined {
  const ended = runs.filter(({ state }) => state === 'done');
  const running = runs.filter(({ state }) => state === 'running');
  const made = running.reduce(
    (sum, { records }) => sum + records.filter(({ phase }) => phase !== 'evaluation').length,
    0,
  );
  if (ended.length === 0 && made === 0) return undefined;
  const one =
    ended.length > 0
      ? ended.reduce((sum, run) => sum + elapsed(run), 0) / ended.length
      : (running.reduce((sum, run) => sum + elapsed(run), 0) / made) * steps;
  const waiting = runs.filter(({ state }) => state === 'waiting').length;
  return waiting * one + running.reduce((sum, run) => sum + Math.max(0, one - elapsed(run)), 0);
}

/** `about 12 min left`. */
export function timeLeftText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than 1 min left';
  if (minutes < 90) return `about ${minutes} min left`;
  return `about ${(minutes / 60).toFixed(1)} h left`;
}
