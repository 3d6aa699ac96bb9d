import { expect, it } from 'vitest';
import { Thinning } from './thinning.ts';

/** Offers steps of given sizes in order, as a run does. */
function keep(bound: number, sizes: readonly number[]): Thinning {
  const thinning = new Thinning(bound);
  for (const [i, bytes] of sizes.entries()) if (thinning.wants(i + 1)) thinning.add(i + 1, bytes);
  return thinning;
}

it('keeps every step while they fit', () => {
  const thinning = keep(100, new Array<number>(10).fill(10));
  expect(thinning.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect({ every: thinning.every, bytes: thinning.bytes }).toEqual({ every: 1, bytes: 100 });
});

it('keeps every second step once they exceed the bound, then every fourth', () => {
  const thinning = new Thinning(100);
  for (let step = 1; step <= 10; step++) thinning.add(step, 10);
  expect(thinning.add(11, 10)).toEqual([2, 4, 6, 8, 10]);
  expect(thinning.wants(12)).toBe(false);
  expect(keep(100, new Array<number>(40).fill(10)).steps).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37]);
});

it('never exceeds the bound, whatever the sizes, and depends on them alone', () => {
  const sizes = Array.from({ length: 500 }, (_, i) => 1 + ((i * 7919) % 12));
  const thinning = new Thinning(100);
  for (const [i, bytes] of sizes.entries()) {
    if (!thinning.wants(i + 1)) continue;
    thinning.add(i + 1, bytes);
    expect(thinning.bytes).toBeLessThanOrEqual(100);
    expect(thinning.steps.reduce((sum, step) => sum + (sizes[step - 1] ?? 0), 0)).toBe(thinning.bytes);
    expect(thinning.steps.every((step) => (step - 1) % thinning.every === 0)).toBe(true);
  }
  expect(thinning.every).toBeGreaterThan(1);
  expect(keep(100, sizes).steps).toEqual(thinning.steps);
});

it('may drop the step that was added last', () => {
  const thinning = new Thinning(30);
  for (const step of [1, 2, 3]) thinning.add(step, 10);
  expect(thinning.add(4, 10)).toEqual([2, 4]);
  expect(thinning.steps).toEqual([1, 3]);
});

it('counts a step that is added twice once', () => {
  const thinning = new Thinning(30);
  thinning.add(1, 10);
  thinning.add(1, 12);
  expect({ bytes: thinning.bytes, steps: thinning.steps }).toEqual({ bytes: 12, steps: [1] });
});
