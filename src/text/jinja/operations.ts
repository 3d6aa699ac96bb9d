/** Python's operators on values. */
import { charge, chargeText, LONGEST } from './budget.ts';
import { formatPercent } from './format.ts';
import { power } from './numbers.ts';
import { codePoints, compareText, repeat } from './python-text.ts';
import {
  DictView,
  Markup,
  numeric,
  PyDict,
  PyIterator,
  PyList,
  PyRange,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  undefinedError,
  type Value,
} from './values.ts';
import type { BinaryOperator, Comparison } from './ast.ts';
import { escapeHtml } from './html.ts';
import { LoopContext } from './loop.ts';

export function truthy(value: Value): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'boolean') return value;
  if (value === null || value instanceof Undefined) return false;
  return sizeOf(value) !== 0;
}

/** Python's len; undefined for a value that has none. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return codePoints(value).length;
  if (value instanceof Markup) return codePoints(value.text).length;
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict) return value.size;
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof PyRange || value instanceof LoopContext) return value.length;
  return value instanceof Undefined ? 0 : undefined;
}

/** Items of an iterable, one by one; each costs a step. @throws TemplateError if it is none */
export function* iterate(value: Value): Generator<Value, void, undefined> {
  if (value instanceof PyRange) {
    for (let i = 0; i < value.length; i++) {
      charge();
      yield value.at(i);
    }
    return;
  }
  for (const item of itemsOf(value)) {
    charge();
    yield item;
  }
}

function itemsOf(value: Value): Iterable<Value> {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof PyList || value instanceof PyTuple) return value.items;
  if (value instanceof PyDict) return value.items().map(([key]) => key);
  if (value instanceof DictView) return value.items();
  if (value instanceof PyIterator) return value;
  if (value instanceof Undefined) return [];
  throw new TemplateError(`'${typeName(value)}' object is not iterable`);
}

export function isIterable(value: Value): boolean {
  return (
    typeof value === 'string' ||
    [Markup, PyList, PyTuple, PyDict, DictView, PyRange, PyIterator, Undefined, LoopContext].some(
      (type) => value instanceof type,
    )
  );
}

export function listOf(value: Value): Value[] {
  return [...iterate(value)];
}

export function equals(a: Value, b: Value): boolean {
  charge();
  if (a === b) return true;
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return x >= y && x <= y;
  const [left, right] = [plain(a), plain(b)];
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  if (a instanceof PyList && b instanceof PyList) return sameItems(a.items, b.items);
  if (a instanceof PyTuple && b instanceof PyTuple) return sameItems(a.items, b.items);
  if (a instanceof PyDict && b instanceof PyDict)
    return (
      a.size === b.size &&
      a.items().every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && equals(value, other);
      })
    );
  if (a instanceof PyRange && b instanceof PyRange)
    return a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)));
  if (a instanceof DictView && b instanceof DictView && a.type === b.type && a.type !== 'dict_values')
    return a.dict.size === b.dict.size && a.items().every((item) => contains(b, item));
  return a instanceof Undefined && b instanceof Undefined;
}

function sameItems(a: Value[], b: Value[]): boolean {
  return a.length === b.length && a.every((item, i) => equals(item, b[i] ?? null));
}

/** Text of a str or of a Markup, which is one. */
function plain(value: Value): Value {
  return value instanceof Markup ? value.text : value;
}

/** Negative, zero or positive; NaN if one of them is. @throws TemplateError for values without an order */
export function order(a: Value, b: Value, operator: string): number {
  charge();
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : x >= y ? 0 : NaN;
  const [left, right] = [plain(a), plain(b)];
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    for (const [i, item] of a.items.entries()) {
      const other = b.items[i];
      if (other === undefined) return 1;
      if (!equals(item, other)) return order(item, other, operator);
    }
    return a.items.length === b.items.length ? 0 : -1;
  }
  if (a instanceof Undefined) return undefinedError(a);
  if (b instanceof Undefined) return undefinedError(b);
  throw new TemplateError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

export function compare(a: Value, operator: Comparison, b: Value): boolean {
  switch (operator) {
    case '==':
      return equals(a, b);
    case '!=':
      return !equals(a, b);
    case '<':
      return order(a, b, operator) < 0;
    case '<=':
      return order(a, b, operator) <= 0;
    case '>':
      return order(a, b, operator) > 0;
    case '>=':
      return order(a, b, operator) >= 0;
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
  }
}

