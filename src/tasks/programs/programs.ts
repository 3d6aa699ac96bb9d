/**
 * Programs: a prompt shows what a hidden stack program makes of a few inputs, `3:7,5:9,1:5;`, and the response is a
 * program that does the same, `4+`. Test cases grade it, those of the prompt and hidden ones: any program that
 * passes them is correct. With `trace`, a solution first writes the stack after each symbol for the first example,
 * `4:3 4,+:7;4+`. Bands: the length of the shortest correct program.
 */
import { parseProgram, runProgram, SYMBOLS } from '../../rewards/tests/interpreter.ts';
import {
  PROGRAM_MARKER,
  programIn,
  readTestCases,
  testProgram,
  type TestCase,
} from '../../rewards/tests/test-cases.ts';
import { scoreOf } from '../../rewards/tests/score.ts';
import { stream, type Random } from '../../random.ts';
import { generatedProblem, generatedProblems, type GeneratedProblem } from '../generated-problems.ts';
import { isHeldOut, type Problem, type Task } from '../task.ts';
import { pick } from '../trace-lines.ts';
import { lengthBand, PROGRAMS, type ProgramsConfig } from './config.ts';
import { targetsOf, type Target } from './targets.ts';
import { programTrace } from './traces.ts';

export function programs(config: ProgramsConfig): Task {
  const { inputs, max_length, examples, split, trace } = config;
  const targets = targetsOf(inputs, max_length);
  // An incorrect solution is not to be the program of a function that is held out.
  const trained = split === 'functions' ? targets.filter(({ outputs }) => !isHeldOut(outputs)) : targets;
  const bands = PROGRAMS.bands(config);
  const byBand = new Map(
    bands.map((band) => [band, targets.filter(({ program }) => lengthBand(program.length) === band)]),
  );
  const draw = (random: Random, band = pick(bands, random)): GeneratedProblem => {
    const { program, outputs, tests } = pick(byBand.get(band) ?? [], random);
    // The shown ones first.
    const cases = random.shuffle([...tests]);
    const shown = cases.slice(0, examples);
    // Programs that are equal on the test cases have the same key either way.
    const key = split === 'functions' ? outputs : shown.map(written).sort().join(',');
    return generatedProblem(
      { prompt: promptOf(shown), answer: program, key, difficulty: band },
      { tests: cases, shown: examples },
    );
  };
  const solved = (program: string, { prompt }: Pick<Problem, 'prompt'>) =>
    trace ? `${traceOf(program, firstInput(prompt))}${PROGRAM_MARKER}${program}` : program;
  return {
    config,
    problems: generatedProblems({
      bands,
      shares: config.bands,
      draw,
      heldOutStream: (seed) => stream(seed, 'held-out programs', inputs, max_length, examples, split),
      longest: [longestTexts(targets, config)],
    }),
    characters: [...new Set([...SYMBOLS, '-', ...':,', PROGRAM_MARKER, ...(trace ? ' ' : '')])],
    solution: (problem) => solved(problem.answer, problem),
    wrongSolution: (problem, random) => solved(pick(mistakes(problem, trained), random).program, problem),
    trace: (problem, request, random) => {
      const found = readTestCases(problem.row['tests']);
      const shown = 'cases' in found ? found.cases.slice(0, examples) : [];
      const others = mistakes(problem, trained).map(({ program }) => program);
      return programTrace({ program: problem.answer, shown, others }, request, random);
    },
    verify: ({ row, response, finished }) => {
      const found = readTestCases(row.tests);
      if ('error' in found) return { reward: 0, correct: false, rewards: {}, error: `tests: ${found.error}` };
      const { reward, correct = false } = scoreOf({ response, finished }, found.cases, 'soft');
      return { reward, correct, rewards: {} };
    },
    mistakes: {
      kinds: {
        some: 'a program that passes some of the test cases',
        none: 'a program that passes none of the test cases',
        format: 'not a program: unknown symbols or unmatched brackets',
      },
      classify: ({ row }, response) => {
        const program = programIn(response);
        const found = readTestCases(row.tests);
        if (parseProgram(program).error || 'error' in found) return { kind: 'format' };
        return { kind: testProgram(program, found.cases).passed > 0 ? 'some' : 'none' };
      },
    },
  };
}

const written = ({ input, output }: TestCase): string => `${input.join('')}:${output}`;

const promptOf = (shown: readonly TestCase[]): string => `${shown.map(written).join(',')}${PROGRAM_MARKER}`;

const firstInput = (prompt: string): number[] => [...prompt.slice(0, prompt.indexOf(':'))].map(Number);

/** The stack after each symbol: `3:3 5 3,+:3 8,*:24`. */
function traceOf(text: string, input: readonly number[]): string {
  const { value: program } = parseProgram(text);
  const steps: string[] = [];
  if (program) runProgram(program, input, (symbol, stack) => steps.push(`${symbol}:${stack.join(' ')}`));
  return steps.join(',');
}

/** Programs of other functions, of the same length with one other symbol; of any length where there is none. */
function mistakes({ answer }: Problem, targets: readonly Target[]): readonly Target[] {
  const others = targets.filter(({ program }) => program !== answer);
  const close = others.filter(
    ({ program }) =>
      program.length === answer.length && [...program].filter((symbol, i) => symbol !== answer[i]).length === 1,
  );
  return close.length > 0 ? close : others;
}

/** The longest prompt and solution that targets have. */
function longestTexts(targets: readonly Target[], { examples, trace }: ProgramsConfig) {
  const longest = (texts: readonly string[]) => texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  const cases = targets.flatMap(({ tests }) => tests.map((test) => promptOf([test])));
  const solution = longest(targets.map(({ program }) => program));
  const traces = targets.flatMap(({ program, tests }) => tests.map(({ input }) => traceOf(program, input)));
  return {
    prompt: longest(cases).repeat(examples),
    solution: trace ? `${longest(traces)}${PROGRAM_MARKER}${solution}` : solution,
  };
}
