/** JSONL, also named NDJSON: one JSON object per line. */
import type { DataFile, ReadOptions } from './data-file.ts';
import { jsonRow } from './json-row.ts';
import type { Batch, RecordLimit } from './records.ts';
import { textBlocks } from './text-blocks.ts';

/** Blank lines are skipped. */
export async function* readJsonl(file: DataFile, options: ReadOptions & RecordLimit): AsyncGenerator<Batch> {
  let record = 0;
  for await (const { text, firstLine, flawed } of textBlocks(file, options)) {
    const batch: Batch = { rows: [], bad: [] };
    let line = firstLine;
    for (let start = 0; start < text.length; line++) {
      const end = text.indexOf('\n', start);
      const content = end < 0 ? text.slice(start) : text.slice(start, end);
      start = end < 0 ? text.length : end + 1;
      const flaw = flawed.get(line);
      if (flaw === undefined && content.trim() === '') continue;
      const place = { record: ++record, line };
      const result = flaw === undefined ? jsonRow(content) : { reason: flaw };
      if ('row' in result) batch.rows.push({ row: result.row, place });
      else batch.bad.push({ place, reason: result.reason });
    }
    yield batch;
  }
}
