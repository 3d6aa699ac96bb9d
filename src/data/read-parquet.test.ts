/** Nested columns of Parquet, decoded in windows of rows that cut through lists and pages. */
import { readFileSync } from 'node:fs';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { expect, it } from 'vitest';
import { memoryFile } from './data-file.ts';
import { pageLocations, type PageReading } from './parquet-pages.ts';
import { openData } from './read-data.ts';
import type { Row } from './row.ts';

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../tests/fixtures/data/${name}.parquet`, import.meta.url)));

/** Row `i` of the fixtures: lists of no to five messages, some absent, and pages of about 200 bytes. */
function fixtureRow(i: number): Row {
  const messages = Array.from({ length: i % 6 }, (_, k) => ({
    role: k % 2 === 0 ? 'user' : 'assistant',
    content: (i + k) % 7 === 6 ? null : `${i}.${k} ${'x'.repeat((i * 13 + k * 7) % 40)}`,
  }));
  return {
    id: i,
    messages: i % 11 === 5 ? null : messages,
    reward: { truth: String(i), tags: Array.from({ length: i % 3 }, (_, j) => `t${j}`) },
    note: `note ${i}`,
  };
}
const ROWS = Array.from({ length: 120 }, (_, i) => fixtureRow(i));

it.each(['nested-pages', 'nested-pages-v2', 'nested-pages-indexed'])(
  'reads the rows of %s in windows',
  async (name) => {
    const data = await openData(memoryFile(`${name}.parquet`, bytesOf(name)));
    for (const windowBytes of [300, 1000, 5000]) {
      const rows: Row[] = [];
      let largest = 0;
      for await (const batch of data.batches({ windowBytes })) {
        rows.push(...batch.rows.map(({ row }) => row));
        largest = Math.max(largest, batch.rows.length);
      }
      expect(rows).toEqual(ROWS);
      expect(largest).toBeLessThan(70);
    }
  },
);

it('finds the pages of a file without an index where its index has them', async () => {
  const bytes = bytesOf('nested-pages-indexed');
  const buffer = { byteLength: bytes.byteLength, slice: (from: number, to?: number) => bytes.slice(from, to).buffer };
  const metadata = await parquetMetadataAsync(buffer);
  const reading: PageReading = {
    buffer,
    tree: parquetSchema(metadata),
    compressors: undefined,
    between: () => Promise.resolve(),
  };
  let pages = 0;
  for (const { columns } of metadata.row_groups)
    for (const { offset_index_offset: _offset, ...chunk } of columns) {
      const indexed = await pageLocations(
        { ...chunk, ...(_offset !== undefined && { offset_index_offset: _offset }) },
        reading,
      );
      expect(await pageLocations(chunk, reading)).toEqual(indexed);
      pages += indexed.length;
    }
  expect(pages).toBeGreaterThan(20);
});

it('joins a page that continues a row with the page on which the row begins', async () => {
  const bytes = bytesOf('nested-pages');
  const buffer = { byteLength: bytes.byteLength, slice: (from: number, to?: number) => bytes.slice(from, to).buffer };
  const metadata = await parquetMetadataAsync(buffer);
  const chunk = metadata.row_groups[0]?.columns.find(({ meta_data: meta }) => meta?.path_in_schema.includes('content'));
  if (!chunk?.meta_data) throw new Error('the fixture has a column messages.content');
  const { meta_data: meta } = chunk;
  const locations = await pageLocations(chunk, {
    buffer,
    tree: parquetSchema(metadata),
    compressors: undefined,
    between: () => Promise.resolve(),
  });
  // Rows do not decrease, and the joined pages leave no gap up to the end of the chunk.
  const first = locations.map(({ first_row_index: row }) => Number(row));
  expect(first).toEqual([...first].sort((a, b) => a - b));
  const ends = locations.map(({ offset, compressed_page_size: size }) => Number(offset) + size);
  expect(ends.slice(0, -1)).toEqual(locations.slice(1).map(({ offset }) => Number(offset)));
  const begin = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  expect(ends.at(-1)).toBe(begin + Number(meta.total_compressed_size));
});

it('stops between two windows when it is cancelled', async () => {
  const data = await openData(memoryFile('nested.parquet', bytesOf('nested-pages')));
  const abort = new AbortController();
  const reading = (async () => {
    let rows = 0;
    for await (const batch of data.batches({ windowBytes: 300, signal: abort.signal })) {
      rows += batch.rows.length;
      abort.abort();
    }
    return rows;
  })();
  await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
});
