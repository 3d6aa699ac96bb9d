/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header of {name: {dtype, shape,
 * data_offsets}}, then the data. Everything in a header is checked before it is used, with the header alone: the data
 * may stay on disk.
 */
import { inputError, StudioError } from '../errors.ts';
import { elementCount } from '../model/weights/initial-weights.ts';
import { narrowed, widened } from '../model/weights/f16-conversion.ts';
import type { WeightValues } from '../model/weights/packing.ts';
import { precisionBytes, type Precision } from '../model/weights/precision.ts';
import { isObject, parseObject, shortened, shown, type Fields } from './json-fields.ts';

export interface RawTensor {
  dtype: string;
  shape: number[];
  /** Little-endian. */
  data: Uint8Array;
}

/** A tensor's place in its file. */
export interface TensorEntry {
  dtype: string;
  shape: number[];
  /** Byte offsets in the file; `end` is exclusive. */
  start: number;
  end: number;
}

/** Precisions in which weights are read and written. */
export type WeightDtype = 'F32' | 'F16' | 'BF16';

/** Precision on the GPU, by dtype. */
export const PRECISIONS: Record<WeightDtype, Precision> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };

const WIDTHS: Record<string, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};
/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;
/** Bytes before the JSON header. */
export const PREFIX = 8;

/** @param prefix the first 8 bytes, or fewer if the file is shorter */
export function headerLength(prefix: Uint8Array, fileSize: number, where: string): number {
  if (fileSize < PREFIX || prefix.byteLength < PREFIX)
    throw inputError(where, `not a safetensors file: expected at least ${PREFIX} bytes, found ${fileSize}`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, PREFIX).getBigUint64(0, true));
  if (length > LARGEST_HEADER)
    throw inputError(where, `not a safetensors file: its header would be ${length} bytes long`);
  if (PREFIX + length > fileSize)
    throw inputError(where, `is cut off: the header is ${length} bytes long, the file has ${fileSize}`);
  return length;
}

/**
 * @param header the bytes after the prefix, `headerLength` of them
 * @throws StudioError `input` naming the file and the tensor: truncated, overlapping, incorrect size, unknown dtype
 */
export function parseHeader(
  header: Uint8Array,
  fileSize: number,
  where: string,
): { entries: Map<string, TensorEntry>; metadata: Fields } {
  const start = PREFIX + header.byteLength;
  const available = fileSize - start;
  const fields = headerFields(header, where);
  const entries = new Map<string, TensorEntry>();
  for (const [name, entry] of Object.entries(fields)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, begin, end } = readEntry(entry, `${where}: tensor ${shortened(name)}`);
    if (end > available)
      throw inputError(
        where,
        `is cut off: tensor ${shortened(name)} ends at byte ${end} of the data, the file has ${available}`,
      );
    entries.set(name, { dtype, shape, start: start + begin, end: start + end });
  }
  let at = start;
  for (const [name, entry] of [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at)
      throw inputError(
        where,
        `tensor ${shortened(name)}: data_offsets begin at ${entry.start - start}, expected ${at - start} ` +
          `(${entry.start < at ? 'it overlaps the previous tensor' : 'a gap precedes it'})`,
      );
    at = entry.end;
  }
  if (at !== fileSize)
    throw inputError(where, `expected the end of the file after the last tensor, found ${fileSize - at} more bytes`);
  const metadata = fields['__metadata__'];
  return { entries, metadata: isObject(metadata) ? metadata : {} };
}

function headerFields(header: Uint8Array, where: string): Fields {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
  } catch {
    throw inputError(where, 'not a safetensors file: its header is not text');
  }
  return parseObject(text, `${where}: header`);
}

