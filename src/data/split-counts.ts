/** How many rows a split gives each side, by streaming: rows are not kept. */
import type { DataColumns, HeldOut } from './config.ts';
import type { DataFile, ReadOptions } from './data-file.ts';
import type { Example } from './example.ts';
import { HashSet, keyFraction, keyHash } from './split.ts';
import { examplesOf } from './summary.ts';
import { valueAt } from './row.ts';

export interface SplitCounts {
  training: number;
  heldOut: number;
  /** Rows left out of training because their problem is held out. */
  overlap: number;
}

/**
 * @param heldOutFile the file of `heldOut.path`
 * @param rows number of first rows that are used
 */
export async function splitCounts(
  file: DataFile,
  columns: DataColumns,
  heldOut: HeldOut,
  { heldOutFile, rows = Infinity, ...options }: ReadOptions & { heldOutFile?: DataFile; rows?: number },
): Promise<SplitCounts> {
  const keys = new HashSet();
  let [all, held] = [0, 0];
  if ('share' in heldOut) {
    await each(file, columns, rows, options, ({ key }) => {
      all += 1;
      if (keyFraction(key) < heldOut.share) held += 1;
    });
    // Of few problems one is on each side (heldOutKeys); its duplicates are too few to matter here.
    if (all > 1) held = Math.min(Math.max(held, 1), all - 1);
    return { training: all - held, heldOut: held, overlap: 0 };
  }
  const isHeld = ({ row }: Example) => 'column' in heldOut && isValue(valueAt(row, heldOut.column), heldOut.value);
  const source = 'path' in heldOut ? heldOutFile : file;
  if (!source) throw new Error('a held-out file is needed');
  await each(source, columns, 'path' in heldOut ? Infinity : rows, options, (example) => {
    if (!('path' in heldOut) && !isHeld(example)) return;
    held += 1;
    keys.add(keyHash(example.key));
  });
  let overlap = 0;
  await each(file, columns, rows, options, (example) => {
    if (isHeld(example)) return;
    all += 1;
    if (keys.has(keyHash(example.key))) overlap += 1;
  });
  return { training: all - overlap, heldOut: held, overlap };
}

const isValue = (found: unknown, value: string | number | boolean): boolean =>
  (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') &&
  String(found) === String(value);

async function each(
  file: DataFile,
  columns: DataColumns,
  rows: number,
  options: ReadOptions,
  see: (example: Example) => void,
): Promise<void> {
  for await (const { examples } of examplesOf(file, columns, options))
    for (const example of examples) {
      if (example.place.record > rows) return;
      see(example);
    }
}
