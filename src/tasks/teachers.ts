/** Teachers: reasoning traces of generated tasks with known correctness, consistency and length. */
import type { Random } from '../random.ts';
import type { TeacherConfig } from '../run/config/teacher.ts';
import { declarationOf } from '../run/config/task.ts';
import { pick } from './trace-lines.ts';
import type { Problem, Task, Trace } from './task.ts';

/** A problem with the trace that a teacher wrote. */
export interface TaughtProblem {
  /** Its row says what the trace is: completion, correct, style, and the kind of a mistake. */
  problem: Problem;
  text: string;
  correct: boolean;
  /** The style of this trace. */
  style: string;
}

/** Mistaken traces written anew because they ended correct. */
const PATIENCE = 200;

/** Probability that the teacher solves a problem of a band. */
export const correctIn = ({ correct, correct_by_band: byBand }: TeacherConfig, band: string | undefined): number =>
  (band === undefined ? undefined : byBand?.[band]) ?? correct;

/**
 * The teacher's trace of a problem. Draws come in a fixed order, so that teachers that differ in one property alone
 * agree where it does not matter: with a higher `correct`, more of the same traces are correct.
 *
 * @throws Error where the task's verifier disagrees with its traces: a defect of the task
 */
export function taught(task: Task, teacher: TeacherConfig, problem: Problem, random: Random): TaughtProblem {
  const mistaken = random.float() >= correctIn(teacher, problem.difficulty);
  const own = random.float() < teacher.consistency;
  const other = pick(otherStyles(task, teacher.style), random);
  const style = own ? teacher.style : other;
  const { text, mistake } = written(task, problem, { style, verbosity: teacher.verbosity, mistaken }, random);
  const row = {
    ...problem.row,
    completion: text,
    correct: !mistaken,
    style,
    ...(mistake !== undefined && { mistake }),
  };
  return { problem: { ...problem, row }, text, correct: !mistaken, style };
}

/** What a teacher without full consistency writes in: the task's other styles with steps. */
function otherStyles({ config }: Task, own: string): string[] {
  const others = (declarationOf(config.name)?.styles ?? []).filter(({ name, steps }) => steps && name !== own);
  return others.length > 0 ? others.map(({ name }) => name) : [own];
}

function written(
  task: Task,
  problem: Problem,
  request: Parameters<NonNullable<Task['trace']>>[1],
  random: Random,
): Trace {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const trace = task.trace?.(problem, request, random);
    if (!trace) throw new Error(`the task ${task.config.name} has no traces`);
    if (isCorrect(task, problem, trace.text) !== request.mistaken) return trace;
    if (!request.mistaken) break;
  }
  throw new Error(`${problem.prompt}: style ${request.style} writes no ${request.mistaken ? 'in' : ''}correct trace`);
}

/** By the task's own verifier, whatever rewards the run has. */
const isCorrect = (task: Task, { row, answer }: Problem, response: string): boolean =>
  task.verify?.({ row, answer, response, finished: true }).correct ?? false;
