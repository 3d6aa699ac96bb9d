/** Parquet, decoded by hyparquet in windows of rows, so that a large row group is never in memory decoded. */
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type SchemaTree,
} from 'hyparquet';
import { inputError, StudioError } from '../errors.ts';
import { breaks, checkCancelled, unreadable, type DataFile, type ReadOptions } from './data-file.ts';
import { NotText, PARSERS, plainValue } from './parquet-values.ts';
import { type Batch } from './records.ts';

/** Decoded size of a window, bytes. */
const WINDOW_BYTES = 16 * 2 ** 20;
const MOST_ROWS = 16_384;
/** Columns with lists or structs are decoded per row group as a whole, which takes about five times its size. */
const LARGEST_NESTED_GROUP = 512 * 2 ** 20;
/** float64 has 15 decimal digits. */
const EXACT_DIGITS = 15;
const BUILT_IN_CODECS = ['UNCOMPRESSED', 'SNAPPY'];

/** @throws StudioError `input` if the file is cut off, corrupt, or of a kind that is not supported */
export async function* readParquet(file: DataFile, options: ReadOptions): AsyncGenerator<Batch> {
  const { signal, onProgress } = options;
  const source = cachedBuffer(file);
  const metadata = await readMetadata(file, source);
  const tree = parquetSchema(metadata);
  checkSchema(file.name, tree);
  const compressors = await compressorsFor(metadata);
  const pause = breaks();
  let start = 0;
  let done = 0;
  for (const [i, group] of metadata.row_groups.entries()) {
    source.forget();
    const rows = Number(group.num_rows);
    const bytes = Number(group.total_byte_size);
    const columns = columnsOf(tree);
    if (columns.nested.length > 0 && bytes > LARGEST_NESTED_GROUP)
      throw new StudioError(
        'input',
        `${file.name}: row group ${i + 1} has nested columns and ${Math.round(bytes / 2 ** 20)} MB, more than 512 MB.`,
        'Write the file with smaller row groups, for example row_group_size=10000 in pyarrow.',
      );
    const read = (names: string[], from: number, to: number) =>
      parquetReadObjects({
        file: source.buffer,
        metadata,
        columns: names,
        rowStart: start + from,
        rowEnd: start + to,
        parsers: PARSERS,
        geoparquet: false,
        ...(compressors && { compressors }),
      }).catch((error: unknown) => {
        throw groupError(file, i + 1, error);
      });
    const nested = columns.nested.length > 0 ? await read(columns.nested, 0, rows) : undefined;
    const size = Math.max(1, Math.min(MOST_ROWS, rows, Math.floor((WINDOW_BYTES * rows) / Math.max(1, bytes))));
    for (let from = 0; from < rows; from += size) {
      checkCancelled(file, signal);
      const to = Math.min(rows, from + size);
      const flat = columns.flat.length > 0 ? await read(columns.flat, from, to) : undefined;
      const batch: Batch = { rows: [], bad: [] };
      for (let at = from; at < to; at++) {
        const [values, lists] = [flat?.[at - from], nested?.[at]];
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

const totalBytes = ({ row_groups: groups }: FileMetaData) =>
  Math.max(
    1,
    groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0),
  );

/** Ranges of the current row group are kept, because every window reads the same column chunks. */
function cachedBuffer(file: DataFile): { buffer: AsyncBuffer; forget(): void } {
  let cache = new Map<string, Promise<ArrayBuffer>>();
  const read = async (start: number, end: number) => {
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
    buffer: {
      byteLength: file.size,
      slice: (start, end = file.size) => {
        const key = `${start}-${end}`;
        const part = cache.get(key) ?? read(start, Math.min(end, file.size));
        cache.set(key, part);
        return part;
      },
    },
    forget: () => {
      cache = new Map();
    },
  };
}

async function readMetadata(file: DataFile, source: { buffer: AsyncBuffer }): Promise<FileMetaData> {
  const cutOff = 'the file is cut off, or not Parquet: expected PAR1 at its end';
  if (file.size < 12) throw inputError(file.name, cutOff);
  const end = new TextDecoder('latin1').decode(new Uint8Array(await source.buffer.slice(file.size - 4, file.size)));
  if (end === 'PARE') throw inputError(file.name, 'encrypted Parquet is not supported');
  if (end !== 'PAR1') throw inputError(file.name, cutOff);
  try {
    return await parquetMetadataAsync(source.buffer, { parsers: PARSERS, geoparquet: false });
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
    if (element.name === '__proto__') throw inputError(name, 'a column cannot be named __proto__');
    node.children.forEach(visit);
  };
  tree.children.forEach(visit);
}

async function compressorsFor({ row_groups: groups }: FileMetaData): Promise<Compressors | undefined> {
  const codecs = groups.flatMap(({ columns }) => columns.map((column) => column.meta_data?.codec ?? 'UNCOMPRESSED'));
  if (codecs.every((codec) => BUILT_IN_CODECS.includes(codec))) return undefined;
  return (await import('hyparquet-compressors')).compressors;
}

function groupError(file: DataFile, group: number, error: unknown): unknown {
  if (error instanceof StudioError) return error;
  return inputError(file.name, `row group ${group} cannot be read, the file may be corrupt: ${reasonOf(error)}`);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
