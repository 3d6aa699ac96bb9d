/** The interface of a task: problems with worked solutions, and a verifier that turns a response into a reward. */
import type { Random } from '../random.ts';
import { hashString } from '../random.ts';
import { inputError } from '../errors.ts';

export interface Problem {
  prompt: string;
  /** The final answer. */
  answer: string;
  /** Equal for problems that differ only in order; decides between training and held-out. */
  key: string;
}

export interface Task {
  name: string;
  /** The characters of prompts and solutions. */
  characters: string[];
  maxPromptTokens: number;
  /** Length of the longest solution, the end symbol included. */
  maxResponseTokens: number;
  /** A problem that is not held out. */
  trainingProblem(random: Random): Problem;
  /**
   * Distinct held-out problems, the same for the same seed.
   *
   * @throws StudioError `input` if the task has fewer
   */
  heldOutProblems(count: number, seed: number): Problem[];
  /** A perfect model's response, without the end symbol. */
  solution(problem: Problem): string;
  /** A plausible incorrect solution, never rewarded. */
  wrongSolution(problem: Problem, random: Random): string;
  /** 1 or 0. @param finished whether the response ended with the end symbol */
  reward(problem: Problem, response: string, finished: boolean): number;
}

/** One problem in HELD_OUT_SHARE is held out, by its key alone: training never uses it, for any seed. */
const HELD_OUT_SHARE = 8;
/** Salt of the hash, chosen so that even one-digit addition holds out its share. */
const SALT = 3;

export function isHeldOut(key: string): boolean {
  return hashString(key, SALT) % HELD_OUT_SHARE === 0;
}

/** Draws until a problem is on the requested side of the split. */
export function drawProblem(draw: () => Problem, heldOut: boolean): Problem {
  for (;;) {
    const problem = draw();
    if (isHeldOut(problem.key) === heldOut) return problem;
  }
}

/** Draws without a new problem after which the space of problems counts as exhausted. */
const PATIENCE = 20_000;

/** `count` distinct held-out problems, by drawing. @throws StudioError `input` if too few are found */
export function drawHeldOut(draw: () => Problem, count: number): Problem[] {
  const found = new Map<string, Problem>();
  for (let misses = 0; found.size < count && misses < PATIENCE; misses++) {
    const problem = draw();
    if (!isHeldOut(problem.key) || found.has(problem.prompt)) continue;
    found.set(problem.prompt, problem);
    misses = 0;
  }
  if (found.size < count)
    throw inputError(
      'evaluation.problems',
      `expected at most ${found.size}, as many as this task holds out, found ${count}`,
      'evaluation.problems',
    );
  return [...found.values()];
}
