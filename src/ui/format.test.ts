import { expect, it } from 'vitest';
import { bytes, day, duration, isThisYear, signed } from './format.ts';

it.each<[number, string]>([
  [0.2, '1 s'],
  [59.4, '59 s'],
  [59.7, '1 min'],
  [3570, '1 h'],
  [5400, '1.5 h'],
])('%d seconds are written %s', (seconds, text) => expect(duration(seconds)).toBe(text));

it.each<[number, string]>([
  [12, '12 B'],
  [999.7, '1 kB'],
  [999_700, '1.0 MB'],
  [12_340_000, '12.3 MB'],
  [999_990_000, '1.00 GB'],
])('%d bytes are written %s', (count, text) => expect(bytes(count)).toBe(text));

it('a signed number has a minus sign, not a hyphen', () => {
  expect([signed(-0.5), signed(1.25)]).toEqual(['\u22120.50', '+1.25']);
});

it('a day of another year has its year', () => {
  const [now, before] = [new Date(), new Date(2023, 10, 30, 12)];
  expect([isThisYear(now.getTime()), isThisYear(before.getTime())]).toEqual([true, false]);
  expect(day(before.getTime())).toBe('30 Nov 2023');
  expect(day(now.getTime())).not.toMatch(/\d{4}/);
});
