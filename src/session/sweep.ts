/** A sweep as one job: its runs in sequence on one GPU, each from the same checkpoint, prompts and sampling seeds. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { runsOf, type Sweep, type SweepRun } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/summary.ts';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { RunSources } from './resolved-run.ts';
import { RunPlanner } from './run-planner.ts';
import { RunSession } from './session.ts';

export interface SweepParts {
  gpu: Gpu;
  tuner: Tuner;
  sweep: Sweep;
  /** The checkpoint that `base.model.checkpoint` names. */
  checkpoint: ModelCheckpoint | undefined;
  /** Where the files of the task are; by default nowhere. */
  sources?: RunSources;
}

export interface SweepOptions {
  signal?: AbortSignal;
  /** Existing runs, which are not rerun. */
  done?: readonly RunRecords[];
  onRun?: (run: SweepRun, number: number, total: number) => void;
  onRecord?: (run: SweepRun, record: StepRecord) => void;
  /** A run is complete, or failed with `error` and counts up to its last record. */
  onRunEnd?: (run: SweepRun, records: RunRecords) => Promise<void> | void;
}

/**
 * @returns the records of all runs, in the order of `runsOf`
 * @throws StudioError `cancelled`, `device-lost`, `memory`, and `input` for a run that cannot start: these end the
 *   sweep; a run that fails with `numerical` does not
 */
export async function runSweep(
  { gpu, tuner, sweep, checkpoint, sources }: SweepParts,
  options: SweepOptions = {},
): Promise<RunRecords[]> {
  const results: RunRecords[] = [];
  const runs = runsOf(sweep);
  const planner = new RunPlanner(
    (id) =>
      checkpoint ? Promise.resolve(checkpoint) : Promise.reject(new Error(`the sweep was started without ${id}`)),
    sources,
  );
  for (const [i, run] of runs.entries()) {
    const found = options.done?.find(({ label, seed }) => label === run.label && seed === run.seed);
    if (found) {
      results.push(found);
      continue;
    }
    options.onRun?.(run, i + 1, runs.length);
    const records = await oneRun({ gpu, tuner, planner }, run, options);
    results.push(records);
    await options.onRunEnd?.(run, records);
  }
  return results;
}

async function oneRun(
  { gpu, tuner, planner }: Pick<SweepParts, 'gpu' | 'tuner'> & { planner: RunPlanner },
  run: SweepRun,
  { signal, onRecord }: SweepOptions,
): Promise<RunRecords> {
  const records: StepRecord[] = [];
  const session = await RunSession.open(gpu, tuner, await planner.plan(gpu, run.config, { signal }));
  try {
    for (;;) {
      signal?.throwIfAborted();
      const step = await session.next({ ...(signal && { signal }) });
      if (!step) break;
      for (const record of step.records) {
        records.push(record);
        onRecord?.(run, record);
      }
    }
    return { label: run.label, seed: run.seed, records };
  } catch (error) {
    if (error instanceof StudioError && error.kind === 'numerical')
      return { label: run.label, seed: run.seed, records, error: error.message };
    throw error;
  } finally {
    session.destroy();
  }
}
