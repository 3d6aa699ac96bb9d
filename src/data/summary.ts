/** What a data set has, in one pass over its file and in bounded memory. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ColumnTypes, type ColumnType } from './columns.ts';
import type { DataColumns } from './config.ts';
import { piecesOf, type DataFile, type ReadOptions } from './data-file.ts';
import { exampleOf, type Example } from './example.ts';
import type { DataFormat } from './format.ts';
import { Lengths, lengthSummary, type LengthSummary } from './lengths.ts';
import { openData } from './read-data.ts';
import type { BadRow, Batch, PlacedRow, RecordLimit } from './records.ts';
import { HashSet, keyHash } from './split.ts';

export interface DataSummary {
  name: string;
  format: DataFormat;
  /** Of a CSV or TSV. */
  delimiter?: string;
  bytes: number;
  sha256: string;
  /** Rows that could be read, also those that cannot be used with the columns. */
  rows: number;
  columns: Record<string, ColumnType>;
  /** What the columns seem to mean, by the first rows; undefined if there is no telling. */
  guessed?: DataColumns;
  /** The columns that the figures below are for: the given ones, else the guessed ones. */
  mapping?: DataColumns;
  /** Records that are no rows, and rows that cannot be used with the columns. */
  bad: BadRows;
  /** The first rows. */
  preview: PlacedRow[];
  /** Rows whose problem occurred in an earlier row. */
  duplicates: number;
  /** Rows whose problem is among the held-out ones; undefined if none were given. */
  overlap?: number;
  /** Lengths in characters of each part of the examples. */
  characters: Partial<Record<'prompt' | 'answer' | 'completion', LengthSummary>>;
}

export interface SummaryOptions extends ReadOptions, RecordLimit {
  columns?: DataColumns;
  /** Keys of a held-out file (keysOf). */
  heldOut?: HashSet;
  /** Number of first rows to keep. */
  preview?: number;
  /** Number of bad rows to list. */
  listed?: number;
}

/** Rows that the columns are guessed from. */
const FIRST_ROWS = 1000;

export class BadRows {
  count = 0;
  readonly list: BadRow[] = [];

  /** @param most number of rows that are listed; all are counted */
  constructor(private readonly most = 1000) {}

  add(row: BadRow): void {
    this.count += 1;
    if (this.list.length < this.most) this.list.push(row);
  }
}

/** @throws StudioError `input` if the file cannot be read, `cancelled` */
export async function summarize(file: DataFile, options: SummaryOptions = {}): Promise<DataSummary> {
  const data = await openData(file);
  const hash = sha256.create();
  const types = new ColumnTypes(file.name, data.format === 'csv');
  const bad = new BadRows(options.listed);
  const seen = new HashSet();
  const lengths = { prompt: new Lengths(), answer: new Lengths(), completion: new Lengths() };
  const preview: PlacedRow[] = [];
  let [rows, duplicates, overlap] = [0, 0, 0];
  let guessed: DataColumns | undefined;
  let mapping: DataColumns | undefined;
  let waiting: PlacedRow[] | undefined = [];

  const measure = (placed: PlacedRow): void => {
    if (!mapping) return;
    const example = exampleOf(placed, mapping);
    if ('reason' in example) {
      bad.add({ place: placed.place, reason: example.reason });
      return;
    }
    const key = keyHash(example.key);
    if (!seen.add(key)) duplicates += 1;
    if (options.heldOut?.has(key)) overlap += 1;
    for (const [name, length] of Object.entries(charactersOf(example)))
      lengths[name as keyof typeof lengths].add(length);
  };
  const begin = (): void => {
    guessed = types.guess();
    mapping = options.columns ?? guessed;
    waiting?.forEach(measure);
    waiting = undefined;
  };
  for await (const batch of data.batches({
    ...options,
    ...(tapped(data.format) && { onBytes: (bytes) => hash.update(bytes) }),
  })) {
    for (const placed of batch.rows) {
      rows += 1;
      types.add(placed.row);
      if (preview.length < (options.preview ?? 20)) preview.push(placed);
      if (!waiting) measure(placed);
      else if (waiting.push(placed) >= FIRST_ROWS) begin();
    }
    batch.bad.forEach((row) => bad.add(row));
  }
  if (waiting) begin();
  bad.list.sort((a, b) => a.place.record - b.place.record);
  return {
    name: file.name,
    format: data.format,
    ...(data.delimiter !== undefined && { delimiter: data.delimiter }),
    bytes: file.size,
    sha256: tapped(data.format)
      ? bytesToHex(hash.digest())
      : await sha256Of(file, { ...(options.signal && { signal: options.signal }) }),
    rows,
    columns: types.types(),
    ...(guessed && { guessed }),
    ...(mapping && { mapping }),
    bad,
    preview,
    duplicates,
    ...(options.heldOut && { overlap }),
    characters: Object.fromEntries(
      Object.entries(lengths)
        .filter(([, { count }]) => count > 0)
        .map(([name, one]) => [name, lengthSummary(one)]),
    ),
  };
}

