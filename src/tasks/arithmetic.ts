/**
 * Arithmetic with several operations, solved step by step: a long chain of thought in miniature.
 *
 * A prompt is an expression and `=`: `3+4*2-1=`. A solution performs one operation per step, products before sums and
 * from the left, and writes the remaining expression after each: `3+8-1=11-1=10`. The answer is the text after the last
 * `=` (the whole response if it has none). Only the answer is graded: a response may take other steps, or none.
 */
import { stream, type Random } from '../random.ts';
import type { TaskConfig } from '../run/config.ts';
import { drawHeldOut, drawProblem, type Problem, type Task } from './task.ts';

type Operator = '+' | '-' | '*';
const OPERATORS: readonly Operator[] = ['+', '-', '*'];

/** Numbers with the operators between them: operators[i] is between numbers[i] and numbers[i + 1]. */
interface Expression {
  numbers: number[];
  operators: Operator[];
}

export function arithmetic({ operations, max_operand }: Extract<TaskConfig, { name: 'arithmetic' }>): Task {
  const draw = (random: Random): Problem => {
    const expression: Expression = {
      numbers: Array.from({ length: operations + 1 }, () => 1 + random.integer(max_operand)),
      operators: Array.from({ length: operations }, () => OPERATORS[random.integer(OPERATORS.length)] ?? '+'),
    };
    const text = write(expression);
    return { prompt: `${text}=`, answer: String(value(expression)), key: text };
  };
  const operandLength = String(max_operand).length;
  const promptLength = (operations + 1) * operandLength + operations + 1;
  // An intermediate number has at most as many digits as the product of all operands, and a sign.
  const numberLength = (operations + 1) * operandLength + 1;
  let responseLength = 1;
  for (let left = operations; left >= 1; left--) responseLength += numberLength + (left - 1) * (operandLength + 1) + 1;
  return {
    name: 'arithmetic',
    characters: [...'0123456789+-*='],
    maxPromptTokens: promptLength,
    maxResponseTokens: responseLength,
    trainingProblem: (random) => drawProblem(() => draw(random), false),
    heldOutProblems: (count, seed) => {
      const random = stream(seed, 'held-out arithmetic', operations, max_operand);
      return drawHeldOut(() => draw(random), count);
    },
    solution: ({ prompt }) => steps(read(prompt)).join('='),
    wrongSolution: ({ prompt, answer }, random) => {
      const slip = (random.integer(2) === 0 ? 1 : -1) * (1 + random.integer(3));
      const written = steps(read(prompt));
      return [...written.slice(0, -1), String(Number(answer) + slip)].join('=');
    },
    reward: ({ answer }, response, finished) =>
      finished && response.slice(response.lastIndexOf('=') + 1) === answer ? 1 : 0,
  };
}

function write({ numbers, operators }: Expression): string {
  return numbers.map((number, i) => `${number}${operators[i] ?? ''}`).join('');
}

function read(prompt: string): Expression {
  const text = prompt.slice(0, -1);
  return {
    numbers: text.split(/[+*-]/).map(Number),
    operators: [...text.matchAll(/[+*-]/g)].map(([operator]) => operator as Operator),
  };
}

/** Performs the first operation: the leftmost product, else the leftmost operation. */
function reduce({ numbers, operators }: Expression): Expression {
  const product = operators.indexOf('*');
  const at = Math.max(0, product);
  const [a = 0, b = 0] = [numbers[at], numbers[at + 1]];
  const operator = operators[at];
  const result = operator === '*' ? a * b : operator === '-' ? a - b : a + b;
  return {
    numbers: [...numbers.slice(0, at), result, ...numbers.slice(at + 2)],
    operators: operators.filter((_, i) => i !== at),
  };
}

function steps(expression: Expression): string[] {
  const written: string[] = [];
  for (let left = expression; left.operators.length > 0;) {
    left = reduce(left);
    written.push(write(left));
  }
  return written;
}

function value(expression: Expression): number {
  let left = expression;
  while (left.operators.length > 0) left = reduce(left);
  return left.numbers[0] ?? 0;
}