function readEntry(entry: unknown, where: string): { dtype: string; shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const width = typeof dtype === 'string' && Object.hasOwn(WIDTHS, dtype) ? WIDTHS[dtype] : undefined;
  if (typeof dtype !== 'string' || width === undefined)
    throw inputError(where, `dtype: expected one of ${Object.keys(WIDTHS).join(', ')}, found ${shown(dtype)}`);
  const isSize = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize))
    throw inputError(where, `shape: expected at most 8 whole numbers, found ${shown(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    throw inputError(where, `data_offsets: expected two whole numbers, found ${shown(offsets)}`);
  const [begin = 0, end = 0] = offsets as number[];
  const bytes = shape.reduce((product, size) => product * size, width);
  if (end - begin !== bytes)
    throw inputError(
      where,
      `data_offsets span ${end - begin} bytes, ${dtype} of shape [${shape.join(', ')}] takes ${bytes}`,
    );
  return { dtype, shape, begin, end };
}

function wholeHeader(bytes: Uint8Array, where: string) {
  const length = headerLength(bytes.subarray(0, PREFIX), bytes.byteLength, where);
  return parseHeader(bytes.subarray(PREFIX, PREFIX + length), bytes.byteLength, where);
}

/** The header's `__metadata__`; empty if absent. @throws StudioError `input` */
export function readMetadata(bytes: Uint8Array, where: string): Fields {
  return wholeHeader(bytes, where).metadata;
}

/**
 * Tensors of a file in memory.
 *
 * @param where the file's name, for messages
 * @returns tensors by name, as views into `bytes`
 */
export function parseSafetensors(bytes: Uint8Array, where: string): Map<string, RawTensor> {
  const { entries } = wholeHeader(bytes, where);
  return new Map(
    [...entries].map(([name, { dtype, shape, start, end }]) => [
      name,
      { dtype, shape, data: bytes.subarray(start, end) },
    ]),
  );
}

export function isWeightDtype(dtype: string): dtype is WeightDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/**
 * A tensor's values in their stored precision: a view of its bytes if those are aligned to an element, else a copy.
 *
 * @throws StudioError `input` for a dtype that weights cannot have
 */
export function storedValues(
  { dtype, data }: RawTensor,
  where = 'tensor',
): { precision: Precision; values: WeightValues } {
  if (!isWeightDtype(dtype))
    throw new StudioError('input', `${where}: dtype ${dtype} cannot be trained; expected F32, F16 or BF16.`);
  const precision = PRECISIONS[dtype];
  const width = precisionBytes(precision);
  const bytes =
    data.byteOffset % width === 0 && data.buffer instanceof ArrayBuffer
      ? { buffer: data.buffer, offset: data.byteOffset }
      : { buffer: data.slice().buffer, offset: 0 };
  const values =
    precision === 'f32'
      ? new Float32Array(bytes.buffer, bytes.offset, data.byteLength / 4)
      : new Uint16Array(bytes.buffer, bytes.offset, data.byteLength / 2);
  return { precision, values };
}

/** The same in f32, widened exactly from F16 and BF16. @throws StudioError `input` as `storedValues` */
export function toFloat32(tensor: RawTensor, where = 'tensor'): Float32Array<ArrayBuffer> {
  const { precision, values } = storedValues(tensor, where);
  return values instanceof Float32Array ? values : widened(values, precision === 'f16' ? 'f16' : 'bf16');
}

/**
 * A tensor's values as bytes; 16-bit precisions round to nearest, ties to even.
 *
 * @throws StudioError `input` if a finite value would become infinite
 */
export function fromFloat32(values: Float32Array, dtype: WeightDtype, where: string): Uint8Array<ArrayBuffer> {
  // A view, because the values already have the written precision.
  if (dtype === 'F32') return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  return new Uint8Array(narrowed(values, dtype === 'F16' ? 'f16' : 'bf16', where).buffer);
}

export interface NamedTensor {
  name: string;
  shape: readonly number[];
  /** Values, or a function that creates them on demand. */
  data: Float32Array | (() => Float32Array);
}

/**
 * The parts of a safetensors file, one after the other, so that at most one tensor is copied at a time.
 *
 * @param metadata strings by name
 */
export function* safetensorsParts(
  tensors: readonly NamedTensor[],
  dtype: WeightDtype = 'F32',
  metadata?: Record<string, string>,
): Generator<Uint8Array<ArrayBuffer>> {
  yield safetensorsHeader(tensors, dtype, metadata);
  for (const { name, data } of tensors)
    yield fromFloat32(typeof data === 'function' ? data() : data, dtype, `tensor ${name}`);
}

/** The beginning of a file: its tensors' bytes follow, in this order and without gaps. */
export function safetensorsHeader(
  tensors: readonly Omit<NamedTensor, 'data'>[],
  dtype: WeightDtype,
  metadata: Record<string, string> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const { name, shape } of tensors) {
    const bytes = elementCount(shape) * (WIDTHS[dtype] ?? 4);
    header[name] = { dtype, shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  let text = JSON.stringify(header);
  // The data starts at a multiple of 8, so that readers can map it.
  text += ' '.repeat((8 - (new TextEncoder().encode(text).length % 8)) % 8);
  const head = new TextEncoder().encode(text);
  const prefix = new Uint8Array(PREFIX + head.length);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(head.length), true);
  prefix.set(head, PREFIX);
  return prefix;
}

/** Writes tensors in the order given, as one array. */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata?: Record<string, string>,
  dtype: WeightDtype = 'F32',
): Uint8Array<ArrayBuffer> {
  return joined([...safetensorsParts(tensors, dtype, metadata)]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
