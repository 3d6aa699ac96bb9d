/** Test cases of a stack program: how a row of a data set has them, and how many a response passes. */
import { LARGEST_NUMBER, MOST_DEPTH, parseProgram, resultOf } from './interpreter.ts';

export interface TestCase {
  /** The stack before the program, its top last. */
  input: readonly number[];
  /** The one number that the program must leave. */
  output: number;
}

/** Most test cases of one row. */
const MOST_CASES = 1000;

/** Between what a response says first and its program. */
export const PROGRAM_MARKER = ';';

/** The program of a response: the text after its last semicolon, or all of it, without white space around it. */
export const programIn = (response: string): string => response.slice(response.lastIndexOf(PROGRAM_MARKER) + 1).trim();

export interface TestResult {
  passed: number;
  total: number;
  /** Why the program is not correct: its error, or the first test case that it fails; undefined if it is correct. */
  reason?: string;
}

/** @param tests at least one */
export function testProgram(text: string, tests: readonly TestCase[]): TestResult {
  const total = tests.length;
  const { value: program, error } = parseProgram(text);
  if (error) return { passed: 0, total, reason: error.reason };
  let passed = 0;
  let reason: string | undefined;
  for (const { input, output } of tests) {
    const result = resultOf(program, input);
    if (result.value === output) passed++;
    else reason ??= `input ${input.join(' ')}: ${result.error?.reason ?? `expected ${output}, found ${result.value}`}`;
  }
  return { passed, total, ...(reason !== undefined && { reason }) };
}

/**
 * Test cases from the value of a column: a list of `{"input": [3, 5], "output": 8}`, or the same as JSON text. An input
 * of one number may be that number.
 *
 * @returns the test cases, or why the value has none
 */
export function readTestCases(value: unknown): { cases: readonly TestCase[] } | { error: string } {
  const list = typeof value === 'string' ? parsed(value) : value;
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_CASES)
    return { error: `expected a list of 1 to ${MOST_CASES} test cases such as {"input": [3, 5], "output": 8}` };
  const cases: TestCase[] = [];
  for (const [i, one] of (list as readonly unknown[]).entries()) {
    const { input, output } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>;
    const numbers: readonly unknown[] = Array.isArray(input) ? input : [input];
    if (!numbers.every(isNumber) || numbers.length > MOST_DEPTH || !isNumber(output))
      return {
        error:
          `test case ${i + 1}: expected {"input": list of at most ${MOST_DEPTH} numbers, "output": number}, ` +
          `whole numbers from -${LARGEST_NUMBER} to ${LARGEST_NUMBER}`,
      };
    cases.push({ input: numbers, output });
  }
  return { cases };
}

const isNumber = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) <= LARGEST_NUMBER;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
