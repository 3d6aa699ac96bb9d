/**
 * Kinds of mistakes in step-by-step arithmetic: the first step that changes the value decides, because later ones
 * compute with what it wrote.
 */
import { applied, differsByCarries, type Operator } from '../carries.ts';
import type { Mistake, MistakeKinds } from '../task.ts';

/** operators[i] is between numbers[i] and numbers[i + 1]. */
interface Expression {
  numbers: bigint[];
  operators: Operator[];
}

export const ARITHMETIC_MISTAKES: MistakeKinds = {
  kinds: {
    product: 'a product is wrong',
    carry: 'the result of an operation differs by a carry or borrow that was forgotten or added',
    sign: 'the result of an operation has the wrong sign',
    sum: 'a sum or difference is wrong in another way',
    order: 'an operation was done before one that comes first, such as a sum before a product',
    copy: 'a number or operator that a step only repeats was changed',
    format: 'not a chain of expressions that ends in a number, or a number written in another way',
    other: 'a step with more than one mistake',
  },
  classify: ({ prompt, answer }, response) => mistakeIn(prompt.slice(0, -1), answer, response),
};

function mistakeIn(problem: string, answer: string, response: string): Mistake {
  let before = parse(problem);
  let at: [number, number] = [0, 0];
  for (const segment of response.split('=')) {
    const start = at[1] === 0 ? 0 : at[1] + 1;
    at = [start, start + segment.length];
    // An empty segment begins where it ends.
    if (segment === '') return { kind: 'format', at };
    const after = parse(segment);
    if (!after || !before) return { kind: 'format', at };
    if (valueOf(after) !== valueOf(before)) return { kind: kindOfStep(before, after), at };
    before = after;
  }
  return { kind: response.slice(at[0]) === answer ? 'other' : 'format', at };
}

/** Numbers may have a sign of their own, which only the first one of a correct step has. */
function parse(text: string): Expression | undefined {
  if (!/^-?[0-9]+([+*-]-?[0-9]+)*$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(^|[+*-])(-?[0-9]+)/g)];
  return {
    numbers: parts.map(([, , number = '0']) => BigInt(number)),
    operators: parts.slice(1).map(([, operator]) => operator as Operator),
  };
}

/** Performs one operation. */
function reduced({ numbers, operators }: Expression, at: number): Expression {
  const result = applied(numbers[at] ?? 0n, operators[at] ?? '+', numbers[at + 1] ?? 0n);
  return {
    numbers: [...numbers.slice(0, at), result, ...numbers.slice(at + 2)],
    operators: operators.filter((_, i) => i !== at),
  };
}

/** The operation that comes first: the leftmost product, else the leftmost one. */
const firstOf = ({ operators }: Expression): number => Math.max(0, operators.indexOf('*'));

function valueOf(expression: Expression): bigint {
  let left = expression;
  while (left.operators.length > 0) left = reduced(left, firstOf(left));
  return left.numbers[0] ?? 0n;
}

/** Most operations of an expression whose steps are looked at: more than any problem has. */
const MOST_OPERATIONS = 7;

/** What is wrong in a step that changes the value. */
function kindOfStep(before: Expression, after: Expression): string {
  if (before.operators.length > MOST_OPERATIONS) return 'other';
  const done = before.operators.length - after.operators.length;
  if (done <= 0) return done === 0 && differences(before, after) === 1 ? 'copy' : 'other';
  if (done === 1) return kindOfOperation(before, after);
  // Several operations at once: exact in some order, or all but the last of them as they should be.
  if (reaches(before, after, done)) return 'order';
  let left = before;
  for (let i = 1; i < done; i++) left = reduced(left, firstOf(left));
  return kindOfOperation(left, after);
}

function kindOfOperation(before: Expression, after: Expression): string {
  const value = valueOf(before);
  const operations = before.operators.map((operator, i) => {
    const exact = reduced(before, i);
    const result = exact.numbers[i] ?? 0n;
    const found = after.numbers[i] ?? 0n;
    // Of what the operation leaves as it is.
    const changed = differences(exact, after) - (found === result ? 0 : 1);
    const [a = 0n, b = 0n] = [before.numbers[i], before.numbers[i + 1]];
    return { a, operator, b, result, found, changed, allowed: valueOf(exact) === value };
  });
  const early = operations.filter(({ allowed }) => !allowed);
  if (early.some(({ changed, result, found }) => changed === 0 && found === result)) return 'order';
  const wrong = operations.find(({ allowed, changed }) => allowed && changed === 0);
  if (wrong) {
    const { a, operator, b, result, found } = wrong;
    if (found === -result) return 'sign';
    if (differsByCarries(a, operator, b, found)) return 'carry';
    return operator === '*' ? 'product' : 'sum';
  }
  if (operations.some(({ allowed, changed, result, found }) => allowed && changed === 1 && found === result))
    return 'copy';
  return early.some(({ changed }) => changed === 0) ? 'order' : 'other';
}

/** Numbers and operators in which two expressions of the same length differ. */
function differences(one: Expression, other: Expression): number {
  const numbers = one.numbers.filter((number, i) => number !== other.numbers[i]);
  const operators = one.operators.filter((operator, i) => operator !== other.operators[i]);
  return numbers.length + operators.length;
}

/** Whether so many exact operations, in any order, lead from one expression to another. */
function reaches(from: Expression, to: Expression, operations: number): boolean {
  if (operations === 0) return differences(from, to) === 0;
  return from.operators.some((_, i) => reaches(reduced(from, i), to, operations - 1));
}
