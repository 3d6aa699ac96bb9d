import { describe, expect, it } from 'vitest';
import { parseNumber, steppedNumber, type NumberFormat } from './parse-number.ts';

const value = (text: string, format?: NumberFormat) => {
  const entry = parseNumber(text, format);
  return 'value' in entry ? entry.value : entry.problem;
};

describe('parseNumber', () => {
  it.each([
    ['1e-4', 1e-4],
    ['1E3', 1000],
    ['2.5e+2', 250],
    ['.5', 0.5],
    ['5.', 5],
    ['+3', 3],
    ['-0.25', -0.25],
    ['\u22120.25', -0.25],
    ['0,0003', 0.0003],
    [',5', 0.5],
    ['1,5', 1.5],
    ['0,500', 0.5],
    ['1,5e-3', 0.0015],
    ['\u2009 12\u00a0', 12],
    ['1\u202f000', 1000],
    ['12 345 678', 12_345_678],
    ['1,000,000', 1_000_000],
    ['1.000.000', 1_000_000],
    ['1,000.5', 1000.5],
    ['1.000,5', 1000.5],
    ['1.000', 1],
  ])('reads %s', (text, expected) => expect(value(text)).toBe(expected));

  it('reads a typed unit, also in the singular', () => {
    expect(value('16 tokens', { whole: true, unit: 'tokens' })).toBe(16);
    expect(value('1token', { whole: true, unit: 'tokens' })).toBe(1);
    expect(value('512 mb', { unit: 'MB' })).toBe(512);
    expect(value('16 tokens')).toContain('“16 tokens” is not a number');
  });

  it('reads per cent where the number is a share, and nowhere else', () => {
    expect(value('20%', { share: true })).toBe(0.2);
    expect(value('12,5 %', { share: true })).toBe(0.125);
    expect(value('0%', { share: true })).toBe(0);
    expect(value('20%')).toBe('A per cent sign is not accepted here. Write the number alone, such as 0.001 or 1e-3.');
  });

  it('takes an empty text, or the word of the empty field, as no number', () => {
    expect(parseNumber('  ')).toEqual({ value: undefined });
    expect(parseNumber('Off', { empty: 'off' })).toEqual({ value: undefined });
    expect(value('off')).toContain('is not a number');
  });

  it('asks for a number that is required', () => {
    expect(parseNumber(' ', { whole: true, required: true })).toEqual({
      text: ' ',
      problem: 'Write a number such as 16.',
    });
  });

  it('asks which number is meant, and keeps the text', () => {
    expect(parseNumber('1,000')).toEqual({
      text: '1,000',
      problem: '“1,000” can mean 1 or 1000. Write 1 or 1000.',
    });
    expect(value('12,345')).toBe('“12,345” can mean 12.345 or 12345. Write 12.345 or 12345.');
    expect(value('4.096', { whole: true })).toBe('“4.096” can mean 4.096 or 4096. Write 4.096 or 4096.');
  });

  it.each(['abc', '1e', '-', '.', '1-2', '0x10', '1,2,3', '1 2', 'Infinity', 'NaN', '--1', '1..2'])(
    'refuses %s',
    (text) =>
      expect(parseNumber(text)).toEqual({ text, problem: expect.stringContaining('is not a number') as string }),
  );

  it('says whole number, and the range', () => {
    expect(value('1.5', { whole: true })).toBe('Expected a whole number, found 1.5. Write a number such as 16.');
    expect(value('1e3', { whole: true })).toBe(1000);
    expect(value('0', { whole: true, minimum: 1 })).toBe('Expected a whole number of at least 1, found 0.');
    expect(value('0', { minimum: 0, exclusive: true })).toBe('Expected more than 0, found 0.');
    expect(value('2', { maximum: 1 })).toBe('Expected at most 1, found 2.');
    expect(value('1e999')).toContain('too large');
  });
});

describe('steppedNumber', () => {
  const lr = { minimum: 0, exclusive: true };
  it.each([
    [3e-4, 1, 1e-4, 4e-4],
    [1e-4, -1, 1e-4, 9e-5],
    [9e-5, 1, 1e-4, 1e-4],
    [1e-8, -1, 1e-4, 9e-9],
  ] as const)('moves %s by its first digit', (from, direction, step, next) =>
    expect(steppedNumber(from, direction, step, lr)).toBe(next),
  );
  it('moves by the step, and stays within the range', () => {
    expect(steppedNumber(0.2, 1, 0.01, {})).toBe(0.21);
    expect(steppedNumber(0, 1, 0.01, {})).toBe(0.01);
    expect(steppedNumber(0, -1, 0.001, {})).toBe(-0.001);
    expect(steppedNumber(7, 1, 1, { whole: true })).toBe(8);
    expect(steppedNumber(1, -1, 1, { whole: true, minimum: 1 })).toBe(1);
    expect(steppedNumber(0.98, 1, 0.05, { maximum: 1 })).toBe(1);
    expect(steppedNumber(undefined, 1, 1, { whole: true, minimum: 1 })).toBe(1);
    expect(steppedNumber(undefined, 1, 0.1, lr)).toBe(0.1);
  });
});
