import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { NUMBER_GROUPS } from '../../../tests/support/number-cases.ts';
import { responseNumber } from './number.ts';

describe.each(NUMBER_GROUPS)('$title', ({ checks }) => {
  for (const { marker, cases } of checks)
    it.each(cases)('%j is %s', (response, expected) => {
      const found = responseNumber(response, { response_marker: marker, occurrence: 'last' });
      if (expected === 'none') expect(found).toBeUndefined();
      else expect(found?.value.toFraction()).toBe(new Fraction(expected).toFraction());
    });
});
