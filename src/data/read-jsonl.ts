/** JSONL, also named NDJSON, as rows of a data set. */
import type { DataFile, ReadOptions } from './data-file.ts';
import { jsonLines } from './json-lines.ts';
import { jsonRow } from './json-row.ts';
import type { Batch, RecordLimit } from './records.ts';
import { textBlocks } from './text-blocks.ts';

/** Blank lines are skipped. */
export async function* readJsonl(file: DataFile, options: ReadOptions & RecordLimit): AsyncGenerator<Batch> {
  let record = 0;
  for await (const block of textBlocks(file, options)) {
    const batch: Batch = { rows: [], bad: [] };
    for (const { line, content, flaw } of jsonLines(block)) {
      const place = { record: ++record, line };
      const result = flaw === undefined ? jsonRow(content) : { reason: flaw };
      if ('row' in result) batch.rows.push({ row: result.row, place });
      else batch.bad.push({ place, reason: result.reason });
    }
    yield batch;
  }
}
