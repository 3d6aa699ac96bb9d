/** Prompts of a step: in turn, or by a curriculum; batches of one step and steps after each other. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../random.ts';
import type { Turn } from '../tasks/problem-pool.ts';
import type { Problem } from '../tasks/task.ts';
import { PromptSource } from './prompt-source.ts';

/** A task whose problems are named by their turn or item, with a random number as key. */
const taskOf = (items: { count: number; distinct: boolean }) => {
  const problem = (name: number | undefined, random: Random): Problem => ({
    prompt: String(name),
    answer: '',
    key: String(random.uint32()),
    row: {},
  });
  return {
    items,
    trainingProblem: (random: Random, turn?: Turn) => problem(turn?.index, random),
    itemProblem: (item: number, random: Random) => problem(item, random),
    itemOf: ({ prompt }: Problem) => Number(prompt),
  };
};
const ROWS = taskOf({ count: 7, distinct: true });
const BANDS = taskOf({ count: 3, distinct: false });
const source = (task = ROWS, curriculum: 'none' | 'pass-rate' = 'none') =>
  new PromptSource(task, { prompts: 3, curriculum, curriculum_floor: 0.1, curriculum_memory: 0.5 }, 7);
const names = (of: PromptSource, step: number, batch: number) => of.problems(step, batch).map(({ prompt }) => +prompt);

/** A step with one batch, in which the policy solves the items below `solved`. */
function commit(prompts: PromptSource, step: number, solved: number): void {
  const problems = prompts.problems(step, 0);
  prompts.commit({
    batches: 1,
    responses: problems.flatMap((problem) => Array(8).fill({ problem, correct: Number(problem.prompt) < solved })),
  });
}

describe('prompts of a step', () => {
  it('are the next turns, as many as all earlier batches have not taken', () => {
    const prompts = source();
    expect(names(prompts, 1, 0)).toEqual([0, 1, 2]);
    expect(names(prompts, 1, 1)).toEqual([3, 4, 5]);
    prompts.commit({ batches: 2, responses: [] });
    expect(names(prompts, 2, 0)).toEqual([6, 7, 8]);
    prompts.commit({ batches: 1, responses: [] });
    expect(names(prompts, 3, 0)).toEqual([9, 10, 11]);
  });

  it('are the same until the step is committed, and differ between batches and steps', () => {
    for (const prompts of [source(), source(BANDS, 'pass-rate')]) {
      expect(prompts.problems(1, 1)).toEqual(prompts.problems(1, 1));
      const keys = [1, 2].flatMap((step) => [0, 1, 2].flatMap((batch) => prompts.problems(step, batch)));
      expect(new Set(keys.map(({ key }) => key)).size).toBe(18);
      const seeds = [1, 2].flatMap((step) => [0, 1, 2].map((batch) => prompts.samplingSeed(step, batch)));
      expect(new Set(seeds).size).toBe(6);
    }
  });

  it('continue after a resume, also from a snapshot without them, whose steps had one batch each', () => {
    for (const [task, curriculum] of [
      [ROWS, 'none'],
      [ROWS, 'pass-rate'],
      [BANDS, 'pass-rate'],
    ] as const) {
      const whole = source(task, curriculum);
      for (let step = 1; step <= 4; step++) commit(whole, step, 2);
      const resumed = source(task, curriculum);
      resumed.restore(JSON.parse(JSON.stringify(whole.state)) as typeof whole.state, 4);
      expect(resumed.problems(5, 0)).toEqual(whole.problems(5, 0));
      expect(resumed.state).toEqual(whole.state);
    }
    const old = source();
    old.restore(undefined, 5);
    expect(names(old, 6, 0)).toEqual([15, 16, 17]);
  });
});

describe('prompts by a curriculum', () => {
  it('use every row of a data set before one is repeated within a step', () => {
    const prompts = source(ROWS, 'pass-rate');
    const rows = [0, 1, 2].flatMap((batch) => names(prompts, 1, batch));
    expect(new Set(rows.slice(0, 7)).size).toBe(7);
    expect(rows.slice(7)).toEqual(rows.slice(0, 2));
  });

  it('are mostly of the bands that are neither always nor never solved', () => {
    const prompts = source(BANDS, 'pass-rate');
    /** Band 0 is always solved, band 1 every second time, band 2 never. */
    for (let step = 1; step <= 200; step++) {
      const responses = prompts.problems(step, 0).flatMap((problem) =>
        Array.from({ length: 8 }, (_, i) => ({
          problem,
          correct: Number(problem.prompt) === 0 || (problem.prompt === '1' && i % 2 === 0),
        })),
      );
      prompts.commit({ batches: 1, responses });
    }
    const drawn = Array.from({ length: 300 }, (_, step) => names(prompts, 1000 + step, 0)).flat();
    const share = (band: number) => drawn.filter((one) => one === band).length / drawn.length;
    expect(share(1)).toBeGreaterThan(0.6);
    expect(share(0)).toBeGreaterThan(0.02);
    expect(share(2)).toBeGreaterThan(0.02);
  });
});
