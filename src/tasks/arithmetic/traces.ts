/**
 * Traces of arithmetic: a derivation, with or without a mistake, written in a style. Every style uses the symbols of
 * the task alone, and has its answer after the last `=`.
 */
import type { Random } from '../../random.ts';
import type { Trace, TraceRequest } from '../task.ts';
import { pick, withRepeats } from '../trace-lines.ts';
import {
  lastProductFirst,
  leftmost,
  performed,
  productsFirst,
  resultAt,
  valueOf,
  write,
  type Expression,
  type Order,
} from './expression.ts';

/** A step of a derivation. */
interface Step {
  /** The operation by itself: `4*2`. */
  operation: string;
  result: number;
  product: boolean;
  /** The expression that is left. */
  left: Expression;
}

type Mistake = 'carry' | 'order' | 'copy' | 'format';

/** Steps and answer of a trace, joined by `=`. */
type Lines = string[];

/** How a derivation is written. */
interface Style {
  order: Order;
  lines(steps: readonly Step[], expression: Expression): Lines;
}

const rewritten = (steps: readonly Step[]): Lines => steps.map(({ left }) => write(left));

const STYLES: Readonly<Record<string, Style>> = {
  steps: { order: productsFirst, lines: rewritten },
  left: { order: leftmost, lines: rewritten },
  right: { order: lastProductFirst, lines: rewritten },
  short: {
    order: productsFirst,
    lines: (steps) => {
      const products = steps.findLastIndex(({ product }) => product);
      return rewritten(steps.filter((_, i) => i === products || i === steps.length - 1));
    },
  },
  operations: {
    order: productsFirst,
    lines: (steps) => steps.flatMap(({ operation, result }) => [operation, String(result)]),
  },
  check: {
    order: productsFirst,
    // A check repeats a mistake.
    lines: (steps, expression) => {
      const again = derivation(expression, leftmost);
      const same = valueOf(expression) === steps.at(-1)?.left.numbers[0];
      return [...rewritten(steps), ...rewritten(same ? again : steps)];
    },
  },
  answer: { order: productsFirst, lines: (steps) => rewritten(steps.slice(-1)) },
};

/** @throws Error for a style that the task does not have */
export function arithmeticTrace(expression: Expression, request: TraceRequest, random: Random): Trace {
  const style = STYLES[request.style];
  if (!style) throw new Error(`arithmetic has no style ${request.style}`);
  const { order } = style;
  const mistake = request.mistaken ? pick<Mistake>(['carry', 'order', 'copy', 'format'], random) : undefined;
  const slipped = mistake && mistake !== 'format' ? withMistake(expression, order, mistake, random) : undefined;
  // An expression without such a mistake has one of arithmetic.
  const made = mistake && mistake !== 'format' && !slipped ? 'carry' : mistake;
  const steps =
    slipped ??
    (made === 'carry' ? withMistake(expression, order, 'carry', random) : undefined) ??
    derivation(expression, order);
  const all = style.lines(steps, expression);
  const lines = made === 'format' ? unfinished(all, steps, expression) : all;
  const text = [...withRepeats(lines.slice(0, -1), request.verbosity, random), ...lines.slice(-1)].join('=');
  return { text, ...(made && { mistake: made }) };
}

/** Ends before the last operation, whose expression is the answer. */
function unfinished(lines: Lines, steps: readonly Step[], expression: Expression): Lines {
  const last = write(steps.at(-2)?.left ?? expression);
  const before = lines.slice(0, -1);
  return before.at(-1) === last || steps.at(-1)?.operation === before.at(-1) ? before : [...before, last];
}

const stepAt = (expression: Expression, at: number, result = resultAt(expression, at)): Step => ({
  operation: write({
    numbers: expression.numbers.slice(at, at + 2),
    operators: expression.operators.slice(at, at + 1),
  }),
  result,
  product: expression.operators[at] === '*',
  left: performed(expression, at, result),
});

function derivation(expression: Expression, order: Order): Step[] {
  const steps: Step[] = [];
  for (let left = expression; left.operators.length > 0;) {
    const step = stepAt(left, order(left));
    steps.push(step);
    left = step.left;
  }
  return steps;
}

/** A derivation with one mistaken step, which the following ones continue; undefined where no step can have it. */
function withMistake(
  expression: Expression,
  order: Order,
  mistake: Exclude<Mistake, 'format'>,
  random: Random,
): Step[] | undefined {
  const right = derivation(expression, order);
  const before = [expression, ...right.map(({ left }) => left)].slice(0, -1);
  const places = random.shuffle(before.map((_, i) => i));
  for (const place of places) {
    const step = mistakenStep(before[place] as Expression, order, mistake, random);
    if (step) return [...right.slice(0, place), step, ...derivation(step.left, order)];
  }
  return undefined;
}

function mistakenStep(
  expression: Expression,
  order: Order,
  mistake: Exclude<Mistake, 'format'>,
  random: Random,
): Step | undefined {
  const at = order(expression);
  if (mistake === 'carry') return stepAt(expression, at, misadded(expression, at, random));
  if (mistake === 'order') {
    const value = valueOf(expression);
    const others = expression.operators.flatMap((_, i) => (valueOf(performed(expression, i)) === value ? [] : [i]));
    return others.length === 0 ? undefined : stepAt(expression, pick(others, random));
  }
  const step = stepAt(expression, at);
  const others = step.left.numbers.flatMap((_, i) => (i === at ? [] : [i]));
  if (others.length === 0) return undefined;
  const wrong = pick(others, random);
  const numbers = step.left.numbers.map((number, i) => (i === wrong ? miscopied(number, random) : number));
  return { ...step, left: { ...step.left, numbers } };
}

/** A sum without its carry or with one too many; a product of the line above or below in the table. */
function misadded(expression: Expression, at: number, random: Random): number {
  const result = resultAt(expression, at);
  const factors = expression.numbers.slice(at, at + 2).filter((number) => number !== 0);
  const by = expression.operators[at] === '*' && factors.length > 0 ? pick(factors, random) : 0;
  const off = by !== 0 ? Math.abs(by) : Math.abs(result) >= 10 ? 10 : 1;
  return result + (random.integer(2) === 0 ? off : -off);
}

/** With one digit another one; the first is not 0. */
function miscopied(number: number, random: Random): number {
  const digits = [...String(Math.abs(number))];
  const place = random.integer(digits.length);
  const others = [...'0123456789'].filter((digit) => digit !== digits[place] && (digit !== '0' || place > 0));
  digits[place] = pick(others, random);
  return Math.sign(number || 1) * Number(digits.join(''));
}
