/** Parquet, decoded by hyparquet in windows of rows, so that a large row group is never in memory decoded. */
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { inputError, StudioError } from '../errors.ts';
import { breaks, checkCancelled, unreadable, type DataFile, type ReadOptions } from './data-file.ts';
import { pageLocations, type PageLocation, type PageReading } from './parquet-pages.ts';
import { NotText, PARSERS, plainValue } from './parquet-values.ts';
import { type Batch, type WindowLimit } from './records.ts';
import type { Row } from './row.ts';

/** Decoded size of a window, bytes. */
const WINDOW_BYTES = 16 * 2 ** 20;
const MOST_ROWS = 16_384;
/** Rows with lists or structs take about five times their size in the file. */
const LARGEST_NESTED_WINDOW = 512 * 2 ** 20;
/** How many times a nested column may be decoded because windows share its pages. */
const MOST_DECODED = 4;
/** float64 has 15 decimal digits. */
const EXACT_DIGITS = 15;
const BUILT_IN_CODECS = ['UNCOMPRESSED', 'SNAPPY'];

/** @throws StudioError `input` if the file is cut off, corrupt, or of a kind that is not supported */
export async function* readParquet(file: DataFile, options: ReadOptions & WindowLimit): AsyncGenerator<Batch> {
  const { signal, onProgress, windowBytes = WINDOW_BYTES } = options;
  const source = bufferOf(file);
  const { metadata, tree } = await readMetadata(file, source.kept);
  checkSchema(file.name, tree);
  const compressors = await compressorsFor(metadata);
  const columns = columnsOf(tree);
  const pause = breaks();
  const between = async () => {
    await pause();
    checkCancelled(file, signal);
  };
  let start = 0;
  let done = 0;
  for (const [i, group] of metadata.row_groups.entries()) {
    source.forget();
    const rows = Number(group.num_rows);
    const bytes = Number(group.total_byte_size);
    if (![rows, bytes].every((size) => Number.isSafeInteger(size) && size >= 0))
      throw groupError(file, i + 1, new Error(`it has ${rows} rows of ${bytes} bytes`));
    const inGroup = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw groupError(file, i + 1, error);
      }
    };
    const wanted = Math.max(1, Math.min(MOST_ROWS, rows, Math.floor((windowBytes * rows) / Math.max(1, bytes))));
    const pages =
      columns.nested.length > 0 && wanted < rows
        ? await inGroup(() => nestedPages(group, columns, { buffer: source.unkept, tree, compressors, between }))
        : {};
    const size = windowRows(wanted, rows, Object.values(pages));
    const decoded = (bytes * size) / rows;
    if (columns.nested.length > 0 && decoded > LARGEST_NESTED_WINDOW)
      throw new StudioError(
        'input',
        `${file.name}: row group ${i + 1} has nested columns and pages of ${Math.round(decoded / 2 ** 20)} MB, more ` +
          'than 512 MB.',
        'Write the file with smaller row groups, for example row_group_size=10000 in pyarrow.',
      );
    const read = (names: string[], buffer: AsyncBuffer, [from, to]: readonly [number, number]) => {
      if (names.length === 0) return Promise.resolve(undefined);
      const asked = {
        file: buffer,
        metadata,
        columns: names,
        rowStart: start + from,
        rowEnd: start + to,
        parsers: PARSERS,
        geoparquet: false,
        ...(compressors && { compressors }),
        pageLocationsByGroup: metadata.row_groups.map((one) => (one === group ? pages : {})),
      };
      return inGroup(() => parquetReadObjects(asked));
    };
    for (let from = 0; from < rows; from += size) {
      await between();
      const window = [from, Math.min(rows, from + size)] as const;
      const to = window[1];
      const flat = await read(columns.flat, source.kept, window);
      const missing = missingValue(flat ?? [], columns.flat);
      if (missing) throw groupError(file, i + 1, new Error(`${missing.column} ends before row ${from + missing.row}`));
      await between();
      const nested = await read(columns.nested, source.unkept, window);
      const batch: Batch = { rows: [], bad: [] };
      for (let at = from; at < to; at++) {
        const [values, lists] = [flat?.[at - from], nested?.[at - from]];
        const place = { record: start + at + 1, group: i + 1, row: at + 1 };
        const row: Record<string, unknown> = {};
        let flaw: string | undefined;
        for (const name of columns.all)
          try {
            row[name] = plainValue(values?.[name] ?? lists?.[name], columns.binary.has(name));
          } catch (error) {
            if (!(error instanceof NotText)) throw error;
            flaw ??= `${name}: not UTF-8`;
          }
        if (flaw === undefined) batch.rows.push({ row, place });
        else batch.bad.push({ place, reason: flaw });
      }
      onProgress?.(Math.round(((done + (bytes * to) / rows) / totalBytes(metadata)) * file.size), file.size);
      yield batch;
      await pause();
    }
    start += rows;
    done += bytes;
  }
}

