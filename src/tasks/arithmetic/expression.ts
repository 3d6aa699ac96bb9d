/** Expressions of whole numbers with + - *, and how they are reduced one operation at a time. */

export type Operator = '+' | '-' | '*';
export const OPERATORS: readonly Operator[] = ['+', '-', '*'];

/** Numbers with the operators between them: operators[i] is between numbers[i] and numbers[i + 1]. */
export interface Expression {
  numbers: number[];
  operators: Operator[];
}

export function write({ numbers, operators }: Expression): string {
  return numbers.map((number, i) => `${number}${operators[i] ?? ''}`).join('');
}

/** The expression of a prompt: positive numbers, and `=` at the end. */
export function read(prompt: string): Expression {
  const text = prompt.slice(0, -1);
  return {
    numbers: text.split(/[+*-]/).map(Number),
    operators: [...text.matchAll(/[+*-]/g)].map(([operator]) => operator as Operator),
  };
}

export const applied = (a: number, operator: Operator, b: number): number =>
  operator === '*' ? a * b : operator === '-' ? a - b : a + b;

/** The result of the operation at an index, by itself. */
export const resultAt = ({ numbers, operators }: Expression, at: number): number =>
  applied(numbers[at] ?? 0, operators[at] ?? '+', numbers[at + 1] ?? 0);

/** The expression with the operation at an index performed. @param result another than its own for a mistake */
export function performed(expression: Expression, at: number, result = resultAt(expression, at)): Expression {
  const { numbers, operators } = expression;
  return {
    numbers: [...numbers.slice(0, at), result, ...numbers.slice(at + 2)],
    operators: operators.filter((_, i) => i !== at),
  };
}

/** Which operation comes next: its index. */
export type Order = (expression: Expression) => number;

/** The leftmost product, else the leftmost operation. */
export const productsFirst: Order = ({ operators }) => Math.max(0, operators.indexOf('*'));

/** The rightmost product, else the leftmost operation. */
export const lastProductFirst: Order = ({ operators }) => Math.max(0, operators.lastIndexOf('*'));

/** The leftmost operation that may be performed: a sum only where no product follows it. */
export const leftmost: Order = (expression) => {
  const [first, second] = expression.operators;
  return first !== '*' && second === '*' ? productsFirst(expression) : 0;
};

/** The expressions that are left after each step; the last is the value. */
export function reductions(expression: Expression, order: Order = productsFirst): Expression[] {
  const left: Expression[] = [];
  for (let next = expression; next.operators.length > 0;) {
    next = performed(next, order(next));
    left.push(next);
  }
  return left;
}

export const valueOf = (expression: Expression): number =>
  reductions(expression).at(-1)?.numbers[0] ?? expression.numbers[0] ?? 0;
