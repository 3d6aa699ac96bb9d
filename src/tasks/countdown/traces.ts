/**
 * Traces of countdown in the styles of teachers. A mistaken trace solves another problem: with a number that was copied
 * wrongly, one that is used twice, or another target that is taken for the one asked.
 */
import type { Random } from '../../random.ts';
import type { Trace, TraceRequest } from '../task.ts';
import { withRepeats } from '../trace-lines.ts';
import { after, expressionOf, operations, pathTo, reachable, type Operation, type Path } from './forward.ts';
import { results, search } from './search.ts';

/** What a trace is of. */
export interface Puzzle {
  numbers: readonly number[];
  target: number;
  /** Largest number on the way. */
  limit: number;
}

interface Solved extends Puzzle {
  /** What the trace writes for the target: another number in a mistake. */
  claimed: number;
  path: Path;
}

/** Steps of a trace, and the expression that it ends with. */
interface Written {
  steps: string[];
  expression: string;
}

const expressionFor = ({ numbers, path }: Solved): string => expressionOf(numbers, path);

/** @returns undefined where the style cannot write the puzzle */
type Style = (solved: Solved) => Written | undefined;

/** Dead ends that a forward search shows, so that traces stay short. */
const DEAD_ENDS = 2;

const STYLES: Readonly<Record<string, Style>> = {
  backward: ({ numbers, target, claimed, limit }) => {
    const found = search(numbers, target, limit);
    if (!found) return undefined;
    const { tried, expression } = found;
    // The numbers that are reached name the target alone.
    const steps = tried.map((step) => (numbers.length === 2 ? listed(step.split(','), target, claimed) : step));
    return { steps, expression: expression.text };
  },
  forward: (solved) => ({ steps: forwardSteps(solved), expression: expressionFor(solved) }),
  direct: (solved) => ({ steps: directSteps(solved), expression: expressionFor(solved) }),
  check: (solved) => ({ steps: checkSteps(solved), expression: expressionFor(solved) }),
  answer: (solved) => ({ steps: [], expression: expressionFor(solved) }),
};

/** What separates the steps of a style. */
const SEPARATORS: Readonly<Record<string, string>> = { check: ':' };

/** @throws Error for a style that the task does not have */
export function countdownTrace(puzzle: Puzzle, request: TraceRequest, random: Random): Trace {
  const style = STYLES[request.style];
  if (!style) throw new Error(`countdown has no style ${request.style}`);
  const wrong = request.mistaken ? mistaken(puzzle, style, random) : undefined;
  const written = wrong?.written ?? style(solvedOf(puzzle));
  if (!written) throw new Error(`${puzzle.numbers.join(',')}>${puzzle.target} has no solution`);
  const steps = withRepeats(written.steps, request.verbosity, random);
  const text = steps.length === 0 ? '' : `${steps.join(SEPARATORS[request.style] ?? ';')}=`;
  return { text: `${text}${written.expression}`, ...(wrong && { mistake: wrong.mistake }) };
}

function solvedOf(puzzle: Puzzle, claimed = puzzle.target): Solved {
  const path = pathTo(puzzle.numbers, puzzle.target, puzzle.limit);
  if (!path) throw new Error(`${puzzle.numbers.join(',')}>${puzzle.target} has no solution`);
  return { ...puzzle, claimed, path };
}

const listed = (values: readonly (string | number)[], target: number, claimed: number): string =>
  values.map((value) => (Number(value) === target ? claimed : value)).join(',');

/**
 * Operations one after the other, in the order of `operations`, with what the two numbers that are left then reach:
 * `8+4:12,8>20,4,96`. Of two numbers, each operation with its value. Of four, the first operation is known.
 */
function forwardSteps({ numbers, target, claimed, limit, path }: Solved): string[] {
  const [first] = path;
  if (!first) return [];
  if (numbers.length === 2) {
    const tried = operations(numbers, limit);
    const until = tried.findIndex(({ value }) => value === target);
    return tried
      .slice(Math.max(0, until - DEAD_ENDS), until + 1)
      .map(({ text, value }) => `${text}:${value === target ? claimed : value}`);
  }
  const left = after(numbers, first);
  if (numbers.length > 3) {
    const rest = forwardSteps({ numbers: left, target, claimed, limit, path: path.slice(1) });
    return [`${first.text}:${first.value}`, ...rest];
  }
  const tried = operations(numbers, limit);
  const until = tried.findIndex((operation) => sameOperation(operation, first));
  return tried.slice(Math.max(0, until - DEAD_ENDS), until + 1).map((operation, i, shown) => {
    const rest = after(numbers, operation);
    const values = results(rest);
    const reached = i === shown.length - 1 ? listed(values, target, claimed) : values.join(',');
    return `${operation.text}:${rest.join(',')}>${reached}`;
  });
}

const sameOperation = (a: Operation, b: Operation): boolean =>
  a.operator === b.operator && a.pair[0] === b.pair[0] && a.pair[1] === b.pair[1];

/** Only the operations that lead to the target: `8-4:4;4*8:32`. */
const directSteps = ({ path, claimed }: Solved): string[] =>
  path.map(({ text, value }, i) => `${text}:${i === path.length - 1 ? claimed : value}`);

/** The expression, computed one operation per step: `(8-4)*8:4*8:32`. */
function checkSteps({ numbers, path, claimed }: Solved): string[] {
  const steps: string[] = [];
  let left = numbers;
  for (const [i, operation] of path.entries()) {
    steps.push(expressionOf(left, path.slice(i)));
    left = after(left, operation);
  }
  return [...steps, String(claimed)];
}

type Mistake = 'copy' | 'twice' | 'value';

function mistaken(puzzle: Puzzle, style: Style, random: Random): { mistake: Mistake; written: Written } | undefined {
  // A few puzzles have mistakes only beyond the largest target.
  for (const limit of [puzzle.limit, Infinity])
    for (const mistake of random.shuffle<Mistake>(['copy', 'twice', 'value'])) {
      const others =
        mistake === 'value' ? otherTargets({ ...puzzle, limit }) : otherNumbers({ ...puzzle, limit }, mistake);
      for (const other of random.shuffle(others)) {
        const path = pathTo(other.numbers, other.target, limit);
        const written = path && style({ ...other, claimed: puzzle.target, path });
        if (written) return { mistake, written };
      }
    }
  return undefined;
}

/** Targets tried per puzzle: the nearest that the numbers reach. */
const NEAREST = 4;

function otherTargets(puzzle: Puzzle): Puzzle[] {
  const { numbers, target, limit } = puzzle;
  return [...reachable(numbers, limit)]
    .filter((value) => value !== target)
    .sort((a, b) => Math.abs(a - target) - Math.abs(b - target) || a - b)
    .slice(0, NEAREST)
    .map((value) => ({ ...puzzle, target: value }));
}

/** With one number that is not given, one off, or that of another one. */
function otherNumbers(puzzle: Puzzle, mistake: 'copy' | 'twice'): Puzzle[] {
  const { numbers } = puzzle;
  return numbers.flatMap((number, at) => {
    const wrong =
      mistake === 'twice'
        ? numbers.filter((other) => other !== number)
        : [number - 1, number + 1].filter((other) => other >= 1 && !numbers.includes(other));
    return wrong.map((value) => ({ ...puzzle, numbers: numbers.map((one, i) => (i === at ? value : one)) }));
  });
}
