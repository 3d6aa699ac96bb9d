/**
 * Countdown: reach a target with given numbers and + - * /, each number at most once.
 *
 * `8,4,8>32=` is followed by a search and an expression, `8:12,4,32,2>24+,40-,4*=(8-4)*8`: see search.ts. The answer is
 * the text after the last `=` (the whole response if it has none): any valid expression with the target as its value.
 */
import { inputError } from '../../errors.ts';
import { stream, type Random } from '../../random.ts';
import type { Grade, GradedResponse } from '../../rewards/grader.ts';
import { generatedProblem, generatedProblems, type GeneratedProblem } from '../generated-problems.ts';
import { verdict, type Task } from '../task.ts';
import { COUNTDOWN, operandsBand, type CountdownConfig } from './config.ts';
import { evaluate } from './expression.ts';
import { search, type Search } from './search.ts';
import { countdownTrace } from './traces.ts';

export function countdown(config: CountdownConfig): Task {
  const { operands, max_number: most, max_target: limit } = config;
  const draw = (random: Random): GeneratedProblem => {
    for (;;) {
      const count = 2 + random.integer(operands - 1);
      const drawn = Array.from({ length: count }, () => 1 + random.integer(most));
      const target = reached(drawn, limit, random);
      if (target === undefined || drawn.includes(target)) continue;
      const numbers = random.shuffle([...drawn]);
      const solved = search(numbers, target, limit);
      if (!solved) continue;
      return generatedProblem(
        {
          prompt: `${numbers.join(',')}>${target}=`,
          answer: solved.expression.text,
          key: `${[...numbers].sort((a, b) => a - b).join(',')}>${target}`,
          difficulty: operandsBand(count),
        },
        { numbers, target },
      );
    }
  };
  const solved = (prompt: string): Search => {
    const { numbers, target } = read(prompt);
    const found = search(numbers, target, limit);
    if (!found) throw new Error(`${prompt} has no solution`);
    return found;
  };
  return {
    config,
    problems: generatedProblems({
      bands: COUNTDOWN.bands(config),
      shares: config.bands,
      draw,
      heldOutStream: (seed) => stream(seed, 'held-out countdown', operands, most, limit),
      longest: [longestTexts(config)],
    }),
    characters: [...'0123456789+-*/(),>:;='],
    solution: ({ prompt }) => written(solved(prompt)),
    wrongSolution: ({ prompt, row }, random) => {
      const { tried, expression } = solved(prompt);
      // A search that ends too early, or the correct one with a mistake in its last line.
      const end = random.integer(tried.length + 1);
      return written({ tried: tried.slice(0, end), expression: { text: mistaken(expression.text, row, random) } });
    },
    trace: ({ prompt }, request, random) => countdownTrace({ ...read(prompt), limit }, request, random),
    verify,
    mistakes: {
      kinds: {
        value: 'an expression of the given numbers with another value',
        numbers: 'a number that is not given, or used too often',
        format: 'not an expression, or a division with a remainder',
      },
      classify: ({ row: { numbers, target } }, response) => {
        const text = answerIn(response);
        const flaw = flawIn(text, numbers as number[], Number(target));
        return { kind: flaw?.kind ?? 'format', at: [response.length - text.length, response.length] };
      },
    },
  };
}

/** The numbers and the target of a prompt. */
function read(prompt: string): { numbers: number[]; target: number } {
  const [numbers = '', target = ''] = prompt.slice(0, -1).split('>');
  return { numbers: numbers.split(',').map(Number), target: Number(target) };
}

const answerIn = (response: string): string => response.slice(response.lastIndexOf('=') + 1);

const written = ({ tried, expression }: Search): string =>
  tried.length === 0 ? expression.text : `${tried.join(';')}=${expression.text}`;

/** A number that operations with the numbers, in this order, reach; undefined if one of them leaves the range. */
function reached(numbers: readonly number[], limit: number, random: Random): number | undefined {
  let [value = 0] = numbers;
  for (const number of numbers.slice(1)) {
    const results = [value + number, Math.abs(value - number), value * number];
    if (value % number === 0) results.push(value / number);
    else if (number % value === 0 && numbers.length === 2) results.push(number / value);
    const result = results[random.integer(results.length)] ?? 0;
    if (result < 1 || result > limit) return undefined;
    value = result;
  }
  return value;
}

const OPERATORS = '+-*/';

/** An expression of the same numbers that does not reach the target: some operations are others. */
function mistaken(expression: string, { target }: GeneratedProblem['row'], random: Random): string {
  for (;;) {
    const text = expression.replace(/[+*/-]/g, (operator) =>
      random.integer(2) === 0 ? operator : (OPERATORS[random.integer(OPERATORS.length)] ?? '+'),
    );
    const found = evaluate(text);
    if ('problem' in found || found.value !== BigInt(Number(target))) return text;
  }
}

/** Texts as long as the longest of any problem. */
function longestTexts({ operands, max_number: most, max_target: limit }: CountdownConfig) {
  const [number, target] = [String(most), String(limit)];
  // Four operations per number may come last, because one of the two differences is negative.
  const needed = Array.from({ length: 4 }, () => `${target}+`).join(',');
  const reached = `${2 * most},${number},${most * most},${number}`;
  const line = `${number}:${reached}>${needed}`;
  const lines = [
    ...Array.from({ length: Math.max(0, operands - 3) }, () => `${number}>${target}+`),
    ...(operands === 2 ? [reached] : Array.from({ length: 3 }, () => line)),
  ];
  const prompt = `${Array.from({ length: operands }, () => number).join(',')}>${target}=`;
  const expression = Array.from({ length: operands }, () => number).join('+') + '()'.repeat(operands - 2);
  return { prompt, solution: `${lines.join(';')}=${expression}` };
}

/** @throws StudioError `input` for a row without `numbers` and `target` */
function verify({ row, response, finished }: GradedResponse): Grade {
  const { numbers, target } = row;
  if (!Array.isArray(numbers) || !numbers.every(Number.isSafeInteger) || !Number.isSafeInteger(target))
    throw inputError('row', 'expected a row of countdown, with numbers (a list) and target (a number)');
  const reason = finished
    ? flawIn(answerIn(response), numbers as number[], target as number)?.reason
    : 'the response was cut off before its end token';
  return reason === undefined ? verdict(true) : { ...verdict(false), reason };
}

/** Why an expression does not solve a problem. */
interface Flaw {
  kind: 'format' | 'numbers' | 'value';
  reason: string;
}

/** @returns undefined for an expression that solves the problem */
export function flawIn(text: string, numbers: readonly number[], target: number): Flaw | undefined {
  const found = evaluate(text);
  if ('problem' in found) return { kind: 'format', reason: found.problem };
  const left = numbers.map(String);
  for (const number of found.numbers) {
    const at = left.indexOf(number);
    if (at < 0) {
      const often = numbers.map(String).includes(number);
      return { kind: 'numbers', reason: `${number} is ${often ? 'used too often' : 'not one of the numbers'}` };
    }
    left.splice(at, 1);
  }
  if (found.value === BigInt(target)) return undefined;
  return { kind: 'value', reason: `the value is ${found.value}, not ${target}` };
}
