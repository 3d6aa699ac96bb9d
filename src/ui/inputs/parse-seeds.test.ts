import { expect, it } from 'vitest';
import { parseSeeds } from './parse-seeds.ts';

it('reads seeds separated by commas, semicolons or spaces', () => {
  expect(parseSeeds('1, 2;3 4')).toEqual({ seeds: [1, 2, 3, 4] });
  expect(parseSeeds('1e3,')).toEqual({ seeds: [1000] });
});

it.each([
  ['1, x', '“x” is not a whole number'],
  ['1.5', '“1.5” is not a whole number'],
  ['-1', '“-1” is not a whole number'],
  ['4294967296', 'from 0 to 4294967295'],
  ['1, 2, 1', 'The seed 1 is listed twice'],
  [' ', 'Write one or more seeds'],
])('says what is wrong with %s', (text, problem) =>
  expect(parseSeeds(text)).toEqual({ problem: expect.stringContaining(problem) as string }),
);
