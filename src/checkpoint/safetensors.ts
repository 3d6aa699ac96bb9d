/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header of {name: {dtype, shape, data_offsets}}, then the
 * data. Everything in a header is checked before any of it is believed.
 */
import { inputError, StudioError } from '../errors.ts';

export interface RawTensor {
  dtype: string;
  shape: number[];
  /** View into the file, little-endian. */
  data: Uint8Array;
}

const WIDTHS: Record<string, number> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 };
/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;

type Header = Record<string, unknown>;

function readHeader(bytes: Uint8Array, where: string): { header: Header; start: number } {
  if (bytes.byteLength < 8) throw inputError(where, `not a safetensors file: ${bytes.byteLength} bytes, expected at least 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER) throw inputError(where, `not a safetensors file: its header would be ${length} bytes long`);
  if (8 + length > bytes.byteLength) throw inputError(where, `is cut off: the header is ${length} bytes long, the file has ${bytes.byteLength}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw inputError(where, 'not a safetensors file: its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw inputError(where, 'not a safetensors file: its header is not an object');
  return { header: header as Header, start: 8 + length };
}

/** The header's `__metadata__`; empty when there is none. @throws StudioError `input` */
export function readMetadata(bytes: Uint8Array, where: string): Record<string, unknown> {
  const metadata = readHeader(bytes, where).header['__metadata__'];
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
}

/**
 * @param where the file's name, for messages
 * @returns tensors by name, as views into `bytes`
 * @throws StudioError `input` naming the file and the tensor: truncated, overlapping, wrong size, wrong dtype
 */
export function parseSafetensors(bytes: Uint8Array, where: string): Map<string, RawTensor> {
  const { header, start } = readHeader(bytes, where);
  const available = bytes.byteLength - start;
  const tensors = new Map<string, RawTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, begin, end } = readEntry(entry, `${where}: tensor ${name}`);
    if (end > available) throw inputError(where, `is cut off: tensor ${name} ends at byte ${end} of the data, the file has ${available}`);
    ranges.push({ name, begin, end });
    tensors.set(name, { dtype, shape, data: bytes.subarray(start + begin, start + end) });
  }
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of ranges) {
    if (begin !== at) throw inputError(where, `tensor ${name}: data_offsets begin at ${begin}, expected ${at} (${begin < at ? 'it overlaps another' : 'there is a hole before it'})`);
    at = end;
  }
  if (at !== available) throw inputError(where, `has ${available - at} bytes after its last tensor`);
  return tensors;
}

function readEntry(entry: unknown, where: string): { dtype: string; shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
  const width = typeof dtype === 'string' ? WIDTHS[dtype] : undefined;
  if (typeof dtype !== 'string' || width === undefined) throw inputError(where, `dtype: expected one of ${Object.keys(WIDTHS).join(', ')}, found ${JSON.stringify(dtype)}`);
  const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize)) throw inputError(where, `shape: expected whole numbers, found ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) throw inputError(where, `data_offsets: expected two whole numbers, found ${JSON.stringify(offsets)}`);
  const [begin = 0, end = 0] = offsets as number[];
  const bytes = shape.reduce((product, size) => product * size, width);
  if (end - begin !== bytes) throw inputError(where, `data_offsets span ${end - begin} bytes, ${dtype} of shape [${shape.join(', ')}] takes ${bytes}`);
  return { dtype, shape, begin, end };
}

/**
 * F32 as it is, F16 and BF16 widened (exactly).
 *
 * @throws StudioError `input` for other dtypes
 */
export function toFloat32({ dtype, data }: RawTensor, where = 'tensor'): Float32Array<ArrayBuffer> {
  // A copy, because the view may start at any byte.
  const bytes = data.slice();
  if (dtype === 'F32') return new Float32Array(bytes.buffer, 0, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, 0, Math.floor(bytes.byteLength / 2));
  if (dtype === 'BF16') {
    const words = Uint32Array.from(halves, (half) => half << 16);
    return new Float32Array(words.buffer);
  }
  if (dtype === 'F16') return Float32Array.from(halves, halfToFloat);
  throw new StudioError('input', `${where}: dtype ${dtype} cannot be trained; expected F32, F16 or BF16.`);
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Writes F32 tensors in the order given. @param metadata texts by name */
export function writeSafetensors(tensors: readonly { name: string; shape: readonly number[]; data: Float32Array }[], metadata: Record<string, string> = { format: 'pt' }): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  let text = JSON.stringify(header);
  // The data starts at a multiple of 8, which lets readers map it.
  text += ' '.repeat((8 - (new TextEncoder().encode(text).length % 8)) % 8);
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + head.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let target = 8 + head.length;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), target);
    target += data.byteLength;
  }
  return bytes;
}
