import { describe, expect, it } from 'vitest';
import { RewardConfig } from '../config.ts';
import { createGrader } from '../registry.ts';
import { credit } from './score.ts';

/** max(a, b) of some pairs: `+` passes none, `p` (the first one) half. */
const TESTS = [
  { input: [5, 3], output: 5 },
  { input: [7, 2], output: 7 },
  { input: [1, 9], output: 9 },
  { input: [2, 4], output: 4 },
];

async function gradesOf(config: object, responses: { response: string; finished?: boolean; row?: object }[]) {
  const grader = await createGrader([RewardConfig.parse({ name: 'tests', ...config })]);
  return grader.grade(
    responses.map(({ response, finished = true, row = { tests: TESTS } }) => ({
      row: row as Record<string, unknown>,
      answer: undefined,
      response,
      finished,
    })),
  );
}

const gradeOf = async (config: object, response: string, more: { finished?: boolean; row?: object } = {}) =>
  (await gradesOf(config, [{ response, ...more }]))[0];

describe('partial credit', () => {
  it.each<[response: string, finished: boolean, soft: number, hard: number, meanSign: number, correct: boolean]>([
    // Compares copies of both numbers, swaps them where the second is larger, and drops the second.
    ['oo<(s)p', true, 1, 1, 1, true],
    ['p', true, 0.5, 0, 0, false],
    ['sp', true, 0.5, 0, 0, false],
    ['+', true, 0, 0, -1, false],
    ['0*+', true, 0.5, 0, 0, false],
    ['pp5', true, 0.25, 0, -0.5, false],
    ['', true, 0, 0, -1, false],
    ['nonsense', true, 0, 0, -1, false],
    // Cut off: more of the program might follow.
    ['oo<(s)p', false, 0, 0, -1, false],
    ['p', false, 0, 0, -1, false],
  ])('%j, finished: %j', async (response, finished, soft, hard, meanSign, correct) => {
    const rewards = [];
    for (const mode of ['soft', 'hard', 'mean-sign']) {
      const grade = await gradeOf({ mode }, response, { finished });
      rewards.push(grade?.reward);
      expect(grade?.correct).toBe(correct);
      expect(grade?.error).toBeUndefined();
    }
    expect(rewards).toEqual([soft, hard, meanSign]);
  });

  it('is soft by default, and mean-sign is 2 soft - 1', async () => {
    expect((await gradeOf({}, 'p'))?.reward).toBe(0.5);
    for (const total of [1, 3, 7, 16])
      for (let passed = 0; passed <= total; passed++)
        expect(credit(passed, total, 'mean-sign')).toBeCloseTo(2 * credit(passed, total, 'soft') - 1, 12);
    expect([credit(3, 4, 'mean-sign'), credit(1, 3, 'mean-sign')]).toEqual([0.5, -1 / 3]);
  });
});

describe('the program of a response', () => {
  const sum = { tests: [{ input: [3, 5], output: 8 }] };
  it.each<[what: string, response: string, correct: boolean]>([
    ['the program alone', '+', true],
    ['white space around it', ' +\n', true],
    ['white space of Unicode around it', '\u00a0+\u2003', true],
    ['white space inside', 's +', false],
    ['a leading zero is a number', '0+', false],
    ['leading zeros that are added', '0++', true],
    ['a sign is an operation', '-0-', false],
    ['a minus sign of Unicode', '\u2212', false],
    ['a fullwidth plus', '\uff0b', false],
    ['a trace before it', '+:8;+', true],
    ['a wrong trace before it', '+:9;+', true],
    ['of several programs the last', '-;+', true],
    ['of several programs the last, which is wrong', '+;-', false],
    ['nothing after the semicolon', '+;', false],
    ['the answer in place of a program', '8', false],
    ['an answer that passes one test by ignoring the input', 'pp8', true],
    ['other letter case', 'S-D', false],
    ['an emoji', '+\ud83d\ude00', false],
    ['half of a surrogate pair', '+\ud83d', false],
    ['a null character', '+\0', false],
    ['a combining mark', '+\u0301', false],
    ['nothing', '', false],
    ['two results', 'd', false],
    ['no result', 'pp', false],
    ['more than a thousand steps', '99*(9(1p))+', false],
    ['a very long text', '+'.repeat(100_000), false],
  ])('%s', async (_, response, correct) => {
    expect((await gradeOf({ mode: 'hard' }, response, { row: sum }))?.correct).toBe(correct);
  });

  it('an empty program returns its input', async () => {
    const same = { tests: [{ input: [4], output: 4 }] };
    expect((await gradeOf({}, '', { row: same }))?.correct).toBe(true);
    expect((await gradeOf({}, '', { row: same, finished: false }))?.correct).toBe(false);
  });
});

describe('test cases', () => {
  it.each<[what: string, config: object, row: object]>([
    ['a list', {}, { tests: [{ input: [3, 5], output: 8 }] }],
    ['JSON text, as CSV has it', {}, { tests: '[{"input": [3, 5], "output": 8}]' }],
    [
      'a column inside an object',
      { column: 'reward_model.ground_truth' },
      {
        reward_model: { ground_truth: [{ input: [3, 5], output: 8 }] },
      },
    ],
    ['fields beside input and output', {}, { tests: [{ input: [3, 5], output: 8, hidden: true }] }],
  ])('%s', async (_, config, row) => {
    expect(
      await gradesOf(config, [
        { response: '+', row },
        { response: '-', row },
      ]),
    ).toMatchObject([
      { reward: 1, correct: true },
      { reward: 0, correct: false },
    ]);
  });

  it('may have one number as their input', async () => {
    expect((await gradeOf({}, 'd*', { row: { tests: [{ input: -3, output: 9 }] } }))?.correct).toBe(true);
  });

  it.each<[row: object, error: string]>([
    [{}, 'tests: the row has no test cases in column tests'],
    [{ tests: null }, 'tests: the row has no test cases in column tests'],
    [{ tests: [] }, 'expected a list of 1 to 1000 test cases'],
    [{ tests: 'none' }, 'expected a list of 1 to 1000 test cases'],
    [{ tests: '{"input": [1], "output": 1}' }, 'expected a list of 1 to 1000 test cases'],
    [{ tests: [{ input: [1], output: 1 }, 3] }, 'test case 2: expected {"input"'],
    [{ tests: [{ input: ['1'], output: 1 }] }, 'test case 1: expected {"input"'],
    [{ tests: [{ input: [1.5], output: 1 }] }, 'test case 1: expected {"input"'],
    [{ tests: [{ input: [1], output: 10_000 }] }, 'test case 1: expected {"input"'],
    [{ tests: [{ input: Array.from({ length: 33 }, () => 1), output: 1 }] }, 'test case 1: expected {"input"'],
    [{ tests: [{ input: [1] }] }, 'test case 1: expected {"input"'],
  ])('%j are an error of the row, and no reward', async (row, error) => {
    const grade = await gradeOf({ mode: 'mean-sign' }, '+', { row });
    expect(grade).toMatchObject({ reward: 0, correct: false });
    expect(grade?.error).toContain(error);
  });
});
