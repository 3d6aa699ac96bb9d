/** A row of a token dump, checked: every fault names its column, and what was expected and found. */
import { isRow, kindOf } from '../data/json-row.ts';
import { DUMP_COLUMNS, type DumpColumnName } from './columns.ts';
import type { DumpRow } from './token-dump.ts';

/** Above 0 by which a log-prob may be off in bf16. */
const ROUNDING = 0.05;
/** Nats; a log-prob below is a mark for "none". */
const LOWEST = -1e5;
const LARGEST_ID = 0x7ffffffe;

/** Why a row cannot be used. */
export class RowFault {
  constructor(readonly reason: string) {}
}

type Row = Readonly<Record<string, unknown>>;

function valueOf(row: Row, column: DumpColumnName): unknown {
  if (row[column] !== undefined && row[column] !== null) return row[column];
  for (const alias of DUMP_COLUMNS[column].aliases)
    if (row[alias] !== undefined && row[alias] !== null) return row[alias];
  return undefined;
}

const fault = (column: string, expected: string, value: unknown) =>
  new RowFault(`${column}: expected ${expected}, found ${kindOf(value)}`);

/** @throws RowFault */
export function dumpRow(row: Row): DumpRow {
  const step = wholeNumber(row, 'step') ?? missing(row, 'step');
  const logprobs = numbers(row, 'logprobs') ?? missing(row, 'logprobs');
  const count = logprobs.length;
  const given = {
    oldLogprobs: numbers(row, 'old_logprobs', count) ?? missing(row, 'old_logprobs'),
    entropies: numbers(row, 'entropies', count),
    oldEntropies: numbers(row, 'old_entropies', count),
    samplerLogprobs: numbers(row, 'sampler_logprobs', count),
  };
  const advantages = advantagesOf(row, count);
  const tokens = tokensOf(row, count);
  const kept = maskOf(row, count);
  const pick = <T>(list: readonly T[]): T[] => (kept ? kept.map((i) => list[i] as T) : (list as T[]));
  const picked = {
    logprobs: pick(logprobs),
    oldLogprobs: pick(given.oldLogprobs),
    advantages: pick(advantages),
    ...(given.entropies && { entropies: pick(given.entropies) }),
    ...(given.oldEntropies && { oldEntropies: pick(given.oldEntropies) }),
    ...(given.samplerLogprobs && { samplerLogprobs: pick(given.samplerLogprobs) }),
    ...(tokens && { tokens: pick(tokens) }),
  };
  for (const [column, values] of [
    ['logprobs', picked.logprobs],
    ['old_logprobs', picked.oldLogprobs],
    ['sampler_logprobs', picked.samplerLogprobs ?? []],
  ] as const)
    checkEach(column, values, 'a log-prob, at most 0', (value) => value <= ROUNDING && value > LOWEST);
  checkEach('advantages', picked.advantages, 'a number', Number.isFinite);
  for (const [column, values] of [
    ['entropies', picked.entropies ?? []],
    ['old_entropies', picked.oldEntropies ?? []],
  ] as const)
    checkEach(column, values, 'an entropy, at least 0', (value) => value > -ROUNDING && value < -LOWEST);
  const reward = valueOf(row, 'reward');
  if (reward !== undefined && typeof reward !== 'number') throw fault('reward', 'a number', reward);
  return {
    step,
    prompt: promptOf(valueOf(row, 'prompt')),
    minibatch: wholeNumber(row, 'minibatch') ?? 0,
    reward: reward ?? NaN,
    ...picked,
  };
}

function missing(row: Row, column: DumpColumnName): never {
  const names = [column, ...DUMP_COLUMNS[column].aliases].join(', ');
  const found = Object.keys(row).slice(0, 12).join(', ') || 'nothing';
  throw new RowFault(`expected a column ${names}; found ${found}`);
}

function wholeNumber(row: Row, column: DumpColumnName): number | undefined {
  const value = valueOf(row, column);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff)
    throw fault(column, 'a whole number of at least 0', value);
  return value;
}

/** @param count of the entries, as the log-probs have */
function numbers(row: Row, column: DumpColumnName, count?: number): number[] | undefined {
  const value = valueOf(row, column);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw fault(column, 'a list of numbers', value);
  checkCount(column, value, count);
  return value as number[];
}

function checkCount(column: string, value: readonly unknown[], count: number | undefined): void {
  if (count !== undefined && value.length !== count)
    throw new RowFault(`${column}: expected ${count} entries, as many as logprobs has, found ${value.length}`);
}

function checkEach(
  column: string,
  values: readonly unknown[],
  expected: string,
  isRight: (value: number) => boolean,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || !isRight(value))
      throw new RowFault(`${column}: expected ${expected} in entry ${i + 1}, found ${kindOf(value)}`);
  }
}

function advantagesOf(row: Row, count: number): number[] {
  const value = valueOf(row, 'advantages');
  if (typeof value === 'number') return new Array<number>(count).fill(value);
  return numbers(row, 'advantages', count) ?? missing(row, 'advantages');
}

function tokensOf(row: Row, count: number): (number | string)[] | undefined {
  const [texts, ids] = (['texts', 'tokens'] as const).map((column) => {
    const value = valueOf(row, column);
    if (value !== undefined && !Array.isArray(value)) throw fault(column, 'a list of token ids or texts', value);
    if (value) checkCount(column, value, count);
    return value as unknown[] | undefined;
  });
  const given = texts ?? ids;
  given?.forEach((token, i) => {
    if (typeof token !== 'string' && !(Number.isInteger(token) && Number(token) >= 0 && Number(token) <= LARGEST_ID))
      throw new RowFault(`tokens: expected a token id or text in entry ${i + 1}, found ${kindOf(token)}`);
  });
  return given as (number | string)[] | undefined;
}

/** Indices of the tokens that count; undefined for all. */
function maskOf(row: Row, count: number): number[] | undefined {
  const value = valueOf(row, 'mask');
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw fault('mask', 'a list of 0 and 1', value);
  checkCount('mask', value, count);
  const kept: number[] = [];
  value.forEach((one, i) => {
    if (one === 1 || one === true) kept.push(i);
    else if (one !== 0 && one !== false)
      throw new RowFault(`mask: expected 0 or 1 in entry ${i + 1}, found ${kindOf(one)}`);
  });
  return kept;
}

/** A text, messages as their contents, or ids. */
function promptOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  return value
    .map((one: unknown) => {
      if (typeof one === 'number') return `#${one}`;
      return isRow(one) && typeof one['content'] === 'string' ? `${one['content']}\n` : '';
    })
    .join('');
}
