/** Logs of rows: JSONL, JSON with a list (trainer_state.json), CSV and Parquet. */
import { piecesOf, type DataFile, type ReadOptions } from '../data/data-file.ts';
import { JsonElements, JsonFlaw, type JsonElement } from '../data/json-elements.ts';
import { jsonLines } from '../data/json-lines.ts';
import { isRow, kindOf } from '../data/json-row.ts';
import { placeText, tooLong, type Place } from '../data/records.ts';
import type { Row } from '../data/row.ts';
import { joined, strictText, textBlocks, utf8Flaw } from '../data/text-blocks.ts';
import { inputError, StudioError } from '../errors.ts';
import { LogBuilder, TORN, type LogBudget } from './log-builder.ts';
import { isBookkeeping, listed, nestedMetrics, numberOf, shown, stepColumn, stepOf } from './log-row.ts';
import type { LogSource, MetricLog } from './metric-log.ts';
import { readPythonJson } from './python-json.ts';

/** Longest row, in bytes; one with a hundred metrics has some 4 kB. */
const LARGEST_ROW = 4 * 2 ** 20;
const CUT_OFF = 'The file ends before the end of its list: it may be cut off.';
const UNCLOSED = 'the list is not closed';
const NO_JSON_LOG = 'expected one object per line, or one JSON document with log_history or a list of objects';
/** Share of values that have another one of their step, from which on a table has several runs. */
const SEVERAL_RUNS = 1 / 3;
/** Columns whose contents are remembered. */
const MOST_COLUMNS = 10_000;

/** Fields whose list is the log: transformers', or a list of another name that a script wrote. */
const LIST_FIELDS: ReadonlySet<string | undefined> = new Set([undefined, 'log_history', 'history']);

/** A row, or why there is none, with its place. */
export type Item = { place: Place } & ({ row: Row } | { reason: string });

interface Kind {
  /** Of a log whose rows do not tell their logger. */
  source: () => LogSource;
  /** Whether null may be a number that was not finite, and not only a missing cell. */
  nullIsGap?: boolean;
  /** What is incomplete about a file whose last record cannot be read; undefined if nothing is. */
  cutOff?: (reason: string) => Promise<string | undefined> | string | undefined;
  /** Why a file without any row has none. */
  otherwise?: () => string;
}

export function readJsonlLog(file: DataFile, budget: LogBudget, options: ReadOptions): Promise<MetricLog> {
  return collectRows(file, jsonlItems(file, options), budget, {
    source: () => 'jsonl',
    nullIsGap: true,
    cutOff: (reason) => tornLine(file, reason),
  });
}

export function readJsonLog(file: DataFile, budget: LogBudget, options: ReadOptions): Promise<MetricLog> {
  const elements = new JsonElements(LARGEST_ROW);
  const fields = new Set<string | undefined>();
  return collectRows(file, jsonItems(file, elements, fields, options), budget, {
    source: () => (fields.has('log_history') ? 'transformers' : 'json'),
    nullIsGap: true,
    cutOff: (reason) => (reason === UNCLOSED ? CUT_OFF : undefined),
    otherwise: () => {
      if (elements.fields.includes('log_history') && elements.open === 'nothing')
        return 'log_history has no entries: no step has been logged yet';
      const found = elements.fields.length > 0 ? `an object with ${elements.fields.join(', ')}` : 'none';
      return `expected log_history, as in trainer_state.json, or a list of objects with a step; found ${found}`;
    },
  });
}

export async function readParquetLog(file: DataFile, budget: LogBudget, options: ReadOptions): Promise<MetricLog> {
  const { readParquet } = await import('../data/read-parquet.ts');
  const items = async function* (): AsyncGenerator<Item> {
    for await (const { rows, bad } of readParquet(file, options)) {
      yield* rows;
      yield* bad;
    }
  };
  return collectRows(file, items(), budget, { source: () => 'parquet' });
}

/** Whether the last line, which cannot be read, has no line break: it is still being written. */
export async function tornLine(file: DataFile, reason: string): Promise<string | undefined> {
  if (!/^(not JSON|not UTF-8|expected \d+ fields|a quote)/.test(reason)) return undefined;
  const end = await file.slice(file.size - 1, file.size);
  return end[0] === 10 ? undefined : TORN;
}

async function* jsonlItems(file: DataFile, options: ReadOptions): AsyncGenerator<Item> {
  for await (const block of textBlocks(file, { ...options, largestRecord: LARGEST_ROW }))
    for (const { line, content, flaw } of jsonLines(block)) {
      const place = { record: line, line };
      yield flaw === undefined ? { place, ...rowOf(content) } : { place, reason: flaw };
    }
}

