/** The reference answer of a row. */
import { valueAt, type Row } from '../data/row.ts';

/**
 * The value at a column as text: numbers and truth values as JSON writes them, lists and objects as JSON.
 *
 * @param column dotted path; undefined for a task without answers
 * @returns undefined when the row has nothing there, or null
 */
export function referenceAnswer(row: Row, column: string | undefined): string | undefined {
  const value = column === undefined ? undefined : valueAt(row, column);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
