/**
 * Traces of programs in the styles of teachers: lines separated by the marker, the last of which is the program. A
 * mistaken one ends with the program of another function and says that it gives the outputs of the prompt.
 */
import type { Random } from '../../random.ts';
import { parseProgram, resultOf, runProgram } from '../../rewards/tests/interpreter.ts';
import { PROGRAM_MARKER, type TestCase } from '../../rewards/tests/test-cases.ts';
import type { Trace, TraceRequest } from '../task.ts';
import { pick, withRepeats } from '../trace-lines.ts';

export interface Puzzle {
  program: string;
  /** The test cases that the prompt shows. */
  shown: readonly TestCase[];
  /** Programs of other functions, close to this one. */
  others: readonly string[];
}

interface Solved extends Puzzle {
  /** What the trace ends with: the program, or one of the others. */
  answer: string;
}

/** @returns lines before the program */
type Style = (solved: Solved, random: Random) => string[];

const STYLES: Readonly<Record<string, Style>> = {
  trace: ({ answer, shown: [first] }) => (first ? stackLines(answer, first) : []),
  tests: ({ answer, shown }) => [answer, ...shown.map(testLine)],
  attempts: ({ answer, shown, others, program }, random) => {
    const failing = others
      .filter((other) => other !== answer && other !== program)
      .flatMap((other) => {
        const failed = shown.map((test) => ({ ...test, output: outputOf(other, test) }));
        const at = failed.findIndex(({ output }, i) => output !== shown[i]?.output);
        return at < 0 ? [] : [{ other, at, failed: failed[at] as TestCase }];
      });
    if (failing.length === 0) return shown.slice(0, 1).flatMap((test) => [answer, testLine(test)]);
    const { other, at, failed } = pick(failing, random);
    return [other, testLine(failed), answer, testLine(shown[at] as TestCase)];
  },
  answer: () => [],
};

/** @throws Error for a style that the task does not have */
export function programTrace(puzzle: Puzzle, request: TraceRequest, random: Random): Trace {
  const style = STYLES[request.style];
  if (!style) throw new Error(`programs has no style ${request.style}`);
  const answer = request.mistaken ? pick(puzzle.others, random) : puzzle.program;
  const lines = withRepeats(style({ ...puzzle, answer }, random), request.verbosity, random);
  return { text: [...lines, answer].join(PROGRAM_MARKER), ...(request.mistaken && { mistake: 'program' }) };
}

const testLine = ({ input, output }: TestCase): string => `${input.join('')}:${output}`;

function outputOf(text: string, { input }: TestCase): number {
  const { value: program } = parseProgram(text);
  return (program && resultOf(program, input).value) ?? NaN;
}

/** The stack after each symbol, `4:3,4` and `+:7`; the last one as the prompt has it, whether or not it is. */
function stackLines(text: string, { input, output }: TestCase): string[] {
  const { value: program } = parseProgram(text);
  const steps: { symbol: string; stack: readonly number[] }[] = [];
  if (program) runProgram(program, input, (symbol, stack) => steps.push({ symbol, stack: [...stack] }));
  return steps.map(({ symbol, stack }, i) => `${symbol}:${i === steps.length - 1 ? output : stack.join(',')}`);
}
