import { expect, it } from 'vitest';
import { COMPARE_MODES, compareAddress, compareMode } from './compare-mode.ts';

it('the kind of comparison is read from the address that it writes, and other pages have none', () => {
  for (const mode of COMPARE_MODES) expect(compareMode(compareAddress(mode))).toBe(mode);
  expect(compareMode('#compare/race')).toBe('race');
  expect(['', '#/runs', '#/compare/other', '#/compared'].map(compareMode)).toEqual(Array(4).fill(undefined));
});
