/** A sweep as one job: runs in sequence on one GPU, all of a seed from the same checkpoint, prompts and samples. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { Sweep, SweepRun } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { runKey, runsOf } from '../compare/tuning.ts';
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
  /** The checkpoints that its runs start from, by name. */
  checkpoint: (name: string) => Promise<ModelCheckpoint>;
  /** Where the files of the task are; by default nowhere. */
  sources?: RunSources;
}

/** Deals the runs of a sweep, to one job or to several. */
export interface SweepQueue {
  /** The next run that nobody else makes, and its place among all; undefined when all are complete. */
  next(signal: AbortSignal | undefined): Promise<SweepRun | undefined>;
  /** A run is complete, or failed with `error` and counts up to its last record. */
  complete(run: SweepRun, records: RunRecords): Promise<void>;
  /** A run is given up before its end. */
  release(run: SweepRun): Promise<void>;
}

export interface SweepOptions {
  signal?: AbortSignal;
  onRun?: (run: SweepRun) => void;
  onRecord?: (run: SweepRun, record: StepRecord) => void;
}

/** All runs of a sweep for one job, in their order. */
export class MemoryQueue implements SweepQueue {
  readonly results: RunRecords[];

  /** @param done runs that are not rerun */
  constructor(
    private readonly sweep: Sweep,
    done: readonly RunRecords[] = [],
    private readonly onRunEnd: (run: SweepRun, records: RunRecords) => void = () => undefined,
  ) {
    this.results = [...done];
  }

  next(): Promise<SweepRun | undefined> {
    const made = new Set(this.results.map(runKey));
    return Promise.resolve(runsOf(this.sweep, this.results).find((run) => !made.has(runKey(run))));
  }

  complete(run: SweepRun, records: RunRecords): Promise<void> {
    this.results.push(records);
    this.onRunEnd(run, records);
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Makes the runs that the queue deals.
 *
 * @throws StudioError `cancelled`, `device-lost`, `memory`, and `input` for a run that cannot start: these end the
 *   job; a run that fails with `numerical` does not
 */
export async function runSweep(
  { gpu, tuner, checkpoint, sources }: SweepParts,
  queue: SweepQueue,
  options: SweepOptions = {},
): Promise<void> {
  const planner = new RunPlanner(checkpoint, sources);
  for (let run = await queue.next(options.signal); run; run = await queue.next(options.signal)) {
    options.onRun?.(run);
    let records: RunRecords;
    try {
      records = await oneRun({ gpu, tuner, planner }, run, options);
    } catch (error) {
      await queue.release(run);
      throw error;
    }
    await queue.complete(run, records);
  }
}

async function oneRun(
  { gpu, tuner, planner }: Pick<SweepParts, 'gpu' | 'tuner'> & { planner: RunPlanner },
  run: SweepRun,
  { signal, onRecord }: SweepOptions,
): Promise<RunRecords> {
  const records: StepRecord[] = [];
  // A comparison has no place for the reports of its runs.
  const { report: _, ...config } = run.config;
  const session = await RunSession.open(gpu, tuner, await planner.plan(gpu, config, { signal, keepGood: false }));
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
