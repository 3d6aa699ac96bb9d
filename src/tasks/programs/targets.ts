/** The programs that problems are made from: the shortest program of each function, found by breadth-first search. */
import { parseProgram, runProgram, SYMBOLS, type Program } from '../../rewards/tests/interpreter.ts';
import type { TestCase } from '../../rewards/tests/test-cases.ts';

/**
 * The inputs of all test cases, by their number of numbers; each digit from 1 to 9 is one number. Two programs with
 * equal outputs on them are the same problem. Pairs are ordered both ways and equal; there is no 0, so that division is
 * among the functions.
 */
const INPUTS: Readonly<Record<number, string>> = {
  1: '3 7 4 1 9 2 6 5 8',
  2: '35 72 44 18 93 26 61 59 87 22 11 99 41 13 68 75',
  3: '352 714 444 183 935 261 616 598 877 122 311 199 241 813 568 375',
};

/** Most characters of an output, so that prompts stay short. */
const LONGEST_OUTPUT = 3;

export interface Target {
  /** The shortest program of its function. */
  program: string;
  /** Its outputs on all test inputs, which tell functions apart. */
  outputs: string;
  tests: readonly TestCase[];
}

export const testInputs = (inputs: number): readonly (readonly number[])[] =>
  (INPUTS[inputs] ?? '').split(' ').map((digits) => [...digits].map(Number));

/** The stacks of all test cases after a program. */
interface State {
  program: string;
  stacks: readonly (readonly number[])[];
}

interface Step {
  text: string;
  program: Program;
}

const found = new Map<string, readonly Target[]>();

/**
 * All functions of a program of at most `maxLength` symbols that ends without an error and with one number on every
 * test input. Programs that compute the inputs themselves, such as none at all, are left out.
 *
 * @returns in the order of their length
 */
export function targetsOf(inputs: number, maxLength: number): readonly Target[] {
  const name = `${inputs} ${maxLength}`;
  let targets = found.get(name);
  if (!targets) found.set(name, (targets = search(testInputs(inputs), maxLength)));
  return targets;
}

function search(inputs: readonly (readonly number[])[], maxLength: number): Target[] {
  const steps = stepsUpTo(maxLength);
  const levels: State[][] = [[{ program: '', stacks: inputs }]];
  const seen = new Set([JSON.stringify(inputs)]);
  const targets: Target[] = [];
  for (let length = 1; length <= maxLength; length++) {
    const level: State[] = [];
    // A symbol removes at most one number from the stack.
    const deepest = 1 + maxLength - length;
    for (let cost = 1; cost <= length; cost++)
      for (const state of levels[length - cost] ?? [])
        for (const step of steps[cost] ?? []) {
          const stacks = after(state, step, deepest);
          if (!stacks) continue;
          const key = JSON.stringify(stacks);
          if (seen.has(key)) continue;
          seen.add(key);
          level.push({ program: state.program + step.text, stacks });
        }
    levels.push(level);
    for (const { program, stacks } of level) {
      const outputs = stacks.map((stack) => (stack.length === 1 ? stack[0] : undefined));
      if (!outputs.every((output) => output !== undefined && String(output).length <= LONGEST_OUTPUT)) continue;
      const tests = inputs.map((input, i) => ({ input, output: outputs[i] ?? 0 }));
      targets.push({ program, outputs: outputs.join(' '), tests });
    }
  }
  return targets;
}

/** What a program is made of, by length: symbols, and repeated bodies. */
function stepsUpTo(maxLength: number): Step[][] {
  const symbols = SYMBOLS.filter((symbol) => symbol !== '(' && symbol !== ')');
  let texts = [''];
  const steps: Step[][] = [];
  const add = (length: number, all: readonly string[]) => {
    const list = (steps[length] ??= []);
    for (const text of all) {
      const { value } = parseProgram(text);
      if (value) list.push({ text, program: value });
    }
  };
  add(1, symbols);
  for (let body = 1; body <= maxLength - 2; body++) {
    texts = texts.flatMap((text) => symbols.map((symbol) => text + symbol));
    add(
      body + 2,
      texts.map((text) => `(${text})`),
    );
  }
  return steps;
}

/** The stacks after a step; undefined after an error, or where more numbers are left than can be removed. */
function after({ stacks }: State, { program }: Step, deepest: number): State['stacks'] | undefined {
  const results: (readonly number[])[] = [];
  for (const stack of stacks) {
    const { value } = runProgram(program, stack);
    if (!value || value.length > deepest) return undefined;
    results.push(value);
  }
  return results;
}
