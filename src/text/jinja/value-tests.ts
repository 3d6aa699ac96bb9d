/** Jinja's tests: `value is name`. */
import type { Comparison } from './ast.ts';
import { binary, compare, equals, isIterable } from './operations.ts';
import { str } from './printing.ts';
import { isLower, isUpper } from './python-text.ts';
import type { Signature } from './signature.ts';
import {
  AttributeObject,
  Markup,
  numeric,
  PyDict,
  PyFunction,
  PyList,
  PyRange,
  PyTuple,
  Undefined,
  unsupported,
  type Value,
} from './values.ts';

export type Test = [Signature, (value: Value, argument: Value) => boolean];

function of(test: (value: Value) => boolean): Test {
  return [['value'], test];
}

function comparison(operator: Comparison): Test {
  return [['a', 'b', '/'], (a, b) => compare(a, operator, b)];
}

export const TESTS: Record<string, Test> = {
  odd: of((value) => equals(binary(value, '%', 2n), 1n)),
  even: of((value) => equals(binary(value, '%', 2n), 0n)),
  divisibleby: [['value', 'num'], (value, number) => equals(binary(value, '%', number), 0n)],
  defined: of((value) => !(value instanceof Undefined)),
  undefined: of((value) => value instanceof Undefined),
  none: of((value) => value === null),
  boolean: of((value) => typeof value === 'boolean'),
  false: of((value) => value === false),
  true: of((value) => value === true),
  integer: of((value) => typeof value === 'bigint'),
  float: of((value) => typeof value === 'number'),
  lower: of((value) => isLower(str(value))),
  upper: of((value) => isUpper(str(value))),
  string: of((value) => typeof value === 'string' || value instanceof Markup),
  mapping: of((value) => value instanceof PyDict),
  number: of((value) => numeric(value) !== undefined),
  sequence: of(
    (value) =>
      typeof value === 'string' ||
      [Markup, PyList, PyTuple, PyDict, PyRange, Undefined].some((type) => value instanceof type),
  ),
  iterable: of(isIterable),
  callable: of(
    (value) =>
      value instanceof PyFunction ||
      value instanceof Undefined ||
      (value instanceof AttributeObject && value.call !== undefined),
  ),
  sameas: [['value', 'other'], isSame],
  escaped: of((value) => value instanceof Markup),
  in: [['value', 'seq'], (value, seq) => compare(value, 'in', seq)],
  '==': comparison('=='),
  '!=': comparison('!='),
  '<': comparison('<'),
  '<=': comparison('<='),
  '>': comparison('>'),
  '>=': comparison('>='),
};
const ALIASES: Record<string, string> = {
  eq: '==',
  equalto: '==',
  ne: '!=',
  gt: '>',
  greaterthan: '>',
  ge: '>=',
  lt: '<',
  lessthan: '<',
  le: '<=',
};
for (const [alias, name] of Object.entries(ALIASES)) {
  const test = TESTS[name];
  if (test) TESTS[alias] = test;
}

/** Python's `is`: of equal texts and numbers it depends on what Python keeps once. */
function isSame(a: Value, b: Value): boolean {
  if (typeof a !== typeof b) return false;
  if (typeof a !== 'string' && typeof a !== 'bigint' && typeof a !== 'number') return a === b;
  if (a !== b) return false;
  return (typeof a === 'bigint' && a >= -5n && a <= 256n) || unsupported('sameas of equal texts or numbers');
}