async function* jsonItems(
  file: DataFile,
  elements: JsonElements,
  fields: Set<string | undefined>,
  options: ReadOptions,
): AsyncGenerator<Item> {
  let record = 0;
  const itemsOf = function* (found: Iterable<JsonElement>): Generator<Item> {
    for (const { bytes: parts, line } of found) {
      if (!LIST_FIELDS.has(elements.field)) continue;
      fields.add(elements.field);
      record += 1;
      const place = { record, line, element: record };
      if (!parts) yield { place, reason: tooLong(LARGEST_ROW) };
      else {
        const bytes = joined(parts);
        const flaw = utf8Flaw(bytes);
        yield flaw === undefined ? { place, ...rowOf(strictText(bytes)) } : { place, reason: flaw };
      }
    }
  };
  let first = true;
  for await (const piece of piecesOf(file, options)) {
    const bytes = first && piece[0] === 0xef ? piece.subarray(3) : piece;
    first = false;
    try {
      yield* itemsOf(elements.push(bytes));
    } catch (error) {
      if (!(error instanceof JsonFlaw)) throw error;
      yield record > 0
        ? { place: { record: record + 1, line: elements.line, element: record + 1 }, reason: error.message }
        : { place: { record: 1, line: elements.line }, reason: NO_JSON_LOG };
      return;
    }
  }
  if (elements.open === 'nothing') return;
  // An element that is cut off cannot be read, one that is whole can.
  if (elements.open === 'element') for (const item of itemsOf([elements.rest()])) if ('row' in item) yield item;
  yield { place: { record: record + 1, line: elements.line, element: record + 1 }, reason: UNCLOSED };
}

function rowOf(text: string): { row: Row } | { reason: string } {
  const read = readPythonJson(text);
  if ('fault' in read) return { reason: read.fault };
  return isRow(read.value) ? { row: read.value } : { reason: `expected an object, found ${kindOf(read.value)}` };
}

/** @throws StudioError `input` naming the first row that cannot be used, if none can */
export async function collectRows(
  file: DataFile,
  items: AsyncIterable<Item>,
  budget: LogBudget,
  { source, nullIsGap = false, cutOff, otherwise }: Kind,
): Promise<MetricLog> {
  const builder = new LogBuilder(budget);
  const reader = new RowReader(builder, nullIsGap);
  const loggers = new Set<LogSource>();
  /** The newest row that cannot be used: the last one of a file may only be incomplete. */
  let pending: { place: Place; reason: string } | undefined;
  for await (const item of items) {
    if (pending) builder.leaveOut(placeText(pending.place), pending.reason);
    pending = undefined;
    if ('reason' in item) {
      pending = item;
      continue;
    }
    if (isOwnRecord(item.row))
      throw new StudioError(
        'input',
        `${file.name}: expected a log of another trainer, found records of a run of the studio.`,
        'Import the folder of the run on the Runs page.',
      );
    const logger = reader.read(item.row, placeText(item.place));
    if (logger) loggers.add(logger);
  }
  const last = pending && `${placeText(pending.place)}: ${pending.reason}`;
  const incomplete = pending && (await cutOff?.(pending.reason));
  if (incomplete !== undefined) builder.note(incomplete);
  else if (pending) builder.leaveOut(placeText(pending.place), pending.reason);
  reader.addNotes();
  const [logger, ...others] = loggers;
  const log = builder.finish(others.length === 0 && logger ? logger : source(), file.name);
  checkOneRun(file, reader, builder);
  if (log) return log;
  const reason = builder.firstLeftOut ?? last ?? builder.notFinite ?? reader.withoutNumbers ?? otherwise?.();
  throw inputError(file.name, reason ?? 'expected one row per step, found none');
}

/** @throws StudioError `input` for a table of responses or of several runs: its curves would be mixtures */
function checkOneRun(file: DataFile, reader: RowReader, builder: LogBuilder): void {
  if (reader.hasSeveralPerStep)
    throw new StudioError(
      'input',
      `${file.name}: expected one row per step, found several, with texts or lists in ${reader.texts}.`,
      'Open responses and their tokens under Compare, Token dump, or with the command dump; of a table with one row ' +
        'per metric or run, write one column per metric and one file per run.',
    );
  const labels = builder.supersededShare >= SEVERAL_RUNS ? reader.labels : [];
  if (labels.length > 0)
    throw new StudioError(
      'input',
      `${file.name}: expected one run, found several with the same steps, told apart by ${listed(labels)}.`,
      'Write one file per run, or one column per metric and run.',
    );
}

/** A record of the studio's metrics.jsonl. */
const isOwnRecord = (row: Row): boolean =>
  typeof row['phase'] === 'string' && isRow(row['metrics']) && isRow(row['time']) && typeof row['step'] === 'number';

