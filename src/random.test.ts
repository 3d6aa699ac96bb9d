import { expect, it } from 'vitest';
import { stream } from './random.ts';

it('equal seed and labels give equal streams, others different ones', () => {
  const draw = (...labels: [number, ...(string | number)[]]) =>
    Array.from(
      { length: 4 },
      (
        (random) => () =>
          random.uint32()
      )(stream(...labels)),
    );
  expect(draw(1, 'a', 2)).toEqual(draw(1, 'a', 2));
  const others = [draw(1, 'a', 3), draw(2, 'a', 2), draw(1, 'b', 2), draw(1, 'a', 2, 0)];
  for (const other of others) expect(other).not.toEqual(draw(1, 'a', 2));
});

it('is uniform and normal', () => {
  const random = stream(4, 'moments');
  const count = 100_000;
  let [mean, square, fourth] = [0, 0, 0];
  const bins = new Float64Array(10);
  for (let i = 0; i < count; i++) {
    const value = random.normal();
    mean += value / count;
    square += value ** 2 / count;
    fourth += value ** 4 / count;
    const bin = random.integer(10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(square - 1)).toBeLessThan(0.03);
  expect(Math.abs(fourth - 3)).toBeLessThan(0.2);
  for (const size of bins) expect(Math.abs(size - count / 10)).toBeLessThan(400);
});

it('shuffles into a permutation', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = stream(1, 'shuffle').shuffle([...items]);
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
});
