/** One row from JSON text. */
import { readJsonText } from '../json-text.ts';
import type { Row } from './row.ts';

/** Whole numbers of fewer digits are exact. */
const MANY_DIGITS = /\d{16}/;
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** @returns the row, or why the text is none. Whole numbers beyond 2^53 become text, because a number would round. */
export function jsonRow(text: string): { row: Row } | { reason: string } {
  const read = readJsonText(MANY_DIGITS.test(text) ? withExactNumbers(text) : text);
  if ('fault' in read) return { reason: read.fault };
  const { value } = read;
  return isRow(value) ? { row: value } : { reason: `expected an object, found ${kindOf(value)}` };
}

function withExactNumbers(text: string): string {
  return text.replace(TEXT_OR_NUMBER, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value is, in words for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  return typeof value === 'object' ? 'an object' : `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`;
}
