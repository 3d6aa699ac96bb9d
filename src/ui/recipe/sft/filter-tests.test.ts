/** Conditions of a filter as inputs. */
import { describe, expect, it } from 'vitest';
import { conditionOf, filterOf, testsOf } from './filter-tests.ts';

describe('conditions as inputs', () => {
  it.each([
    ['equals', 'a', { equals: 'a' }],
    ['not', 'a, b', { not: ['a', 'b'] }],
    ['contains', 'a, b', { contains: 'a, b' }],
    ['min', ' 1e2 ', { min: 100 }],
    ['max', '-3', { max: -3 }],
  ] as const)('%s %j', (comparison, value, expected) => {
    const condition = conditionOf({ column: 'level', comparison, value });
    expect(condition).toEqual({ column: 'level', ...expected });
    expect(testsOf(condition && [condition])).toMatchObject([{ column: 'level', comparison }]);
  });

  it('do not count while they are incomplete', () => {
    expect(conditionOf({ column: '', comparison: 'equals', value: 'a' })).toBeUndefined();
    expect(conditionOf({ column: 'a', comparison: 'equals', value: ' ' })).toBeUndefined();
    expect(conditionOf({ column: 'a', comparison: 'min', value: 'x' })).toBeUndefined();
    expect(filterOf([{ column: 'a', comparison: 'min', value: '' }], undefined)).toBeUndefined();
  });

  it('show several comparisons of one condition one by one, and keep correctness apart', () => {
    const tests = testsOf([{ column: 'level', min: 1, max: 3 }, { correct: true }]);
    expect(tests).toHaveLength(2);
    expect(filterOf(tests, { correct: true })).toEqual([
      { column: 'level', min: 1 },
      { column: 'level', max: 3 },
      { correct: true },
    ]);
  });

  it('keep the bands that a condition is for', () => {
    const filter = [
      { column: 'style', equals: 'left', bands: ['1 digit'] },
      { correct: true, bands: ['2 digits'] },
    ];
    expect(filterOf(testsOf(filter), { correct: true, bands: ['2 digits'] })).toEqual(filter);
  });
});
