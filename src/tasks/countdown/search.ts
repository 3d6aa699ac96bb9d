/**
 * How a target is reached with numbers, backwards: for each number and operation that may come last, what the others
 * then have to reach. All numbers of the search are positive and at most the limit; division is exact.
 */

export type Operator = '+' | '-' | '*' | '/';

/** The last operation of an expression: `rest operator number`, or `number - rest`. */
interface LastOperation {
  number: number;
  operator: Operator;
  /** Whether the number is the minuend. */
  reversed: boolean;
  /** What the other numbers have to reach. */
  rest: number;
}

/** An expression with the operation that it performs last; undefined for a number. */
export interface Expression {
  text: string;
  operator?: Operator;
}

/** A worked solution: what was tried, in order, and the expression. */
export interface Search {
  tried: string[];
  expression: Expression;
}

/**
 * What the other numbers have to reach for each operation with `number` as the last one:
 *
 *     rest + number = target    target - number
 *     number - rest = target    number - target
 *     rest - number = target    target + number
 *     rest * number = target    target / number
 *     rest / number = target    target * number
 */
export function lastOperations(number: number, target: number, limit: number): LastOperation[] {
  const all: (LastOperation & { possible?: boolean })[] = [
    { number, operator: '+', reversed: false, rest: target - number },
    { number, operator: '-', reversed: true, rest: number - target },
    { number, operator: '-', reversed: false, rest: target + number },
    { number, operator: '*', reversed: false, rest: target / number, possible: target % number === 0 },
    { number, operator: '/', reversed: false, rest: target * number },
  ];
  return all
    .filter(({ rest, possible = true }) => possible && rest >= 1 && rest <= limit)
    .filter(({ operator }) => number > 1 || (operator !== '*' && operator !== '/'))
    .map(({ possible: _possible, ...operation }) => operation);
}

/** `17+` for rest + number, `5-` for rest - number, `-5` for number - rest. */
const needed = ({ operator, reversed, rest }: LastOperation): string =>
  reversed ? `${operator}${rest}` : `${rest}${operator}`;

/** An expression of two numbers with this value: the first of a sum, a difference, a product, a quotient. */
function pair([a, b]: readonly [number, number], target: number): Expression | undefined {
  const [large, small] = [Math.max(a, b), Math.min(a, b)];
  if (a + b === target) return { text: `${a}+${b}`, operator: '+' };
  if (large - small === target) return { text: `${large}-${small}`, operator: '-' };
  if (a * b === target) return { text: `${a}*${b}`, operator: '*' };
  if (large === target * small) return { text: `${large}/${small}`, operator: '/' };
  return undefined;
}

/** Sum, difference, product and (if exact) quotient of two numbers. */
export function results([a = 0, b = 0]: readonly number[]): number[] {
  const [large, small] = [Math.max(a, b), Math.min(a, b)];
  return [a + b, large - small, a * b, ...(large % small === 0 ? [large / small] : [])];
}

/**
 * Searches for an expression of all numbers. Of two, `10,4,21` says what they reach. Of three numbers, each is tried as
 * the last in the order of the problem: `2:10,4,21>17+,21-` says that with 2 last, the others reach 10, 4 or 21, and
 * have to reach 17 or 21, of which the last is found. Of four, the first operation that leads to a solution is known,
 * `5>14+`: the search without it would be too long to write.
 *
 * @returns undefined if there is none
 */
export function search(numbers: readonly number[], target: number, limit: number): Search | undefined {
  const [a, b] = numbers;
  if (numbers.length === 2 && a !== undefined && b !== undefined) {
    const expression = pair([a, b], target);
    return expression && { tried: [results(numbers).join(',')], expression };
  }
  const tried: string[] = [];
  for (const [i, number] of numbers.entries()) {
    const others = numbers.filter((_, j) => j !== i);
    const written: string[] = [];
    for (const operation of lastOperations(number, target, limit)) {
      const found = search(others, operation.rest, limit);
      written.push(needed(operation));
      if (!found) continue;
      const expression = joined(found.expression, operation);
      return numbers.length === 3
        ? { tried: [...tried, line(number, others, written)], expression }
        : { tried: [`${number}>${needed(operation)}`, ...found.tried], expression };
    }
    if (numbers.length === 3) tried.push(line(number, others, written));
  }
  return undefined;
}

const line = (number: number, others: readonly number[], written: readonly string[]): string =>
  `${number}:${results(others).join(',')}>${written.join(',')}`;

/** With parentheses only where precedence needs them. */
function joined(rest: Expression, { number, operator, reversed }: LastOperation): Expression {
  const sum = rest.operator === '+' || rest.operator === '-';
  const inner = sum && (reversed || operator === '*' || operator === '/') ? `(${rest.text})` : rest.text;
  return { text: reversed ? `${number}-${inner}` : `${inner}${operator}${number}`, operator };
}
