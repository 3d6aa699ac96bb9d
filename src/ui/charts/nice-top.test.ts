import { expect, test } from 'vitest';
import { niceTop } from './nice-top.ts';

test.each([
  [0.17, 0.2],
  [0.39, 0.4],
  [0.56, 0.6],
  [0.0123, 0.02],
  [0.2, 0.2],
  [7.1, 8],
  [9.5, 10],
])('an axis up to %d ends at %d', (highest, end) => expect(niceTop(highest)).toBe(end));

test('an axis without values still has a length', () => {
  expect(niceTop(0)).toBe(1);
  expect(niceTop(NaN)).toBe(1);
});
