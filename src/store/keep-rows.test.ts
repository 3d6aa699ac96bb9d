/** Rows of the list of runs that did not change stay the same objects. */
import { expect, it } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { keepRows } from './keep-rows.ts';

const copied = () => ['a', 'b', 'c'].map((id) => structuredClone(archivedRun(id, 3).run));

it('keeps equal rows, and the list where nothing changed', () => {
  const before = copied();
  expect(keepRows(before, copied())).toBe(before);
  expect(keepRows(undefined, before)).toBe(before);
});

it('takes over what changed, also deep inside a config, and rows that were added or removed', () => {
  const before = copied();
  const next = copied();
  const [, second] = next;
  if (!second?.config.rl) throw new Error('a tiny run has RL');
  second.config.rl.steps += 1;
  const kept = keepRows(before, next);
  expect(kept[1]).toBe(second);
  expect(kept[0]).toBe(before[0]);
  expect(kept[2]).toBe(before[2]);
  expect(keepRows(before, copied().slice(1)).map((row) => before.indexOf(row))).toEqual([1, 2]);
  const noted = copied().map((row, i) => (i === 0 ? { ...row, note: 'seen' } : row));
  expect(keepRows(before, noted)[0]).toMatchObject({ id: 'a', note: 'seen' });
});
