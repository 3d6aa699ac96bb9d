/** Countdown forwards: operations on two numbers at a time, until one number is left. */
import type { Operator } from './search.ts';

/** A number on the way, with the expression that it is the value of. */
interface Item {
  value: number;
  text: string;
  /** The operation that the expression performs last. */
  operator?: Operator;
}

/** One operation: the larger number first where it matters. */
export interface Operation {
  /** Indices into the numbers before it. */
  pair: readonly [number, number];
  operator: Operator;
  /** `8-4` */
  text: string;
  value: number;
}

/** Operations in order; each removes its two numbers and adds its value at the end. */
export type Path = readonly Operation[];

/** All operations on two of the numbers whose value is from 1 to the limit, pairs in the order of the numbers. */
export function operations(numbers: readonly number[], limit: number): Operation[] {
  const all: Operation[] = [];
  for (let i = 0; i < numbers.length; i++)
    for (let j = i + 1; j < numbers.length; j++) {
      const [a = 0, b = 0] = [numbers[i], numbers[j]];
      const [large, small] = [Math.max(a, b), Math.min(a, b)];
      const [first, second] = a >= b ? [i, j] : [j, i];
      const add = (operator: Operator, value: number, ordered: boolean) => {
        if (value < 1 || value > limit || !Number.isInteger(value)) return;
        const pair = ordered ? ([first, second] as const) : ([i, j] as const);
        const text = ordered ? `${large}${operator}${small}` : `${a}${operator}${b}`;
        all.push({ pair, operator, text, value });
      };
      add('+', a + b, false);
      add('-', large - small, true);
      add('*', a * b, false);
      add('/', large / small, true);
    }
  return all;
}

const without = <T>(items: readonly T[], [i, j]: readonly [number, number]): T[] =>
  items.filter((_, at) => at !== i && at !== j);

export const after = (numbers: readonly number[], { pair, value }: Operation): number[] => [
  ...without(numbers, pair),
  value,
];

/** The first path that uses all numbers and ends in the target; undefined if there is none. */
export function pathTo(numbers: readonly number[], target: number, limit: number): Path | undefined {
  if (numbers.length === 1) return numbers[0] === target ? [] : undefined;
  for (const operation of operations(numbers, limit)) {
    if (numbers.length === 2 && operation.value !== target) continue;
    const rest = pathTo(after(numbers, operation), target, limit);
    if (rest) return [operation, ...rest];
  }
  return undefined;
}

/** All values that expressions of all numbers have. */
export function reachable(numbers: readonly number[], limit: number): Set<number> {
  if (numbers.length < 2) return new Set(numbers);
  const found = new Set<number>();
  for (const operation of operations(numbers, limit))
    for (const value of reachable(after(numbers, operation), limit)) found.add(value);
  return found;
}

/** The expression of a path on numbers, with parentheses only where precedence needs them. */
export function expressionOf(numbers: readonly number[], path: Path): string {
  let items = numbers.map((value): Item => ({ value, text: String(value) }));
  for (const { pair, operator, value } of path) {
    const [left, right] = pair.map((at) => items[at] as Item) as [Item, Item];
    items = [...without(items, pair), { value, text: joined(left, operator, right), operator }];
  }
  return items[0]?.text ?? '';
}

const isSum = ({ operator }: Item): boolean => operator === '+' || operator === '-';

function joined(left: Item, operator: Operator, right: Item): string {
  const factor = operator === '*' || operator === '/';
  const first = factor && isSum(left) ? `(${left.text})` : left.text;
  const grouped =
    (operator === '-' && isSum(right)) ||
    (operator === '*' && isSum(right)) ||
    (operator === '/' && right.operator !== undefined);
  return `${first}${operator}${grouped ? `(${right.text})` : right.text}`;
}
