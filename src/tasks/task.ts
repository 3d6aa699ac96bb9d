/** What a task is: problems with solutions written out, and a verifier that turns an answer into a reward. */
import type { Random } from '../random.ts';
import { hashString } from '../random.ts';
import { inputError } from '../errors.ts';

export interface Problem {
  prompt: string;
  /** The final answer. */
  answer: string;
  /** The same for problems that are the same up to order; decides between training and held-out. */
  key: string;
}

export interface Task {
  name: string;
  /** The characters that prompts and solutions are written in. */
  characters: string[];
  maxPromptTokens: number;
  /** Longest solution, the end symbol included. */
  maxResponseTokens: number;
  /** A problem that is not held out. */
  trainingProblem(random: Random): Problem;
  /**
   * Distinct held-out problems, the same for the same seed.
   *
   * @throws StudioError `input` when the task has fewer
   */
  heldOutProblems(count: number, seed: number): Problem[];
  /** What a perfect model answers, without the end symbol. */
  solution(problem: Problem): string;
  /** A plausible wrong solution, never rewarded. */
  wrongSolution(problem: Problem, random: Random): string;
  /** 1 or 0. @param finished whether the response ended with the end symbol */
  reward(problem: Problem, response: string, finished: boolean): number;
}

/** One problem in HELD_OUT_SHARE is held out, by its key alone: whatever the seed, training never shows it. */
const HELD_OUT_SHARE = 8;
/** Of the hash; chosen so that even one-digit addition holds out its share. */
const SALT = 3;

export function isHeldOut(key: string): boolean {
  return hashString(key, SALT) % HELD_OUT_SHARE === 0;
}

/** Draws until a problem is on the wanted side of the split. */
export function drawProblem(draw: () => Problem, heldOut: boolean): Problem {
  for (;;) {
    const problem = draw();
    if (isHeldOut(problem.key) === heldOut) return problem;
  }
}

/** Draws after which a space of problems counts as exhausted when no new one turns up. */
const PATIENCE = 20_000;

/** `count` distinct held-out problems, by drawing. @throws StudioError `input` when so many do not turn up */
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
    );
  return [...found.values()];
}
