import { expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { Merges } from './merges.ts';

it.each([0, 20_000])('ranks pairs like a Map, also pairs that are added again (room for %i)', (room) => {
  const random = stream(1, 'merges');
  const merges = new Merges(room);
  const ranks = new Map<string, number>();
  // Few different left ids, so that pairs repeat; large right ids, up to the largest that a file may have.
  const pairs = Array.from({ length: 20_000 }, () => [random.integer(300), random.integer(100) * 100_000] as const);
  for (const [rank, [left, right]] of pairs.entries()) {
    merges.add(left, right, left + right);
    ranks.set(`${left} ${right}`, rank);
  }
  expect(ranks.size).toBeLessThan(pairs.length);
  for (const [left, right] of pairs) {
    const rank = merges.rank(left, right);
    expect(rank).toBe(ranks.get(`${left} ${right}`));
    expect(merges.id(rank ?? -1)).toBe(left + right);
    expect(merges.rank(left, right + 1)).toBeUndefined();
  }
});