/** Python's `item in container`. */
export function contains(container: Value, item: Value): boolean {
  const text = plain(container);
  if (typeof text === 'string') {
    const part = plain(item);
    if (typeof part === 'string') return text.includes(part);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (container instanceof PyDict) return container.has(item);
  if (container instanceof DictView && container.type === 'dict_keys') return container.dict.has(item);
  if (container instanceof PyRange) {
    const number = numeric(item);
    if (number === undefined || (typeof number === 'number' && !Number.isInteger(number))) return false;
    const offset = BigInt(number) - container.start;
    const index = offset / container.step;
    return offset % container.step === 0n && index >= 0n && index < BigInt(container.length);
  }
  if (!isIterable(container)) throw new TemplateError(`argument of type '${typeName(container)}' is not iterable`);
  for (const one of iterate(container)) if (equals(one, item)) return true;
  return false;
}

export function negate(value: Value, sign: '-' | '+'): Value {
  const number = numeric(value);
  if (value instanceof Undefined) return undefinedError(value);
  if (number === undefined) throw new TemplateError(`bad operand type for unary ${sign}: '${typeName(value)}'`);
  return sign === '-' ? -number : number;
}

export function binary(a: Value, operator: BinaryOperator, b: Value): Value {
  if (operator === '%' && (typeof a === 'string' || a instanceof Markup)) {
    if (a instanceof Markup) throw new TemplateError('formatting of safe text is not supported');
    return formatPercent(a, b);
  }
  if (a instanceof Undefined) return undefinedError(a);
  if (b instanceof Undefined) return undefinedError(b);
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return arithmetic(x, operator, y);
  if (operator === '+') {
    const sum = concatenate(a, b);
    if (sum !== undefined) return sum;
  }
  if (operator === '*') {
    if (typeof y === 'bigint') return repeated(a, y) ?? fail(a, operator, b);
    if (typeof x === 'bigint') return repeated(b, x) ?? fail(a, operator, b);
  }
  return fail(a, operator, b);
}

function fail(a: Value, operator: string, b: Value): never {
  throw new TemplateError(`unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

function concatenate(a: Value, b: Value): Value | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    chargeText(a.length + b.length);
    return a + b;
  }
  const [left, right] = [plain(a), plain(b)];
  if (typeof left === 'string' && typeof right === 'string')
    return new Markup(
      (a instanceof Markup ? left : escapeHtml(left)) + (b instanceof Markup ? right : escapeHtml(right)),
    );
  if (a instanceof PyList && b instanceof PyList) return new PyList(joinLists(a.items, b.items));
  if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple(joinLists(a.items, b.items));
  return undefined;
}

function joinLists(a: Value[], b: Value[]): Value[] {
  charge(a.length + b.length);
  return [...a, ...b];
}

function repeated(value: Value, count: bigint): Value | undefined {
  if (typeof value === 'string') {
    checkIndex(count);
    return repeat(value, count);
  }
  if (value instanceof Markup) return new Markup(repeat(value.text, count));
  if (!(value instanceof PyList) && !(value instanceof PyTuple)) return undefined;
  checkIndex(count);
  const size = count <= 0n ? 0 : Number(count) * value.items.length;
  if (size > LONGEST) throw new TemplateError(`its list of ${size} items is too long`);
  charge(size);
  const items: Value[] = size === 0 ? [] : new Array<Value[]>(Number(count)).fill(value.items).flat();
  return value instanceof PyList ? new PyList(items) : new PyTuple(items);
}

function checkIndex(count: bigint): void {
  if (BigInt.asIntN(64, count) !== count) throw new TemplateError("cannot fit 'int' into an index-sized integer");
}

function arithmetic(x: bigint | number, operator: BinaryOperator, y: bigint | number): Value {
  if (typeof x === 'bigint' && typeof y === 'bigint') return integers(x, operator, y);
  return floats(Number(x), operator, Number(y));
}

/** Largest integer, in bits: far beyond what a conversation needs. */
const MOST_BITS = 10_000n;

function integers(x: bigint, operator: BinaryOperator, y: bigint): Value {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return checkSize(x * y);
    case '/':
      if (y === 0n) throw new TemplateError('division by zero');
      return Number(x) / Number(y);
    case '//':
    case '%': {
      if (y === 0n) throw new TemplateError('integer division or modulo by zero');
      const remainder = x % y;
      const isFloored = remainder !== 0n && remainder < 0n !== y < 0n;
      if (operator === '%') return isFloored ? remainder + y : remainder;
      return isFloored ? x / y - 1n : x / y;
    }
    case '**':
      if (y < 0n) return floats(Number(x), '**', Number(y));
      if (BigInt(x.toString(2).length) * y > MOST_BITS && x !== 1n && x !== -1n && x !== 0n)
        throw new TemplateError('a number is too large');
      return x ** y;
  }
}

function checkSize(value: bigint): bigint {
  if (value > 1n << MOST_BITS || value < -(1n << MOST_BITS)) throw new TemplateError('a number is too large');
  return value;
}

function floats(x: number, operator: BinaryOperator, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      if (y === 0) throw new TemplateError('float division by zero');
      return x / y;
    case '//':
    case '%': {
      if (y === 0) throw new TemplateError('float floor division by zero');
      let remainder = x % y;
      let quotient = (x - remainder) / y;
      if (remainder !== 0) {
        if (y < 0 !== remainder < 0) {
          remainder += y;
          quotient -= 1;
        }
      } else remainder = y < 0 ? -0 : 0;
      if (operator === '%') return remainder;
      if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
      const floor = Math.floor(quotient);
      return quotient - floor > 0.5 ? floor + 1 : floor;
    }
    case '**': {
      if (x === 0 && y < 0) throw new TemplateError('0.0 cannot be raised to a negative power');
      if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && !Number.isInteger(y))
        throw new TemplateError('complex numbers are not supported');
      const result = power(x, y);
      if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y))
        throw new TemplateError('Result too large');
      return result;
    }
  }
}

/** Sorts by keys, stably, as Python's sorted. */
export function sortBy(items: Value[], keyOf: (item: Value) => Value, reverse: boolean): Value[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => {
    const sign = order(a.key, b.key, '<');
    return reverse ? -sign : sign;
  });
  return keyed.map(({ item }) => item);
}
