/**
 * TensorBoard event files. Those of one folder are one run, in the order of their names, as TensorBoard reads them;
 * what a restart has superseded is removed by its rule (`_MaybePurgeOrphanedData` of TensorBoard 2.21,
 * backend/event_processing/event_accumulator.py).
 */
import { breaks, piecesOf, type DataFile, type ReadOptions } from '../data/data-file.ts';
import { inputError } from '../errors.ts';
import { scalarEvent, type ScalarEvent } from './events.ts';
import { EXPECTED_STEP, isStep, LogBuilder, TORN, type LogBudget } from './log-builder.ts';
import type { MetricLog } from './metric-log.ts';
import { ProtobufFlaw } from './protobuf.ts';
import { TfRecords, type TfRecord } from './tf-records.ts';

/** From this version on, writers say when they begin. */
const SAYS_START = 2;

/**
 * @param files of one run, in order
 * @param name of the log: the file, or the folder
 * @throws StudioError `input` naming the first damaged record if there is no scalar
 */
export async function readEventLog(
  files: readonly DataFile[],
  name: string,
  budget: LogBudget,
  options: ReadOptions,
): Promise<MetricLog> {
  const run = new EventRun(new LogBuilder(budget));
  const pause = breaks();
  for (const file of files) {
    const records = new TfRecords();
    const at = ({ offset }: TfRecord) => `${files.length > 1 ? `${file.name}: ` : ''}byte ${offset}`;
    for await (const piece of piecesOf(file, options)) {
      for (const record of records.push(piece)) run.take(record, at(record));
      await pause();
    }
    const rest = records.end();
    if (rest) run.take(rest, at(rest));
  }
  return run.finish(name);
}

class EventRun {
  private readonly plugins = new Map<string, string>();
  private version: number | undefined;
  private started = false;
  /** Step of the newest summary. */
  private newest = 0;
  private purged = 0;
  private events = 0;
  private torn: string | undefined;

  constructor(private readonly builder: LogBuilder) {}

  take(record: TfRecord, place: string): void {
    if ('flaw' in record) {
      if (record.kind === 'torn') {
        this.torn ??= `${place}: ${record.flaw}`;
        this.builder.note(TORN);
      } else
        this.builder.leaveOut(
          place,
          record.kind === 'end' ? `${record.flaw}, so that what follows in the file cannot be read` : record.flaw,
        );
      return;
    }
    try {
      this.add(scalarEvent(record.data, this.plugins), place);
    } catch (error) {
      if (!(error instanceof ProtobufFlaw)) throw error;
      this.builder.leaveOut(place, error.message);
    }
  }

  finish(name: string): MetricLog {
    if (this.purged > 0)
      this.builder.note(
        `${this.purged.toLocaleString('en')} values of before a restart are left out, as TensorBoard does: the ` +
          'restarted run logged their steps again.',
      );
    const log = this.builder.finish('tensorboard', name);
    if (log) return log;
    const reason = this.builder.firstLeftOut ?? this.torn ?? this.builder.notFinite;
    const found = this.events === 1 ? '1 event' : `${this.events} events`;
    throw inputError(
      name,
      reason ?? (this.events === 0 ? 'the file is empty' : `expected scalars, found none in ${found}`),
    );
  }

  private add(event: ScalarEvent, place: string): void {
    this.events += 1;
    if (event.version !== undefined) this.version = Number(/^brain\.Event:(.+)$/.exec(event.version)?.[1] ?? NaN);
    this.removeSuperseded(event);
    if (event.summary) this.newest = event.step;
    if (event.scalars.length === 0) return;
    if (!isStep(event.step)) {
      this.builder.leaveOut(place, `step: ${EXPECTED_STEP}, found ${event.step}`);
      return;
    }
    for (const { tag, value } of event.scalars) this.builder.add(tag, event.step, value);
  }

  private removeSuperseded(event: ScalarEvent): void {
    if ((this.version ?? 0) >= SAYS_START) {
      if (!event.start) return;
      // The first start of a run restarts nothing.
      if (this.started) this.purged += this.builder.purge(event.step);
      this.started = true;
    } else if (event.summary && event.step < this.newest)
      this.purged += this.builder.purge(event.step, new Set(event.tags));
  }
}
