import { expect, it } from 'vitest';
import { visibleRows } from './visible-rows.ts';

it('covers everything visible at every position, within the list', () => {
  for (const count of [0, 1, 5, 1000])
    for (let top = 0; top <= Math.max(0, count * 30 - 400); top += 7) {
      const { first, count: drawn } = visibleRows(top, 400, 30, count);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first + drawn).toBeLessThanOrEqual(count);
      if (count > 0) expect(first * 30).toBeLessThanOrEqual(top);
      expect((first + drawn) * 30).toBeGreaterThanOrEqual(Math.min(top + 400, count * 30));
    }
});

it('draws few rows of a long list, the same ones for small movements', () => {
  expect(visibleRows(30_000, 400, 30, 100_000).count).toBeLessThan(60);
  expect(visibleRows(30_003, 400, 30, 100_000)).toEqual(visibleRows(30_000, 400, 30, 100_000));
});

it('stays within a list that became shorter than the scrolled position', () => {
  const { first, count } = visibleRows(9000, 400, 30, 10);
  expect(first + count).toBeLessThanOrEqual(10);
});
