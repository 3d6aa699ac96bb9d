import { describe, expect, it } from 'vitest';
import { SORTING } from './config.ts';
import { sorting } from './sorting.ts';

const hard = sorting(SORTING.schema.parse({ name: 'sorting' }));
const soft = sorting(SORTING.schema.parse({ name: 'sorting', partial_credit: true }));
const graded = (response: string, { task = hard, finished = true, answer = '7,31,31,52' } = {}) =>
  task.verify?.({ row: {}, answer, response, finished });

it('is solved by insertion', () => {
  expect(hard.solution({ prompt: '52,7,31,7=', answer: '', key: '', row: {} })).toBe('52=7,52=7,31,52=7,7,31,52');
});

describe('the verifier of sorting', () => {
  it.each(['7,31,31,52', ' 7, 31 ,31,52 ', '52=7,52=7,31,31,52', '9,9=7,31,31,52'])('accepts %s', (response) => {
    expect(graded(response)).toEqual({ reward: 1, correct: true, rewards: {} });
    expect(graded(response, { task: soft })).toEqual({ reward: 1, correct: true, rewards: {} });
  });

  it.each([
    ['', 'the answer is empty', 0],
    ['  ', 'the answer is empty', 0],
    ['7,31,31,52=', 'the answer is empty', 0],
    ['7,31,31', 'expected 4 numbers, found 3', 0.75],
    ['7,31,31,52,52', 'expected 4 numbers, found 5', 0.8],
    ['7,31,52,31', 'the order is incorrect from place 3', 0.5],
    ['52,31,31,7', 'the order is incorrect from place 1', 0.5],
    ['7,31,52,52', '"52" occurs too often', 0.75],
    ['7,31,31,53', '"53" is not one of the numbers', 0.75],
    ['52,7,31,31=7,31,31,52=1,2,3,4', '"1" is not one of the numbers', 0],
    [`7,31,31,${'9'.repeat(400)}`, `"${'9'.repeat(20)}..." is not one of the numbers`, 0.75],
    ...[
      ['07,31,31,52', '07', 0.75],
      ['+7,31,31,52', '+7', 0.75],
      ['-7,31,31,52', '-7', 0.75],
      ['7,31,31,52,', '', 0.8],
      [',7,31,31,52', '', 0.2],
      ['7,,31,31,52', '', 0.4],
      ['7 31 31 52', '7 31 31 52', 0],
      ['7;31;31;52', '7;31;31;52', 0],
      ['7.0,31,31,52', '7.0', 0.75],
      ['7e0,31,31,52', '7e0', 0.75],
      ['٧,31,31,52', '٧', 0.75],
      ['７,31,31,52', '７', 0.75],
      ['7，31,31,52', '7，31', 0.25],
      ['7,31,31,52\n', '52\n', 0.75],
      ['[7,31,31,52]', '[7', 0.5],
    ].map(
      ([response, found, reward]) =>
        [
          response,
          `expected numbers without signs or leading zeros, with commas between them, found ${JSON.stringify(found)}`,
          reward,
        ] as [string, string, number],
    ),
  ] as [string, string, number][])('says why %j is incorrect: %s; partial credit %d', (response, reason, reward) => {
    expect(graded(response)).toEqual({ reward: 0, correct: false, rewards: {}, reason });
    expect(graded(response, { task: soft })).toEqual({ reward, correct: false, rewards: {}, reason });
  });

  it('gives a response that was cut off nothing, with partial credit as well', () => {
    for (const task of [hard, soft])
      expect(graded('7,31,31,52', { task, finished: false })).toEqual({
        reward: 0,
        correct: false,
        rewards: {},
        reason: 'the response was cut off before its end token',
      });
  });
});
