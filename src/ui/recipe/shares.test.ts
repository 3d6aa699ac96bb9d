import { expect, it } from 'vitest';
import { withShare } from './shares.ts';

it('adds, changes and removes a share; without any the field is absent', () => {
  expect(withShare(undefined, 'a', 2)).toEqual({ a: 2 });
  expect(withShare({ a: 1, b: 2 }, 'a', 3)).toEqual({ a: 3, b: 2 });
  expect(withShare({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
  expect(withShare({ a: 1 }, 'a', null)).toBeUndefined();
  expect(withShare(undefined, 'a', undefined)).toBeUndefined();
});
