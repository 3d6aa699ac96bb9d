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
  /** `19-2>17`: to reach 19 with 2 last, the others have to reach 17. */
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

/** `19-2>17`: the operation that undoes it, and its result. */
function attempt({ number, operator, reversed, rest }: LastOperation, target: number): string {
  const undone = { '+': '-', '-': '+', '*': '/', '/': '*' }[operator];
  return reversed ? `${number}-${target}>${rest}` : `${target}${undone}${number}>${rest}`;
}

/** An expression of two numbers with this value: the first of a sum, a difference, a product, a quotient. */
function pair([a, b]: readonly [number, number], target: number): Expression | undefined {
  const [large, small] = [Math.max(a, b), Math.min(a, b)];
  if (a + b === target) return { text: `${a}+${b}`, operator: '+' };
  if (large - small === target) return { text: `${large}-${small}`, operator: '-' };
  if (a * b === target) return { text: `${a}*${b}`, operator: '*' };
  if (large === target * small) return { text: `${large}/${small}`, operator: '/' };
  return undefined;
}

/**
 * Searches for an expression of all numbers. Of three numbers, each is tried as the last in the order of the problem,
 * and an attempt fails if the other two reach its rest in no operation. Of more, the first operation that leads to a
 * solution is known: the search without it would be too long to write.
 *
 * @returns undefined if there is none
 */
export function search(numbers: readonly number[], target: number, limit: number): Search | undefined {
  const [a, b] = numbers;
  if (numbers.length === 2 && a !== undefined && b !== undefined) {
    const expression = pair([a, b], target);
    return expression && { tried: [], expression };
  }
  const tried: string[] = [];
  for (const [i, number] of numbers.entries()) {
    const others = numbers.filter((_, j) => j !== i);
    for (const operation of lastOperations(number, target, limit)) {
      const found = search(others, operation.rest, limit);
      const text = attempt(operation, target);
      if (numbers.length === 3) tried.push(text);
      if (found)
        return {
          tried: numbers.length === 3 ? tried : [text, ...found.tried],
          expression: joined(found.expression, operation),
        };
    }
  }
  return undefined;
}

/** With parentheses only where precedence needs them. */
function joined(rest: Expression, { number, operator, reversed }: LastOperation): Expression {
  const sum = rest.operator === '+' || rest.operator === '-';
  const inner = sum && (reversed || operator === '*' || operator === '/') ? `(${rest.text})` : rest.text;
  return { text: reversed ? `${number}-${inner}` : `${inner}${operator}${number}`, operator };
}
