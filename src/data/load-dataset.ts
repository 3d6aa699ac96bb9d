/** A data set for training: its examples, divided into training and held-out ones that never overlap. */
import { inputError, StudioError } from '../errors.ts';
import type { DataColumns, HeldOut } from './config.ts';
import type { DataFile, ReadOptions } from './data-file.ts';
import type { Example } from './example.ts';
import { openData } from './read-data.ts';
import { placeText, type BadRow } from './records.ts';
import { valueAt } from './row.ts';
import { heldOutKeys } from './split.ts';
import { BadRows, examplesOf, sha256Of } from './summary.ts';

export interface LoadOptions {
  signal?: AbortSignal | undefined;
  /** Bytes of a file over both passes (its checksum, its rows), twice its size, and the rows so far. */
  onProgress?: ((file: DataFile, done: number, total: number, rows: number) => void) | undefined;
  columns: DataColumns;
  heldOut: HeldOut;
  /** The file of `heldOut.path`. */
  heldOutFile?: DataFile;
  /** Expected checksum. */
  sha256?: string;
  /** Number of first rows to read. */
  rows?: number;
  /** Leaves out bad rows instead of refusing the file. */
  skipBadRows?: boolean;
}

export interface Dataset {
  training: Example[];
  heldOut: Example[];
  sha256: string;
  /** Of the held-out file, if there is one. */
  heldOutSha256?: string;
  /** Rows that can be used, of the data file. */
  rows: number;
  badRows: BadRows;
  /** Rows of the data file whose problem occurred in an earlier row. */
  duplicates: number;
  /** Rows that were left out of training because their problem is held out. */
  overlap: number;
}

/**
 * @throws StudioError `input` if the file has another content than expected (with both checksums), has bad rows, lacks
 * a column, or leaves training or evaluation without problems; `cancelled`
 */
export async function loadDataset(file: DataFile, options: LoadOptions): Promise<Dataset> {
  const { heldOut, heldOutFile } = options;
  const badRows = new BadRows();
  const sha256 = await checkedSha256(file, options.sha256, options);
  const all = await readExamples(file, options, badRows, options.rows);
  const keys = new Set(all.map(({ key }) => key));
  const base = { sha256, rows: all.length, badRows, duplicates: all.length - keys.size };
  if ('path' in heldOut) {
    if (!heldOutFile) throw inputError(heldOut.path, 'the held-out file was not found');
    const heldOutSha256 = await checkedSha256(heldOutFile, heldOut.sha256, options);
    const held = await readExamples(heldOutFile, options, badRows);
    return checked(file, { ...base, heldOutSha256, ...divided(all, held) });
  }
  if ('column' in heldOut) return checked(file, { ...base, ...divided(...byColumn(file, all, heldOut)) });
  const chosen = heldOutKeys(keys, heldOut.share);
  const held = all.filter(({ key }) => chosen.has(key));
  return checked(file, { ...base, ...divided(all, held), overlap: 0 });
}

async function checkedSha256(
  file: DataFile,
  expected: string | undefined,
  { signal, onProgress }: LoadOptions,
): Promise<string> {
  const found = await sha256Of(file, {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(file, done, 2 * total, 0),
  });
  if (expected !== undefined && expected !== found)
    throw new StudioError(
      'input',
      `${file.name} has another content than the config names: expected SHA-256 ${expected}, found ${found}.`,
      'Choose the file that the config was made with, or remove sha256 to use this one.',
    );
  return found;
}

async function readExamples(
  file: DataFile,
  { columns, signal, onProgress, skipBadRows }: LoadOptions,
  badRows: BadRows,
  most = Infinity,
): Promise<Example[]> {
  const examples: Example[] = [];
  const bad: BadRow[] = [];
  let badCount = 0;
  const options: ReadOptions = {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(file, total + done, 2 * total, examples.length + badCount),
  };
  for await (const batch of examplesOf(file, columns, options)) {
    // Rows count with the bad ones, so that leaving some out does not read further ones.
    const within = ({ place }: { place: { record: number } }) => place.record <= most;
    for (const example of batch.examples.filter(within)) examples.push(example);
    for (const one of batch.bad.filter(within)) {
      badCount += 1;
      badRows.add(one);
      if (bad.length === 0) bad.push(one);
    }
    if ((batch.examples.at(-1)?.place.record ?? 0) >= most) break;
  }
  const { system } = columns;
  // Only a system column may be empty in every used row: it is optional in each.
  if (
    examples.length === 0 ||
    (system !== undefined && !examples.some(({ row }) => valueAt(row, system) !== undefined))
  )
    await refuseMissingColumns(file, columns);
  const [first] = bad;
  if (first && !skipBadRows) {
    const more = badCount > 1 ? `; ${badCount - 1} more bad rows` : '';
    throw new StudioError(
      'input',
      `${file.name}: ${placeText(first.place)}: ${first.reason}${more}.`,
      'Correct the file, or leave out bad rows (skip_bad_rows).',
    );
  }
  if (examples.length === 0) throw inputError(file.name, 'expected at least one row that can be used, found none');
  return examples;
}

/** A column that no row has is one error, instead of one per row. */
async function refuseMissingColumns(file: DataFile, columns: DataColumns): Promise<void> {
  const names = new Set<string>();
  const wanted = Object.entries(columns);
  const found = new Set<string>();
  let rows = 0;
  const data = await openData(file);
  for await (const batch of data.batches()) {
    for (const { row } of batch.rows) {
      rows += 1;
      Object.keys(row).forEach((name) => names.add(name));
      for (const [, column] of wanted) if (valueAt(row, column) !== undefined) found.add(column);
    }
    if (rows > 10_000) break;
  }
  const missing = rows === 0 ? undefined : wanted.find(([, column]) => !found.has(column));
  if (missing)
    throw inputError(
      file.name,
      `no column ${missing[1]} (${missing[0]}); the file has ${[...names].slice(0, 20).join(', ')}`,
      `columns.${missing[0]}`,
    );
}

type Divided = Pick<Dataset, 'training' | 'heldOut' | 'overlap'>;

/** @param all rows of the data file, which may include the held-out ones */
function divided(all: readonly Example[], heldOut: Example[]): Divided {
  const keys = new Set(heldOut.map(({ key }) => key));
  const held = new Set(heldOut);
  const training = all.filter((example) => !keys.has(example.key));
  return { training, heldOut, overlap: all.filter((example) => keys.has(example.key) && !held.has(example)).length };
}

function byColumn(
  file: DataFile,
  all: Example[],
  { column, value }: { column: string; value: string | number | boolean },
): [Example[], Example[]] {
  const values = new Set<string>();
  const held = all.filter(({ row }) => {
    const found = valueAt(row, column);
    if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false;
    if (values.size < 10) values.add(String(found));
    return String(found) === String(value);
  });
  if (held.length > 0) return [all, held];
  const seen = values.size === 0 ? 'no row has a value there' : `found ${[...values].join(', ')}`;
  throw inputError(file.name, `no row has ${String(value)} in the split column ${column}: ${seen}`, 'held_out.value');
}

function checked(file: DataFile, dataset: Dataset): Dataset {
  if (dataset.heldOut.length === 0)
    throw inputError(file.name, 'expected at least two different problems: one to train on and one to hold out');
  if (dataset.training.length === 0)
    throw inputError(file.name, 'no row is left to train on: the problems of all rows are held out');
  return dataset;
}