/** hyparquet gives undefined for rows after a column's last one, and null for null. @returns the 1-based row */
function missingValue(rows: readonly Row[], columns: readonly string[]): { column: string; row: number } | undefined {
  for (const [i, row] of rows.entries())
    for (const column of columns) if (row[column] === undefined) return { column, row: i + 1 };
  return undefined;
}

/** By the paths of the leaves of nested columns. */
async function nestedPages(
  group: RowGroup,
  columns: Columns,
  reading: PageReading,
): Promise<Record<string, PageLocation[]>> {
  const pages: Record<string, PageLocation[]> = {};
  for (const chunk of group.columns) {
    const path = chunk.meta_data?.path_in_schema ?? [];
    if (columns.nested.includes(path[0] ?? '')) pages[path.join('.')] = await pageLocations(chunk, reading);
  }
  return pages;
}

/**
 * Every window decodes the pages that it shares with its neighbours again. Where pages are much longer than a window,
 * as in files with one page per row group, windows are made longer.
 */
function windowRows(wanted: number, rows: number, columns: readonly (readonly PageLocation[])[]): number {
  const pages = columns.flatMap((locations) =>
    locations.map(({ first_row_index: first, compressed_page_size: bytes }, i) => ({
      bytes,
      rows: Number(locations[i + 1]?.first_row_index ?? rows) - Number(first),
    })),
  );
  const total = pages.reduce((sum, page) => sum + page.bytes, 0);
  for (let size = wanted; ; size *= 2) {
    if (size * 2 > rows) return size < rows && size > wanted ? rows : Math.min(size, rows);
    const decoded = pages.reduce((sum, page) => sum + page.bytes * (1 + page.rows / size), 0);
    if (decoded <= MOST_DECODED * total) return size;
  }
}

const totalBytes = ({ row_groups: groups }: FileMetaData) =>
  Math.max(
    1,
    groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0),
  );

/**
 * A file for hyparquet. `kept` keeps the ranges of the current row group, because every window reads the same chunks of
 * flat columns; `unkept` is for pages of nested ones.
 */
function bufferOf(file: DataFile): { kept: AsyncBuffer; unkept: AsyncBuffer; forget(): void } {
  let cache = new Map<string, Promise<ArrayBuffer>>();
  const read = async (start: number, given: number = file.size) => {
    const end = Math.min(given, file.size);
    const bytes = await file.slice(start, end).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    if (bytes.byteLength !== end - start)
      throw inputError(file.name, `expected ${end - start} bytes at ${start}, found ${bytes.byteLength}`);
    return bytes.byteOffset === 0 && bytes.buffer.byteLength === bytes.byteLength
      ? (bytes.buffer as ArrayBuffer)
      : new Uint8Array(bytes).buffer;
  };
  return {
    kept: {
      byteLength: file.size,
      slice: (start, end) => {
        const key = `${start}-${end ?? ''}`;
        const part = cache.get(key) ?? read(start, end);
        cache.set(key, part);
        return part;
      },
    },
    unkept: { byteLength: file.size, slice: read },
    forget: () => {
      cache = new Map();
    },
  };
}

