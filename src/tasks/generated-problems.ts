/** Problems without end: the split into training and held-out problems, and draws by difficulty band. */
import { inputError } from '../errors.ts';
import type { Random } from '../random.ts';
import { isHeldOut, type GeneratedProblems, type Problem } from './task.ts';

/** A problem of a generated task: its row says its band as well. */
export interface GeneratedProblem extends Problem {
  difficulty: string;
}

/** @param row what rewards may look at beside prompt, answer and difficulty */
export function generatedProblem(
  { prompt, answer, key, difficulty }: Pick<GeneratedProblem, 'prompt' | 'answer' | 'key' | 'difficulty'>,
  row: Problem['row'] = {},
): GeneratedProblem {
  return { prompt, answer, key, difficulty, row: { prompt, answer, ...row, difficulty } };
}

export interface ProblemSource {
  /** All bands of the task, from easy to hard. */
  bands: readonly string[];
  /** Shares of the bands that the run draws from, relative to their sum; by default bands come as they are drawn. */
  shares: Readonly<Record<string, number>> | undefined;
  /**
   * A problem on either side of the split.
   *
   * @param band the band that is wanted; a task may return problems of others, which are drawn anew
   */
  draw(random: Random, band?: string): GeneratedProblem;
  /** The stream of held-out problems: it depends on the seed and on the fields that decide what is drawn. */
  heldOutStream(seed: number): Random;
  longest: GeneratedProblems['longest'];
}

/** Draws without a problem of the kind that is wanted after which there is none. */
const PATIENCE = 20_000;

export function generatedProblems({ bands, shares, draw, heldOutStream, longest }: ProblemSource): GeneratedProblems {
  const used = shares === undefined ? bands : bands.filter((band) => shares[band] !== undefined);
  /** On one side of the split. */
  const drawOf = (random: Random, heldOut: boolean, band: string): Problem => {
    for (let misses = 0; misses < PATIENCE; misses++) {
      const problem = draw(random, band);
      if (problem.difficulty === band && isHeldOut(problem.key) === heldOut) return problem;
    }
    throw inputError('task.bands', `expected bands that have problems, found none of ${band}`, 'task.bands');
  };
  return {
    kind: 'generated',
    bands: used,
    draw: (random, band) => {
      const wanted = band ?? (shares && pick(used, shares, random));
      return wanted === undefined ? drawProblem(() => draw(random)) : drawOf(random, false, wanted);
    },
    heldOut: (count, seed) => {
      const random = heldOutStream(seed);
      return drawHeldOut(() => (shares ? drawOf(random, true, pick(used, shares, random)) : draw(random)), count);
    },
    longest,
  };
}

/** A band with the probability of its share. */
function pick(bands: readonly string[], shares: Readonly<Record<string, number>>, random: Random): string {
  const shareOf = (band: string) => shares[band] ?? 0;
  let left = random.float() * bands.reduce((sum, band) => sum + shareOf(band), 0);
  for (const band of bands) {
    left -= shareOf(band);
    if (left < 0) return band;
  }
  // Only after rounding.
  return bands.at(-1) ?? '';
}

/** Draws until a problem is not held out. */
function drawProblem(draw: () => Problem): Problem {
  for (;;) {
    const problem = draw();
    if (!isHeldOut(problem.key)) return problem;
  }
}

/** Distinct held-out problems, by drawing: `count`, or as many as are found. */
function drawHeldOut(draw: () => Problem, count: number): Problem[] {
  const found = new Map<string, Problem>();
  for (let misses = 0; found.size < count && misses < PATIENCE; misses++) {
    const problem = draw();
    if (!isHeldOut(problem.key) || found.has(problem.prompt)) continue;
    found.set(problem.prompt, problem);
    misses = 0;
  }
  return [...found.values()];
}
