import { expect, it } from 'vitest';
import { gradientClippedFraction } from './statistics.ts';

it('counts the updates whose gradient norm is above the clip, not those at it', () => {
  const rows = [0.5, Math.fround(0.1), 1.5, 2].map((gradientNorm) => ({ gradientNorm }));
  expect(gradientClippedFraction(rows, 1)).toBe(0.5);
  // The shader compares in f32: there a norm of 0.1 is not above a clip of 0.1, although the float64 value here is.
  expect(gradientClippedFraction(rows.slice(1, 2), 0.1)).toBe(0);
});
