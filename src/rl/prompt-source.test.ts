/** Prompts of a step: batches of one step and steps after each other take their turns in order. */
import { describe, expect, it } from 'vitest';
import type { Turn } from '../tasks/model-task.ts';
import { PromptSource } from './prompt-source.ts';

/** A task whose problems are named by their turn and a random number. */
const task = {
  trainingProblem: (random: { uint32(): number }, turn?: Turn) => ({
    prompt: String(turn?.index),
    answer: '',
    key: String(random.uint32()),
    row: {},
  }),
};
const source = () => new PromptSource(task, { prompts: 3 }, 7);
const turns = (of: PromptSource, step: number, batch: number) => of.problems(step, batch).map(({ prompt }) => +prompt);

describe('prompts of a step', () => {
  it('are the next turns, as many as all earlier batches have not taken', () => {
    const prompts = source();
    expect(turns(prompts, 1, 0)).toEqual([0, 1, 2]);
    expect(turns(prompts, 1, 1)).toEqual([3, 4, 5]);
    prompts.commit({ batches: 2 });
    expect(turns(prompts, 2, 0)).toEqual([6, 7, 8]);
    prompts.commit({ batches: 1 });
    expect(turns(prompts, 3, 0)).toEqual([9, 10, 11]);
  });

  it('are the same until the step is committed, and differ between batches and steps', () => {
    const prompts = source();
    expect(prompts.problems(1, 1)).toEqual(prompts.problems(1, 1));
    const keys = [1, 2].flatMap((step) => [0, 1, 2].flatMap((batch) => prompts.problems(step, batch)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(18);
    const seeds = [1, 2].flatMap((step) => [0, 1, 2].map((batch) => prompts.samplingSeed(step, batch)));
    expect(new Set(seeds).size).toBe(6);
  });

  it('continue after a resume, also from a snapshot without them, whose steps had one batch each', () => {
    const whole = source();
    whole.commit({ batches: 4 });
    const resumed = source();
    resumed.restore(JSON.parse(JSON.stringify(whole.state)) as typeof whole.state, 1);
    expect(resumed.problems(2, 0)).toEqual(whole.problems(2, 0));
    const old = source();
    old.restore(undefined, 5);
    expect(turns(old, 6, 0)).toEqual([15, 16, 17]);
  });
});
