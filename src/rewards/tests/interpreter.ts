/**
 * The stack language of the task `programs` and of reward `tests`: one symbol per instruction, whole numbers, one
 * stack. docs/programs.md defines it. Every fault of a program is a value, and limits end every run.
 */

/** Longest program, in symbols. */
export const MOST_SYMBOLS = 256;
/** Symbols that a run may execute, those in repeated bodies once per repetition. */
export const MOST_STEPS = 1000;
/** Deepest stack. */
export const MOST_DEPTH = 32;
/** Numbers are whole and at most this far from 0. */
export const LARGEST_NUMBER = 9999;

export type ErrorKind =
  | 'unknown-symbol'
  | 'unmatched-bracket'
  | 'program-too-long'
  | 'stack-underflow'
  | 'division-by-zero'
  | 'negative-count'
  | 'number-too-large'
  | 'stack-too-deep'
  | 'too-many-steps'
  | 'result-count';

export interface ProgramError {
  kind: ErrorKind;
  /** What happened and where, symbols counted from 1. */
  reason: string;
}

export type Outcome<T> = { value: T; error?: undefined } | { value?: undefined; error: ProgramError };

const fault = (kind: ErrorKind, reason: string): ProgramError => ({ kind, reason });

const underflow = (expected: number, found: number): ProgramError =>
  fault('stack-underflow', `expected ${expected} numbers on the stack, found ${found}`);
const tooManySteps = fault('too-many-steps', `the program took ${MOST_STEPS} steps and had not ended`);

/** Changes the stack. */
type Instruction = (stack: number[]) => ProgramError | undefined;

function push(stack: number[], value: number): ProgramError | undefined {
  if (Math.abs(value) > LARGEST_NUMBER)
    return fault('number-too-large', `expected a number from -${LARGEST_NUMBER} to ${LARGEST_NUMBER}, found ${value}`);
  if (stack.length === MOST_DEPTH)
    return fault('stack-too-deep', `expected at most ${MOST_DEPTH} numbers on the stack`);
  // The sum turns -0 into 0.
  stack.push(value + 0);
  return undefined;
}

/** Takes two numbers, the top of the stack second, and leaves one. */
const binary =
  (value: (a: number, b: number) => number, divides = false): Instruction =>
  (stack) => {
    if (stack.length < 2) return underflow(2, stack.length);
    const [b = 0, a = 0] = [stack.pop(), stack.pop()];
    return divides && b === 0 ? fault('division-by-zero', `expected a divisor other than 0`) : push(stack, value(a, b));
  };

/** Takes the topmost `count` numbers and leaves some of them, by their index. */
const reorder =
  (count: number, ...leaves: number[]): Instruction =>
  (stack) => {
    if (stack.length < count) return underflow(count, stack.length);
    const taken = stack.splice(stack.length - count, count);
    for (const index of leaves) {
      const error = push(stack, taken[index] ?? 0);
      if (error) return error;
    }
    return undefined;
  };

/** All but the jumps of brackets. */
const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [digit, (stack: number[]) => push(stack, digit)])),
  '+': binary((a, b) => a + b),
  '-': binary((a, b) => a - b),
  '*': binary((a, b) => a * b),
  '/': binary((a, b) => Math.floor(a / b), true),
  '%': binary((a, b) => a - b * Math.floor(a / b), true),
  '<': binary((a, b) => (a < b ? 1 : 0)),
  '>': binary((a, b) => (a > b ? 1 : 0)),
  '=': binary((a, b) => (a === b ? 1 : 0)),
  d: reorder(1, 0, 0),
  p: reorder(1),
  s: reorder(2, 1, 0),
  o: reorder(2, 0, 1, 0),
  r: reorder(3, 1, 2, 0),
  '(': (stack) => {
    const count = stack.at(-1);
    if (count === undefined) return underflow(1, 0);
    return count < 0 ? fault('negative-count', `expected a count of at least 0, found ${count}`) : undefined;
  },
  ')': () => undefined,
};

/** All symbols. */
export const SYMBOLS: readonly string[] = Object.keys(INSTRUCTIONS);

const KNOWN = new Set(SYMBOLS);

/** A program whose symbols are known and whose brackets match. */
export interface Program {
  readonly symbols: readonly string[];
  /** For each bracket the index of its partner. */
  readonly partners: ReadonlyMap<number, number>;
}

const failure = (kind: ErrorKind, reason: string): { error: ProgramError } => ({ error: { kind, reason } });

export function parseProgram(text: string): Outcome<Program> {
  const symbols = Array.from(text);
  if (symbols.length > MOST_SYMBOLS)
    return failure('program-too-long', `expected at most ${MOST_SYMBOLS} symbols, found ${symbols.length}`);
  const partners = new Map<number, number>();
  const open: number[] = [];
  for (const [at, symbol] of symbols.entries()) {
    if (!KNOWN.has(symbol))
      return failure('unknown-symbol', `symbol ${at + 1}: ${JSON.stringify(symbol)} is not a symbol of the language`);
    if (symbol === '(') open.push(at);
    if (symbol !== ')') continue;
    const start = open.pop();
    if (start === undefined) return failure('unmatched-bracket', `symbol ${at + 1}: ) has no (`);
    partners.set(start, at).set(at, start);
  }
  const start = open.pop();
  if (start !== undefined) return failure('unmatched-bracket', `symbol ${start + 1}: ( has no )`);
  return { value: { symbols, partners } };
}

/**
 * Runs a program on a stack.
 *
 * @param input the stack before the first symbol, its top last; within the limits of the language
 * @param onStep called after each symbol with the stack
 * @returns the stack after the last symbol
 */
export function runProgram(
  { symbols, partners }: Program,
  input: readonly number[],
  onStep?: (symbol: string, stack: readonly number[]) => void,
): Outcome<readonly number[]> {
  const stack = [...input];
  /** Repetitions left of each body that is being run, the innermost last. */
  const left: number[] = [];
  for (let at = 0, steps = 1; at < symbols.length; at++, steps++) {
    const symbol = symbols[at] ?? '';
    const partner = partners.get(at) ?? at;
    const fault = steps > MOST_STEPS ? tooManySteps : INSTRUCTIONS[symbol]?.(stack);
    if (fault) return failure(fault.kind, `symbol ${at + 1}, ${symbol}: ${fault.reason}`);
    if (symbol === '(') {
      const count = stack.pop() ?? 0;
      if (count > 0) left.push(count);
      else at = partner;
    } else if (symbol === ')') {
      const more = (left.pop() ?? 0) - 1;
      if (more > 0) {
        left.push(more);
        at = partner;
      }
    }
    onStep?.(symbol, stack);
  }
  return { value: stack };
}

/** The one number that a program leaves. */
export function resultOf(program: Program, input: readonly number[]): Outcome<number> {
  const { value: stack, error } = runProgram(program, input);
  if (error) return { error };
  const [result] = stack;
  return stack.length === 1 && result !== undefined
    ? { value: result }
    : failure('result-count', `expected 1 number on the stack at the end, found ${stack.length}`);
}
