/**
 * Arithmetic with several operations, solved step by step: a long chain of thought in miniature.
 *
 * A prompt is an expression and `=`: `3+4*2-1=`. A solution performs one operation per step, products before sums and
 * from the left, and writes the remaining expression after each: `3+8-1=11-1=10`. The answer is the text after the last
 * `=` (the whole response if it has none). Only the answer is graded: a response may take other steps, or none. Bands:
 * the digits of the largest number that the steps reach.
 */
import { stream, type Random } from '../../random.ts';
import { generatedProblem, generatedProblems, type GeneratedProblem } from '../generated-problems.ts';
import { verdict, type Task } from '../task.ts';
import { ARITHMETIC, digitsBand, type ArithmeticConfig } from './config.ts';
import { OPERATORS, read, reductions, write, type Expression } from './expression.ts';
import { arithmeticTrace } from './traces.ts';
import { ARITHMETIC_MISTAKES } from './mistakes.ts';

export function arithmetic(config: ArithmeticConfig): Task {
  const { operations, max_operand } = config;
  const draw = (random: Random): GeneratedProblem => {
    const expression: Expression = {
      numbers: Array.from({ length: operations + 1 }, () => 1 + random.integer(max_operand)),
      operators: Array.from({ length: operations }, () => OPERATORS[random.integer(OPERATORS.length)] ?? '+'),
    };
    const text = write(expression);
    const all = [expression, ...reductions(expression)];
    const [prompt, answer] = [`${text}=`, String(all.at(-1)?.numbers[0] ?? 0)];
    return generatedProblem({ prompt, answer, key: text, difficulty: digitsBand(config, mostDigits(all)) });
  };
  return {
    config,
    problems: generatedProblems({
      bands: ARITHMETIC.bands(config),
      shares: config.bands,
      draw,
      heldOutStream: (seed) => stream(seed, 'held-out arithmetic', operations, max_operand),
      longest: [longestTexts(operations, String(max_operand).length)],
    }),
    characters: [...'0123456789+-*='],
    solution: ({ prompt }) => steps(read(prompt)).join('='),
    wrongSolution: ({ prompt, answer }, random) => {
      const slip = (random.integer(2) === 0 ? 1 : -1) * (1 + random.integer(3));
      const written = steps(read(prompt));
      return [...written.slice(0, -1), String(Number(answer) + slip)].join('=');
    },
    trace: ({ prompt }, request, random) => arithmeticTrace(read(prompt), request, random),
    verify: ({ answer, response, finished }) =>
      verdict(finished && response.slice(response.lastIndexOf('=') + 1) === answer),
    mistakes: ARITHMETIC_MISTAKES,
  };
}

/** An expression of the longest operands, and a text as long as the longest that its steps can have. */
function longestTexts(operations: number, operandLength: number): { prompt: string; solution: string } {
  const operand = '9'.repeat(operandLength);
  // An intermediate number has at most as many digits as the product of all operands, and a sign.
  const number = `-${operand.repeat(operations + 1)}`;
  const written = Array.from({ length: operations }, (_, done) => {
    const rest = `+${operand}`.repeat(operations - 1 - done);
    return `=${number}${rest}`;
  });
  return { prompt: `${operand}${`+${operand}`.repeat(operations)}=`, solution: written.join('') };
}

const steps = (expression: Expression): string[] => reductions(expression).map(write);

/** Digits of the longest number, signs left out. */
function mostDigits(expressions: readonly Expression[]): number {
  return Math.max(...expressions.flatMap(({ numbers }) => numbers).map((number) => String(Math.abs(number)).length));
}
