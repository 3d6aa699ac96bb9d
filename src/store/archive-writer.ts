/**
 * Writes records of runs in the background, so that no caller waits. While one batch is written the next is collected;
 * records that could not be written are kept, and retried after a while or when the caller hurries.
 */
import { StudioError } from '../errors.ts';
import { digested, isWhole, type ArchivedRun, type ArchivedState } from '../archive/archived-run.ts';
import type { RunReport } from '../report/run-report.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { Archive, ArchivedSweep } from './archive-db.ts';

interface OpenRun {
  run: ArchivedRun;
  /** Records not yet written. */
  waiting: StepRecord[];
  /** A report not yet written. */
  report?: RunReport | undefined;
  /** Number of records written. */
  written: number;
  /** Whether its row has unwritten changes. */
  changed: boolean;
}

interface WriterEvents {
  /** Called after a write. */
  onWritten: () => void;
  /** Called with the error when writing fails; with undefined once it works again. */
  onProblem: (problem: StudioError | undefined) => void;
}

/** Minimum interval between two write batches, in milliseconds: quick steps share one. */
const PAUSE_MS = 500;
/**
 * Milliseconds after which a batch that could not be written is retried: doubled with each failure, up to a bound. Each
 * attempt writes all waiting records, which become more with every step.
 */
const RETRY_MS = 5000;
const MOST_RETRY_MS = 60_000;

export class ArchiveWriter {
  private readonly runs = new Map<string, OpenRun>();
  private readonly sweeps = new Map<string, ArchivedSweep>();
  private loop: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  /** Attempts that failed since the last one that did not. */
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** Write the next batch without waiting for more. */
  private hurried = false;

  /** @param archive resolves once this tab may write */
  constructor(
    private readonly archive: Promise<Pick<Archive, 'append' | 'putSweep'>>,
    private readonly events: WriterEvents,
    private readonly pauseMs = PAUSE_MS,
    private readonly retryMs = RETRY_MS,
  ) {}

  /** Registers a run that is about to start or restart; it is stored from its first record. */
  begin(run: ArchivedRun): void {
    this.runs.set(run.id, { run, waiting: [], written: 0, changed: false });
  }

  /**
   * Registers a run that resumes from a kept state.
   *
   * @param written number of its records that are stored
   * @param missing those before the state that are not
   */
  resume(run: ArchivedRun, written: number, missing: readonly StepRecord[]): void {
    this.runs.set(run.id, { run, waiting: [...missing], written, changed: true });
    this.write();
  }

  append(id: string, records: readonly StepRecord[]): void {
    const open = this.runs.get(id);
    if (!open || records.length === 0) return;
    open.waiting.push(...records);
    open.run = {
      ...open.run,
      records: open.run.records + records.length,
      digest: digested(open.run.digest, records),
      changed: Date.now(),
    };
    open.changed = true;
    this.write();
  }

  /** The run's report so far; it is written with the run, which is stored from its first record. */
  report(id: string, report: RunReport): void {
    const open = this.runs.get(id);
    if (!open) return;
    open.report = report;
    open.run = { ...open.run, reported: true, changed: Date.now() };
    if (open.run.records === 0) return;
    open.changed = true;
    this.write();
  }

  end(id: string, state: ArchivedState, error?: string): void {
    const open = this.runs.get(id);
    if (!open) return;
    open.run = { ...open.run, state, ...(error !== undefined && { error }), changed: Date.now() };
    if (open.run.records === 0) {
      // It ended before its first record; a stopped one may still get one.
      if (state !== 'stopped') this.runs.delete(id);
      return;
    }
    open.changed = true;
    this.hurry();
  }

  /** Its worker was lost: it is interrupted, or complete where only its end was not reported. */
  interrupt(id: string, error: string): void {
    const run = this.runs.get(id)?.run;
    if (!run) return;
    if (isWhole(run.config, run.digest)) this.end(id, 'complete');
    else this.end(id, 'interrupted', error);
  }

  /** A stopped run was resumed: further records follow, and another end event. */
  reopen(id: string): void {
    const open = this.runs.get(id);
    if (!open) return;
    open.run = { ...open.run, state: 'running', changed: Date.now() };
    if (open.run.records === 0) return;
    open.changed = true;
    this.write();
  }

  putSweep(sweep: ArchivedSweep): void {
    this.sweeps.set(sweep.id, sweep);
    this.write();
  }

  /** Writes now, without waiting for more: the tab may be closing. */
  hurry(): void {
    this.hurried = true;
    this.write();
    this.wake?.();
  }

  /** Resolves when everything that can be written is written. */
  async settled(): Promise<void> {
    this.hurry();
    await this.loop;
  }

  /** Retries nothing any more. */
  close(): void {
    clearTimeout(this.retry);
  }

  private write(): void {
    if (this.retry !== undefined && !this.hurried) return;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.loop ??= this.writeAll().finally(() => (this.loop = undefined));
  }

  private async writeAll(): Promise<void> {
    try {
      const archive = await this.archive;
      for (let batch = this.dirty(); batch.length > 0; batch = this.dirty()) {
        this.hurried = false;
        for (const write of batch) await write(archive);
        if (this.failures > 0) this.events.onProblem(undefined);
        this.failures = 0;
        this.events.onWritten();
        await this.pause();
      }
    } catch (error) {
      // Where no database can be opened, time does not help: only the next step tries again.
      if (!(error instanceof StudioError && error.kind === 'unsupported')) this.retryLater();
      this.failures += 1;
      this.events.onProblem(
        error instanceof StudioError
          ? error
          : new StudioError(
              'internal',
              `The run could not be stored: ${String(error)}.`,
              'Save metrics.jsonl before you close the tab.',
            ),
      );
    }
  }

  /** By a timer, because a run that has ended sends no other batch. */
  private retryLater(): void {
    clearTimeout(this.retry);
    const wait = Math.min(MOST_RETRY_MS, this.retryMs * 2 ** this.failures);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.write();
    }, wait);
  }

  private dirty(): ((archive: Pick<Archive, 'append' | 'putSweep'>) => Promise<void>)[] {
    return [
      ...[...this.sweeps.values()].map((sweep) => async (archive: Pick<Archive, 'putSweep'>) => {
        await archive.putSweep(sweep);
        if (this.sweeps.get(sweep.id) === sweep) this.sweeps.delete(sweep.id);
      }),
      ...[...this.runs.values()]
        .filter(({ changed }) => changed)
        .map((open) => (archive: Pick<Archive, 'append'>) => this.writeRun(open, archive)),
    ];
  }

  private async writeRun(open: OpenRun, archive: Pick<Archive, 'append'>): Promise<void> {
    const { run, written, report } = open;
    const records = [...open.waiting];
    await archive.append(run, written, records, report);
    if (open.report === report) open.report = undefined;
    open.written += records.length;
    open.waiting.splice(0, records.length);
    open.changed = open.run !== run;
    // A stopped run may be resumed.
    if (!open.changed && run.state !== 'running' && run.state !== 'stopped') this.forget(open);
  }

  /** A run of the same id may have restarted meanwhile. */
  private forget(open: OpenRun): void {
    if (this.runs.get(open.run.id) === open) this.runs.delete(open.run.id);
  }

  private async pause(): Promise<void> {
    if (this.pauseMs === 0 || this.hurried) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.pauseMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
