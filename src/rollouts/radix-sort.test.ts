import { expect, it } from 'vitest';
import { stream } from '../random.ts';
import { ascendingKeys, descendingKey, placesInOrder } from './radix-sort.ts';

const ascending = (values: Float32Array<ArrayBuffer>) => placesInOrder(ascendingKeys(values));
const descending = (values: Float32Array<ArrayBuffer>) => placesInOrder(ascendingKeys(values).map(descendingKey));

const byComparison = (values: Float32Array, sign = 1): number[] =>
  Array.from(values, (_, i) => i).sort((a, b) => sign * (values[a]! - values[b]!) || a - b);

it('orders numbers of both signs, infinite ones last; equal ones keep their order', () => {
  const values = Float32Array.of(3, -1, 0, -0, 0.5, -1, Infinity, -2.5e30, 1e-40, Infinity, 3);
  expect([...ascending(values)]).toEqual([7, 1, 5, 2, 3, 8, 4, 0, 10, 6, 9]);
  expect([...ascending(new Float32Array(0))]).toEqual([]);
});

it('agrees with sorting by comparison', () => {
  const random = stream(1, 'radix sort');
  for (const scale of [1, 1e-30, 1e30, 4]) {
    const values = Float32Array.from({ length: 3000 }, () =>
      scale === 4 ? random.integer(4) : random.normal() * scale,
    );
    expect([...ascending(values)]).toEqual(byComparison(values));
    expect([...descending(values)]).toEqual(byComparison(values, -1));
  }
});

it('puts NaN last in both directions', () => {
  const values = Float32Array.of(NaN, 1, -Infinity, NaN, Infinity, 0);
  expect([...ascending(values)]).toEqual([2, 5, 1, 4, 0, 3]);
  expect([...descending(values)]).toEqual([4, 1, 5, 2, 0, 3]);
});
