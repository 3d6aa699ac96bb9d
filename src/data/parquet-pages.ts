/**
 * At which row each page of a nested column begins, so that hyparquet decodes a window of rows from its pages alone. A
 * file with a page index says so; in another one the pages' headers and repetition levels are read.
 */
import {
  readOffsetIndex,
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type Compressors,
  type OffsetIndex,
  type PageHeader,
  type SchemaTree,
} from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';

/** Of rows that begin on it; a page whose first row began on the page before belongs to that one. */
export type PageLocation = OffsetIndex['page_locations'][number];

export interface PageReading {
  buffer: AsyncBuffer;
  tree: SchemaTree;
  compressors: Compressors | undefined;
  /** Called between two pages: lets other events in, and throws when reading is cancelled. */
  between: () => Promise<void>;
}

/** Bytes read for the header of a page; it is read again with more where statistics make it longer. */
const HEADER_BYTES = 4096;
const LARGEST_HEADER = 64 * 2 ** 20;

/** @throws Error as hyparquet for a page that cannot be read */
export async function pageLocations(
  { offset_index_offset: start, offset_index_length: length, meta_data: meta }: ColumnChunk,
  reading: PageReading,
): Promise<PageLocation[]> {
  if (!meta) throw new Error('parquet column metadata is undefined');
  if (start !== undefined && length !== undefined && length > 0) {
    const bytes = await reading.buffer.slice(Number(start), Number(start) + length);
    return readOffsetIndex({ view: new DataView(bytes), offset: 0 }).page_locations;
  }
  return walkedPages(meta, reading);
}

async function walkedPages(meta: ColumnMetaData, { buffer, tree, ...reading }: PageReading): Promise<PageLocation[]> {
  const levels = repetitionLevels(tree, meta.path_in_schema);
  const locations: PageLocation[] = [];
  let at = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = at + Number(meta.total_compressed_size);
  let rows = 0;
  while (at < end) {
    await reading.between();
    const { header, length } = await readHeader(buffer, at, end);
    // Otherwise this page, or one before it, would be read again without end.
    if (!(header.compressed_page_size >= 0)) throw new Error(`page of ${header.compressed_page_size} bytes`);
    const size = length + header.compressed_page_size;
    if (header.type !== 'DICTIONARY_PAGE') {
      const body = () => buffer.slice(at + length, at + size);
      const page = await rowsOf(header, levels, meta, body, reading.compressors);
      const before = locations.at(-1);
      if (page.continues && before) before.compressed_page_size += size;
      else locations.push({ offset: BigInt(at), compressed_page_size: size, first_row_index: BigInt(rows) });
      rows += page.rows;
    }
    at += size;
  }
  return locations;
}

async function readHeader(buffer: AsyncBuffer, at: number, end: number) {
  for (let bytes = HEADER_BYTES; ; bytes *= 16) {
    const upTo = Math.min(end, at + bytes);
    const reader = { view: new DataView(await buffer.slice(at, upTo)), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      if (upTo === end || bytes > LARGEST_HEADER) throw error;
    }
  }
}

/** How many rows begin on a page, and whether it first continues one. */
async function rowsOf(
  header: PageHeader,
  levels: number,
  { codec }: ColumnMetaData,
  body: () => Promise<ArrayBuffer> | ArrayBuffer,
  compressors: Compressors | undefined,
): Promise<{ rows: number; continues: boolean }> {
  const { data_page_header: v1, data_page_header_v2: v2 } = header;
  // Pages of version 2 begin with a row.
  if (v2) return { rows: v2.num_rows, continues: false };
  if (!v1) throw new Error(`parquet unsupported page type: ${header.type}`);
  if (levels === 0) return { rows: v1.num_values, continues: false };
  const page = decompressPage(new Uint8Array(await body()), Number(header.uncompressed_page_size), codec, compressors);
  const found = new Uint8Array(v1.num_values);
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
  readRleBitPackedHybrid(reader, 32 - Math.clz32(levels), found);
  let rows = 0;
  for (const level of found) if (level === 0) rows += 1;
  return { rows, continues: (found[0] ?? 0) > 0 };
}

/** The largest repetition level of a leaf: how many lists it is inside of. */
function repetitionLevels(tree: SchemaTree, path: readonly string[]): number {
  let [node, levels] = [tree, 0];
  for (const name of path) {
    const child = node.children.find(({ element }) => element.name === name);
    if (!child) throw new Error(`parquet schema element not found: ${path.join('.')}`);
    if (child.element.repetition_type === 'REPEATED') levels += 1;
    node = child;
  }
  return levels;
}
