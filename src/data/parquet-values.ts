/** Values of Parquet as the plain values that JSON has. */
import type { ParquetParsers } from 'hyparquet';
import { readJsonText } from '../json-text.ts';
import { strictText } from './text-blocks.ts';

/** Bytes where text was expected. */
export class NotText {
  constructor(readonly bytes: Uint8Array) {}
}

/**
 * Dates become `2026-11-28`, timestamps ISO 8601 with their own precision. Bytes are decoded strictly: those that are
 * not UTF-8 become NotText.
 */
export const PARSERS: Partial<ParquetParsers> = {
  stringFromBytes: (bytes) => textOf(bytes),
  jsonFromBytes: (bytes) => {
    const text = textOf(bytes);
    if (typeof text !== 'string') return text;
    const read = readJsonText(text);
    return 'value' in read ? read.value : text;
  },
  dateFromDays: (days) => whenKnown(days, () => isoTime(BigInt(days) * 86_400n, 0n, 0).slice(0, 10)),
  timestampFromMilliseconds: (value) => whenKnown(value, () => timestamp(value, 1000n, 3)),
  timestampFromMicroseconds: (value) => whenKnown(value, () => timestamp(value, 1_000_000n, 6)),
  timestampFromNanoseconds: (value) => whenKnown(value, () => timestamp(value, 1_000_000_000n, 9)),
};

/** hyparquet passes undefined for null to some parsers. */
const whenKnown = (value: unknown, make: () => string) => (value === undefined || value === null ? undefined : make());

function textOf(bytes: Uint8Array | undefined): string | NotText | undefined {
  if (!bytes) return undefined;
  try {
    return strictText(bytes);
  } catch {
    return new NotText(new Uint8Array(bytes));
  }
}

function timestamp(value: bigint, perSecond: bigint, digits: number): string {
  const units = BigInt(value);
  const part = ((units % perSecond) + perSecond) % perSecond;
  return isoTime((units - part) / perSecond, part, digits);
}

/** Beyond the years that Date has, seconds since 1970 as text. */
function isoTime(seconds: bigint, part: bigint, digits: number): string {
  const date = new Date(Number(seconds) * 1000);
  const fraction = part === 0n ? '' : `.${part.toString().padStart(digits, '0').replace(/0+$/, '')}`;
  return Number.isNaN(date.getTime()) ? `${seconds}${fraction}` : `${date.toISOString().slice(0, -5)}${fraction}`;
}

/**
 * @param binary bytes are data, not text: they become base64
 * @throws NotText if a text is not UTF-8
 */
export function plainValue(value: unknown, binary: boolean): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== 'object') return value;
  if (value instanceof NotText) {
    if (binary) return base64(value.bytes);
    throw value;
  }
  if (value instanceof Uint8Array) return base64(value);
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, (one) => plainValue(one, binary));
  if (Array.isArray(value)) return value.map((one) => plainValue(one, binary));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainValue(one, binary)]));
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
