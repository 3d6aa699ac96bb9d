/** Held-out problems of a task whose lengths in tokens vary, as with tokenizers that write some numbers in pieces. */
import { expect, it } from 'vitest';
import { TaskConfig, type GeneratedTaskConfig } from '../run/config/task.ts';
import { GeneratedPool } from './problem-pool.ts';
import { generatedTask } from './registry.ts';
import type { GeneratedProblems, Problem } from './task.ts';

const problemsOf = (config: object) =>
  generatedTask(TaskConfig.parse(config) as GeneratedTaskConfig).problems as GeneratedProblems;
/** As if a 7 made a problem longer than those that were measured. */
const fits = ({ prompt }: Problem): boolean => !prompt.includes('7');

it('gives as many held-out problems as were asked for, in place of those that are too long', () => {
  const problems = problemsOf({ name: 'addition', digits: 2 });
  const found = new GeneratedPool(problems, fits).heldOut(64, 5);
  expect(found).toHaveLength(64);
  expect(new Set(found.map(({ prompt }) => prompt)).size).toBe(64);
  expect(found.every(fits)).toBe(true);
  // The first ones that fit of those that a task with equal lengths has.
  const all = new GeneratedPool(problems, () => true).heldOut(64, 5);
  const kept = all.filter(fits);
  expect(kept.length).toBeLessThan(64);
  expect(found.slice(0, kept.length)).toEqual(kept);
});

it('refuses more than fit, and says how many are too long', () => {
  const problems = problemsOf({ name: 'addition', digits: 1 });
  const all = problems.heldOut(1000, 0);
  const most = all.filter(fits).length;
  const pool = new GeneratedPool(problems, fits);
  expect(most).toBeGreaterThan(0);
  expect(pool.heldOut(most, 0)).toHaveLength(most);
  expect(() => pool.heldOut(most + 1, 0)).toThrow(
    `evaluation.problems: expected at most ${most}, as many as this task holds out without ${all.length - most} that ` +
      `are longer in tokens than those measured, found ${most + 1}`,
  );
  expect(() => new GeneratedPool(problems, () => false).heldOut(1, 0)).toThrow('expected at most 0');
});
