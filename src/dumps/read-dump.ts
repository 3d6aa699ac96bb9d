/** Reads a token dump, JSONL or Parquet, as a stream; rows that cannot be used are listed with their places. */
import type { DataFile, ReadOptions } from '../data/data-file.ts';
import { detectFormat } from '../data/format.ts';
import { jsonLines } from '../data/json-lines.ts';
import { isRow, kindOf } from '../data/json-row.ts';
import { placeText, type Place } from '../data/records.ts';
import { textBlocks, type TextBlock } from '../data/text-blocks.ts';
import { inputError, StudioError } from '../errors.ts';
import { readJsonText } from '../json-text.ts';
import { dumpRow, RowFault } from './dump-row.ts';
import { MOST_TOKENS, TokenDump } from './token-dump.ts';

/** Unusable rows that are listed; all are counted. */
export const LISTED_FAULTS = 20;

export interface ReadDump {
  dump: TokenDump;
  /** Rows that were left out. */
  faults: { count: number; list: string[] };
}

/**
 * @param mostTokens for tests
 * @throws StudioError `input` naming the line or row group: not a dump, a Parquet file that is damaged, too many
 *   tokens, no usable row; `cancelled`
 */
export async function readDump(
  file: DataFile,
  options: ReadOptions = {},
  mostTokens: number = MOST_TOKENS,
): Promise<ReadDump> {
  const dump = new TokenDump(file.name);
  const faults: ReadDump['faults'] = { count: 0, list: [] };
  const add = (place: Place, row: unknown, flaw?: string) => {
    try {
      if (flaw !== undefined) throw new RowFault(flaw);
      if (!isRow(row)) throw new RowFault(`expected an object, found ${kindOf(row)}`);
      dump.add(dumpRow(row));
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      faults.count += 1;
      if (faults.list.length < LISTED_FAULTS) faults.list.push(`${placeText(place)}: ${error.reason}`);
      return;
    }
    if (dump.tokens > mostTokens)
      throw new StudioError(
        'input',
        `${file.name}: ${placeText(place)}: expected at most ${mostTokens.toLocaleString('en')} tokens, found more.`,
        'Dump fewer steps, or every k-th.',
      );
  };
  const { format } = await detectFormat(file);
  if (format === 'parquet') {
    const { readParquet } = await import('../data/read-parquet.ts');
    for await (const { rows, bad } of readParquet(file, options)) {
      for (const { row, place } of rows) add(place, row);
      for (const { place, reason } of bad) add(place, undefined, reason);
    }
  } else if (format === 'jsonl') for await (const block of textBlocks(file, options)) addLines(block, add);
  else throw inputError(file.name, `expected a token dump as JSONL or Parquet, found ${format.toUpperCase()}`);
  if (dump.responses > 0) return { dump, faults };
  const [first] = faults.list;
  throw inputError(file.name, first ?? 'expected one response per row, found no row');
}

function addLines(block: TextBlock, add: (place: Place, row: unknown, flaw?: string) => void): void {
  for (const { line, content, flaw } of jsonLines(block)) {
    const read = flaw === undefined ? readJsonText(content) : { fault: flaw };
    if ('fault' in read) add({ record: line, line }, undefined, read.fault);
    else add({ record: line, line }, read.value);
  }
}
