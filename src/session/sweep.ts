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
  /**
   * The next run that nobody else makes; undefined when all are complete.
   *
   * @param without `runKey`s of runs that this job cannot make
   */
  next(signal: AbortSignal | undefined, without: ReadonlySet<string>): Promise<SweepRun | undefined>;
  /** A run is complete, or failed with `error` and counts up to its last record. */
  complete(run: SweepRun, records: RunRecords): Promise<void>;
  /** A run is given up before its end. */
  release(run: SweepRun): Promise<void>;
}

export interface SweepOptions {
  signal?: AbortSignal;
  onRun?: (run: SweepRun) => void;
  /** Those of one step together: a run whose last step is stored counts as complete. */
  onRecords?: (run: SweepRun, records: readonly StepRecord[]) => void;
  /** A run has no room on the adapter: its records are void, and the other runs follow. */
  onRefused?: (run: SweepRun, error: StudioError) => void;
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

  next(_: AbortSignal | undefined, without: ReadonlySet<string>): Promise<SweepRun | undefined> {
    const made = new Set(this.results.map(runKey));
    const open = (key: string) => !made.has(key) && !without.has(key);
    return Promise.resolve(runsOf(this.sweep, this.results).find((run) => open(runKey(run))));
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
 * A run without room on the adapter is left out, and the others are made; one that fails with `numerical` is complete.
 *
 * @throws StudioError `memory` at the end, if runs were left out; `cancelled`, `device-lost`, and `input` for a run
 *   that cannot start, which end the job
 */
export async function runSweep(
  { gpu, tuner, checkpoint, sources }: SweepParts,
  queue: SweepQueue,
  options: SweepOptions = {},
): Promise<void> {
  const planner = new RunPlanner(checkpoint, sources);
  const refused = new Map<string, StudioError>();
  const next = () => queue.next(options.signal, new Set(refused.keys()));
  for (let run = await next(); run; run = await next()) {
    options.onRun?.(run);
    let records: RunRecords;
    try {
      records = await oneRun({ gpu, tuner, planner }, run, options);
    } catch (error) {
      await queue.release(run);
      if (!(error instanceof StudioError) || error.kind !== 'memory') throw error;
      refused.set(runKey(run), error);
      options.onRefused?.(run, error);
      continue;
    }
    await queue.complete(run, records);
  }
  const [first] = refused;
  if (first) throw withoutRoom(first, refused.size);
}

/** The error of a sweep whose other runs are complete. */
function withoutRoom([key, { message, advice, field }]: [string, StudioError], count: number): StudioError {
  const runs = count === 1 ? 'One run has' : `${count} runs have`;
  return new StudioError(
    'memory',
    `${runs} no room on the adapter; all others are complete. Seed ${key}: ${message}`,
    advice,
    field,
  );
}

async function oneRun(
  { gpu, tuner, planner }: Pick<SweepParts, 'gpu' | 'tuner'> & { planner: RunPlanner },
  run: SweepRun,
  { signal, onRecords }: SweepOptions,
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
      records.push(...step.records);
      onRecords?.(run, step.records);
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