/** What is known of a column that is no bookkeeping. */
interface Column {
  numbers: boolean;
  /** Cells that have something else than a number. */
  others: number;
  /** The first one of them, with its place. */
  first?: string;
  /** The newest text, and whether it changed from one step to a later one too, or only where steps begin again. */
  text?: string;
  changed?: 'between runs' | 'always';
}

/** Reads rows, whose step column it chooses by the first one that has any. */
class RowReader {
  private column: string | undefined;
  private rows = 0;
  /** Names that the row before logged, and its step. */
  private before: { step: number; names: ReadonlySet<string> } = { step: NaN, names: new Set() };
  /** Rows that log a metric of the row before again, for the same step. */
  private repeats = 0;
  /** By name; undefined are those that are no metrics. */
  private readonly columns = new Map<string, Column | undefined>();

  constructor(
    private readonly builder: LogBuilder,
    private readonly nullIsGap: boolean,
  ) {}

  /** @returns the logger that the row is of, if it tells */
  read(row: Row, place: string): LogSource | undefined {
    this.column ??= stepColumn(Object.keys(row));
    const step = stepOf(row, this.column);
    if (typeof step !== 'number') {
      this.builder.leaveOut(place, step.reason);
      return undefined;
    }
    this.rows += 1;
    const nested = nestedMetrics(row);
    const names = new Set<string>();
    for (const [name, cell] of Object.entries(nested ?? row)) {
      const column = this.columnOf(name);
      if (!column || (cell === null && !this.nullIsGap)) continue;
      const value = numberOf(cell);
      if (value === undefined) {
        if (typeof cell === 'string' && cell.trim() === '') continue;
        column.others += 1;
        if (typeof cell === 'string') this.noteText(column, cell, step);
        column.first ??= `${name}: ${shown(cell)} (${place})`;
        continue;
      }
      column.numbers = true;
      // pandas writes null for what a row of W&B's history does not log, orjson for NaN in verl's rows.
      if (cell === null && !nested) this.builder.addMissing();
      else {
        this.builder.add(name, step, value);
        names.add(name);
      }
    }
    if (step === this.before.step && [...names].some((name) => this.before.names.has(name))) this.repeats += 1;
    this.before = { step, names };
    return nested ? 'verl' : Object.hasOwn(row, '_step') ? 'wandb' : undefined;
  }

  addNotes(): void {
    if (this.texts !== 'none') this.builder.note(`Left out, without a number: ${this.texts}.`);
    const mixed = [...this.columns.values()].flatMap((one) => (one?.numbers && one.others > 0 ? [one] : []));
    const others = mixed.reduce((sum, one) => sum + one.others, 0);
    if (others > 0)
      this.builder.note(
        `${others.toLocaleString('en')} ${others === 1 ? 'cell' : 'cells'} without a number left out of columns with ` +
          `numbers, the first of them ${mixed[0]?.first ?? ''}.`,
      );
    if (this.column !== undefined && this.column.toLowerCase() !== 'step')
      this.builder.note(`Steps are those of ${this.column}.`);
  }

  /** A restart repeats steps too, but not those of the row before, and a log of metrics has few texts. */
  get hasSeveralPerStep(): boolean {
    return 2 * this.repeats >= this.rows && this.repeats > 0 && this.texts !== 'none';
  }

  /** Columns that name the run of a row: their text changes where the steps begin again, and nowhere else. */
  get labels(): string[] {
    return [...this.columns].flatMap(([name, one]) => (one?.changed === 'between runs' && !one.numbers ? [name] : []));
  }

  /** Names of the columns that have texts, lists or objects alone. */
  get texts(): string {
    return listed([...this.columns].flatMap(([name, one]) => (one && !one.numbers && one.others > 0 ? [name] : [])));
  }

  get withoutNumbers(): string | undefined {
    if (this.rows === 0) return undefined;
    const [first] = [...this.columns.values()].flatMap((one) => one?.first ?? []);
    return `expected columns of numbers beside the step, found ${first ?? 'none'}`;
  }

  private noteText(column: Column, text: string, step: number): void {
    if (column.text !== undefined && column.text !== text && column.changed !== 'always')
      column.changed = step > this.before.step ? 'always' : 'between runs';
    column.text = text;
  }

  private columnOf(name: string): Column | undefined {
    const known = this.columns.get(name);
    if (known || this.columns.has(name)) return known;
    const column = name === this.column || isBookkeeping(name) ? undefined : { numbers: false, others: 0 };
    if (this.columns.size < MOST_COLUMNS) this.columns.set(name, column);
    return column;
  }
}
