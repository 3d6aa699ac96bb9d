/** Opens a data file of any format. */
import type { DataFile, ReadOptions } from './data-file.ts';
import { detectFormat, type DataFormat } from './format.ts';
import { readJson } from './read-json.ts';
import { readJsonl } from './read-jsonl.ts';
import type { Batch, RecordLimit, WindowLimit } from './records.ts';

export interface OpenData {
  format: DataFormat;
  /** Of a CSV or TSV. */
  delimiter?: string;
  /** Reads the file from its beginning. */
  batches(options?: ReadOptions & RecordLimit & WindowLimit): AsyncGenerator<Batch>;
}

/**
 * @throws StudioError `input` if the format is not supported or the file cannot be read. Records that are not rows are
 * no error: they are listed in the batches.
 */
export async function openData(file: DataFile): Promise<OpenData> {
  const { format, head } = await detectFormat(file);
  switch (format) {
    case 'jsonl':
      return { format, batches: (options = {}) => readJsonl(file, options) };
    case 'json':
      return { format, batches: (options = {}) => readJson(file, options) };
    case 'csv': {
      const { guessDelimiter, readCsv } = await import('./read-csv.ts');
      const delimiter = /\.(tsv|tab)$/i.test(file.name) ? '\t' : guessDelimiter(head);
      return { format, delimiter, batches: (options = {}) => readCsv(file, { ...options, delimiter }) };
    }
    case 'parquet': {
      const { readParquet } = await import('./read-parquet.ts');
      return { format, batches: (options = {}) => readParquet(file, options) };
    }
  }
}
