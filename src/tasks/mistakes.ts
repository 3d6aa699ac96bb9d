/**
 * Kinds of mistakes: why a response is incorrect, as a report counts it. A task may tell its own kinds; every task has
 * those that need no knowledge of it.
 */
import type { Mistake, Problem, Task } from './task.ts';

/** An incorrect response with what its grader says. */
export interface IncorrectResponse {
  response: string;
  /** Whether it ended by itself. */
  finished: boolean;
  /** Its final answer, if it has one. */
  answer: string | undefined;
  /** Why it could not be graded. */
  error?: string | undefined;
}

const UNFINISHED = 'cut off before the end token';

/** Of a task without kinds of its own, such as a data set. */
const GENERAL: Readonly<Record<string, string>> = {
  answer: 'a final answer, which is not the correct one',
  'no answer': 'no final answer that the grader can read',
  'not graded': 'a reward could not score the response',
};

/** All kinds of a task, with what each is, in the order of a report. */
export function mistakeKinds(task: Pick<Task, 'mistakes'>): Record<string, string> {
  return { ...(task.mistakes?.kinds ?? GENERAL), unfinished: UNFINISHED };
}

export function mistakeOf(task: Pick<Task, 'mistakes'>, problem: Problem, given: IncorrectResponse): Mistake {
  if (!given.finished) return { kind: 'unfinished' };
  if (task.mistakes) return task.mistakes.classify(problem, given.response);
  if (given.error !== undefined) return { kind: 'not graded' };
  return { kind: given.answer === undefined ? 'no answer' : 'answer' };
}