async function readMetadata(
  file: DataFile,
  buffer: AsyncBuffer,
): Promise<{ metadata: FileMetaData; tree: SchemaTree }> {
  const cutOff = 'the file is cut off, or not Parquet: expected PAR1 at its end';
  if (file.size < 12) throw inputError(file.name, cutOff);
  const end = new TextDecoder('latin1').decode(new Uint8Array(await buffer.slice(file.size - 4, file.size)));
  if (end === 'PARE') throw inputError(file.name, 'encrypted Parquet is not supported');
  if (end !== 'PAR1') throw inputError(file.name, cutOff);
  try {
    const metadata = await parquetMetadataAsync(buffer, { parsers: PARSERS, geoparquet: false });
    return { metadata, tree: parquetSchema(metadata) };
  } catch (error) {
    if (error instanceof StudioError) throw error;
    throw inputError(file.name, `the Parquet footer is corrupt: ${reasonOf(error)}`);
  }
}

interface Columns {
  all: string[];
  /** Without lists: decoded page by page. */
  flat: string[];
  nested: string[];
  /** Columns with bytes that the file does not declare as text. */
  binary: Set<string>;
}

function columnsOf(tree: SchemaTree): Columns {
  const leaves = (node: SchemaTree): SchemaTree[] =>
    node.children.length > 0 ? node.children.flatMap(leaves) : [node];
  const isNested = (node: SchemaTree): boolean =>
    node.element.repetition_type === 'REPEATED' || node.children.length > 0;
  const names = (nodes: SchemaTree[]) => nodes.map(({ element }) => element.name);
  return {
    all: names(tree.children),
    flat: names(tree.children.filter((child) => !isNested(child))),
    nested: names(tree.children.filter(isNested)),
    binary: new Set(
      names(
        tree.children.filter((child) =>
          leaves(child).some(
            ({ element: { type, converted_type: converted, logical_type: logical } }) =>
              type === 'BYTE_ARRAY' && converted === undefined && logical === undefined,
          ),
        ),
      ),
    ),
  };
}

/** Decimals of more digits than a number has would be rounded. */
function checkSchema(name: string, tree: SchemaTree): void {
  const visit = (node: SchemaTree): void => {
    const { element, path } = node;
    if (element.converted_type === 'DECIMAL' && (element.precision ?? 0) > EXACT_DIGITS)
      throw inputError(
        name,
        `column ${path.join('.')}: decimals of ${element.precision} digits are not supported, at most ` +
          `${EXACT_DIGITS}; write the column as text`,
      );
    if (typeof element.name !== 'string') throw inputError(name, 'the Parquet footer is corrupt: a column has no name');
    if (element.name === '__proto__') throw inputError(name, 'a column cannot be named __proto__');
    node.children.forEach(visit);
  };
  tree.children.forEach(visit);
}

async function compressorsFor({ row_groups: groups }: FileMetaData): Promise<Compressors | undefined> {
  const codecs = groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec ?? 'UNCOMPRESSED'));
  if (codecs.every((codec) => BUILT_IN_CODECS.includes(codec))) return undefined;
  // Its SNAPPY, in WebAssembly, does not know where the output ends; hyparquet's own does.
  const { SNAPPY: _, ...compressors } = (await import('hyparquet-compressors')).compressors;
  return compressors;
}

function groupError(file: DataFile, group: number, error: unknown): unknown {
  if (error instanceof StudioError) return error;
  return inputError(file.name, `row group ${group} cannot be read, the file may be corrupt: ${reasonOf(error)}`);
}

/** hyparquet's own words; what the language says where hyparquet met a value of another type tells a person nothing. */
function reasonOf(error: unknown): string {
  const own = error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
  return own ? error.message.replace(/\s+/g, ' ') : 'a part of it is not of the expected kind or size';
}