/** Parquet is read by ranges, so that its checksum takes a pass of its own. */
const tapped = (format: DataFormat) => format !== 'parquet';

/** The file's SHA-256 as 64 hexadecimal digits. */
export async function sha256Of(file: DataFile, options: ReadOptions = {}): Promise<string> {
  const hash = sha256.create();
  for await (const bytes of piecesOf(file, options)) hash.update(bytes);
  return bytesToHex(hash.digest());
}

function charactersOf({ prompt, answer, completion }: Example): Record<string, number> {
  const text =
    typeof prompt === 'string' ? prompt.length : prompt.reduce((sum, { content }) => sum + content.length, 0);
  return {
    prompt: text,
    ...(answer !== undefined && { answer: answer.length }),
    ...(completion !== undefined && { completion: completion.length }),
  };
}

export interface ExampleBatch {
  examples: Example[];
  bad: BadRow[];
}

/**
 * The examples of a data set, in batches.
 *
 * @throws StudioError `input` if the file cannot be read or none of its rows has a column, `cancelled`
 */
export async function* examplesOf(
  file: DataFile,
  columns: DataColumns,
  options: ReadOptions & RecordLimit = {},
): AsyncGenerator<ExampleBatch> {
  const data = await openData(file);
  for await (const batch of data.batches(options)) yield exampleBatch(batch, columns);
}

function exampleBatch({ rows, bad }: Batch, columns: DataColumns): ExampleBatch {
  const result: ExampleBatch = { examples: [], bad: [...bad] };
  for (const placed of rows) {
    const example = exampleOf(placed, columns);
    if ('reason' in example) result.bad.push({ place: placed.place, reason: example.reason });
    else result.examples.push(example);
  }
  result.bad.sort((a, b) => a.place.record - b.place.record);
  return result;
}

/** Hashes of a data set's keys, for the overlap with another one. */
export async function keysOf(file: DataFile, columns: DataColumns, options: ReadOptions = {}): Promise<HashSet> {
  const keys = new HashSet();
  for await (const { examples } of examplesOf(file, columns, options))
    for (const { key } of examples) keys.add(keyHash(key));
  return keys;
}

/**
 * Lengths in tokens of each part of the examples.
 *
 * @param count the numbers of tokens of an example's parts, by a model's tokenizer
 */
export async function tokenLengths(
  file: DataFile,
  columns: DataColumns,
  count: (example: Example) => Readonly<Record<string, number>>,
  options: ReadOptions = {},
): Promise<Map<string, Lengths>> {
  const lengths = new Map<string, Lengths>();
  for await (const { examples } of examplesOf(file, columns, options))
    for (const example of examples)
      for (const [part, tokens] of Object.entries(count(example))) {
        const one = lengths.get(part) ?? new Lengths();
        one.add(tokens);
        lengths.set(part, one);
      }
  return lengths;
}
