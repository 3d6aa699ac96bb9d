/** Stored runs, as in the archive. */
import type { ArchivedRun } from '../../src/archive/archived-run.ts';
import { digested, EMPTY_DIGEST } from '../../src/archive/archived-run.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import { tinyRun } from './tiny-run.ts';

export const record = (
  step: number,
  phase: StepRecord['phase'] = 'rl',
  metrics: Record<string, number> = { 'critic/score/mean': step / 100 },
): StepRecord => ({ step, phase, metrics, time: { step_ms: 5, tokens_per_second: 100 } });

/** A run with `count` RL records. */
export function archivedRun(
  id: string,
  count = 0,
  change: Partial<ArchivedRun> = {},
): { run: ArchivedRun; records: StepRecord[] } {
  const records = Array.from({ length: count }, (_, i) => record(i + 1));
  const run: ArchivedRun = {
    id,
    name: `run ${id}`,
    note: '',
    config: tinyRun(),
    state: 'running',
    started: 1_700_000_000_000,
    changed: 1_700_000_000_000,
    adapter: 'google swiftshader',
    records: count,
    digest: digested(EMPTY_DIGEST, records),
    tab: 'a',
    ...change,
  };
  return { run, records };
}
