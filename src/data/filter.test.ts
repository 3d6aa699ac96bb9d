/** Conditions on rows. */
import { describe, expect, it } from 'vitest';
import { meets, meetsCorrect, RowFilter } from './filter.ts';

const ROWS = [
  { id: 0, level: 1, source: 'a', ok: true, text: 'so 4', nested: { grade: '3' } },
  { id: 1, level: '2', source: 'b', ok: false, text: 'So 5', nested: { grade: 'x' } },
  { id: 2, source: 'c', ok: null, text: '' },
];
const kept = (...filter: object[]) => ROWS.filter((row) => meets({ row }, RowFilter.parse(filter))).map(({ id }) => id);

describe('a filter of rows', () => {
  it('compares values as text, and numbers also where they are written as text', () => {
    expect(kept({ column: 'source', equals: 'a' })).toEqual([0]);
    expect(kept({ column: 'source', equals: ['a', 'c'] })).toEqual([0, 2]);
    expect(kept({ column: 'level', equals: 2 })).toEqual([1]);
    expect(kept({ column: 'ok', equals: true })).toEqual([0]);
    expect(kept({ column: 'text', contains: 'So' })).toEqual([1]);
    expect(kept({ column: 'level', min: 1 })).toEqual([0, 1]);
    expect(kept({ column: 'level', min: 1.5, max: 2 })).toEqual([1]);
    expect(kept({ column: 'nested.grade', max: 9 })).toEqual([0]);
  });

  it('keeps rows without the value only where one value is excluded', () => {
    expect(kept({ column: 'level', not: 1 })).toEqual([1, 2]);
    expect(kept({ column: 'level', max: 99 })).toEqual([0, 1]);
    expect(kept({ column: 'ok', not: [true, false] })).toEqual([2]);
  });

  it('wants all conditions', () => {
    expect(kept({ column: 'level', min: 1 }, { column: 'source', not: 'a' })).toEqual([1]);
    expect(kept({ correct: true })).toEqual([0, 1, 2]);
  });

  it('has conditions that are for rows of some difficulty bands alone', () => {
    const filter = RowFilter.parse([
      { column: 'level', equals: 2, bands: ['hard'] },
      { correct: true, bands: ['easy', 'medium'] },
    ]);
    const row = { level: 1 };
    for (const [difficulty, columns, correct] of [
      ['hard', false, true],
      ['easy', true, false],
      ['medium', true, false],
      ['other', true, true],
      [undefined, true, true],
    ] as const) {
      const filtered = { row, ...(difficulty !== undefined && { difficulty }) };
      expect(meets(filtered, filter), difficulty).toBe(columns);
      expect(meetsCorrect(filtered, false, filter), difficulty).toBe(correct);
      expect(meetsCorrect(filtered, true, filter), difficulty).toBe(true);
    }
  });

  it.each([
    [{ equals: 1 }, 'column'],
    [{ bands: ['easy'] }, 'column'],
    [{}, 'column'],
    [{ column: 'a' }, 'comparison'],
    [{ column: 'a', equal: 1 }, 'equal'],
  ])('refuses %j', (condition, named) => {
    expect(JSON.stringify(RowFilter.safeParse([condition]).error?.issues)).toContain(named);
  });
});
