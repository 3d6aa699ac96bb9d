/** A row of a log, whatever its format: its step, and its numbers by the names of metrics. */
import { isRow } from '../data/json-row.ts';
import type { Row } from '../data/row.ts';
import { EXPECTED_STEP, isStep } from './log-builder.ts';

/**
 * Columns that a step is read from, the first one that a log has. `_step` of W&B counts calls of `log`, so that a
 * trainer's own count comes first.
 */
export const STEP_COLUMNS = [
  'step',
  'global_step',
  'training/global_step',
  'train/global_step',
  'trainer/global_step',
  'training_step',
  '_step',
  'iteration',
] as const;

const IS_STEP: ReadonlySet<string> = new Set(STEP_COLUMNS);

/** Names of columns are compared without the case of letters: W&B writes `Step`. */
export const stepColumn = (names: readonly string[]): string | undefined =>
  STEP_COLUMNS.flatMap((wanted) => names.find((name) => name.toLowerCase() === wanted) ?? [])[0];

/** Columns that W&B and pandas add. */
const ADDED = /^(_runtime|_timestamp|_wandb.*|__index_level_\d+__)$/;

/** A column of a logger's own accounts, which is no metric. */
export const isBookkeeping = (name: string): boolean => IS_STEP.has(name.toLowerCase()) || ADDED.test(name);

/** Numbers that are not finite, as Python, NumPy and W&B write them as text. */
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number of a cell: NaN for a gap, undefined for what is no number, and for an empty cell of a CSV. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value === null) return NaN;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (NOT_FINITE.test(text)) return NaN;
  return NUMBER.test(text) ? Number(text) : undefined;
}

export interface RowFault {
  reason: string;
}

/** @returns the step of a row, or why it has none */
export function stepOf(row: Row, column: string | undefined): number | RowFault {
  if (column === undefined || !Object.hasOwn(row, column))
    return { reason: `expected a column ${column ?? listed(STEP_COLUMNS)}, found ${listed(Object.keys(row))}` };
  const step = numberOf(row[column]);
  if (step !== undefined && isStep(step)) return step;
  return { reason: `${column}: ${EXPECTED_STEP}, found ${shown(row[column])}` };
}

/** verl's FileLogger nests its metrics: {"step": 3, "data": {..}}. @returns undefined for a flat row */
export function nestedMetrics(row: Row): Row | undefined {
  const data = row['data'];
  return Object.hasOwn(row, 'step') && isRow(data) ? data : undefined;
}

export const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;

/** A value as messages repeat it. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 40);
