import { describe, expect, it } from 'vitest';
import { parseProgram, resultOf } from '../../rewards/tests/interpreter.ts';
import type { TestCase } from '../../rewards/tests/test-cases.ts';
import { createGrader } from '../../rewards/registry.ts';
import { RewardConfig } from '../../rewards/config.ts';
import { TaskConfig } from '../../run/config/task.ts';
import { stream } from '../../random.ts';
import { rowGrader } from '../row-grader.ts';
import { isHeldOut, type GeneratedProblems, type Problem, type Task } from '../task.ts';
import { lengthBand, PROGRAMS, type ProgramsConfig } from './config.ts';
import { programs } from './programs.ts';
import { targetsOf, testInputs } from './targets.ts';

const configOf = (change: object = {}) => TaskConfig.parse({ name: 'programs', ...change }) as ProgramsConfig;

function taskOf(change: object = {}): { task: Task; problems: GeneratedProblems; config: ProgramsConfig } {
  const config = configOf(change);
  const task = programs(config);
  return { task, problems: task.problems as GeneratedProblems, config };
}

const verify = (task: Task, { row, answer }: Problem, response: string, finished = true) =>
  task.verify?.({ row, answer, response, finished });

const outputsOf = (text: string, inputs: readonly (readonly number[])[]) => {
  const { value: program } = parseProgram(text);
  return inputs.map((input) => program && resultOf(program, input).value);
};

describe.each([
  [1, 2, { '1-2 symbols': 71 }],
  [1, 3, { '1-2 symbols': 71, '3 symbols': 26 }],
  [2, 3, { '1-2 symbols': 13, '3 symbols': 602 }],
  [3, 3, { '1-2 symbols': 54, '3 symbols': 78 }],
  [2, 4, { '1-2 symbols': 13, '3 symbols': 602, '4 symbols': 782 }],
])('functions of %i inputs and up to %i symbols', (inputs, maxLength, counts) => {
  const targets = targetsOf(inputs, maxLength);

  it('are each found once, in every band on both sides of either split', () => {
    expect(new Set(targets.map(({ outputs }) => outputs)).size).toBe(targets.length);
    const bands = PROGRAMS.bands({ ...configOf(), max_length: maxLength });
    const byBand = bands.map((band) => targets.filter(({ program }) => lengthBand(program.length) === band));
    expect(Object.fromEntries(bands.map((band, i) => [band, byBand[i]?.length]))).toEqual(counts);
    for (const band of byBand)
      expect(new Set(band.map(({ outputs }) => isHeldOut(outputs)))).toEqual(new Set([true, false]));
  });

  it('have the outputs of their programs, which are numbers of at most three characters', () => {
    for (const { program, outputs, tests } of targets) {
      expect(outputsOf(program, testInputs(inputs))).toEqual(tests.map(({ output }) => output));
      expect(outputs).toBe(tests.map(({ output }) => output).join(' '));
      for (const { output } of tests) expect(String(output).length).toBeLessThanOrEqual(3);
    }
  });
});

it('a program is the shortest of its function', () => {
  const symbols = [...'0123456789+-*/%<>=dpsor'];
  const shortest = new Map<string, number>();
  let texts = [''];
  for (let length = 0; length <= 3; length++) {
    for (const text of texts) {
      const outputs = outputsOf(text, testInputs(2));
      const key = outputs.join(' ');
      if (outputs.every((output) => output !== undefined) && !shortest.has(key)) shortest.set(key, length);
    }
    texts = texts.flatMap((text) => symbols.map((symbol) => text + symbol));
  }
  const targets = targetsOf(2, 3);
  for (const { program, outputs } of targets) expect(shortest.get(outputs)).toBe(program.length);
  // The others have outputs that are too long for a prompt.
  const left = [...shortest.keys()].filter((key) => !targets.some(({ outputs }) => outputs === key));
  for (const key of left) expect(key.split(' ').some((output) => output.length > 3)).toBe(true);
});

describe.each([{}, { split: 'functions' }, { inputs: 2, examples: 6, trace: true }, { inputs: 3, max_length: 2 }])(
  'problems of %j',
  (change) => {
    const { task, problems, config } = taskOf(change);
    const random = stream(3, 'test');
    const drawn = Array.from({ length: 300 }, () => problems.draw(random));
    const text = (problem: Problem) => task.solution(problem) as string;

    it('show examples that are the first test cases, all on test inputs', () => {
      for (const { prompt, row } of drawn) {
        const tests = row.tests as TestCase[];
        const shown = tests.slice(0, config.examples).map(({ input, output }) => `${input.join('')}:${output}`);
        expect(prompt).toBe(`${shown.join(',')};`);
        expect(tests.map(({ input }) => input.join('')).sort()).toEqual(
          testInputs(config.inputs)
            .map((input) => input.join(''))
            .sort(),
        );
      }
    });

    it('reward solutions in full and mistakes in part', () => {
      let partial = 0;
      for (const problem of drawn) {
        expect(verify(task, problem, text(problem))).toEqual({ reward: 1, correct: true, rewards: {} });
        expect(verify(task, problem, text(problem), false)).toEqual({ reward: 0, correct: false, rewards: {} });
        const wrong = task.wrongSolution?.(problem, random) ?? '';
        const grade = verify(task, problem, wrong);
        expect(grade?.correct).toBe(false);
        expect(grade?.reward).toBeLessThan(1);
        if ((grade?.reward ?? 0) > 0) partial++;
      }
      expect(partial).toBeGreaterThan(30);
    });

    it('are written in the characters of the task', () => {
      for (const problem of drawn)
        for (const character of problem.prompt + text(problem) + (task.wrongSolution?.(problem, random) ?? ''))
          expect(task.characters).toContain(character);
    });
  },
);

it('functions that are held out are never trained on, nor their programs written as mistakes', () => {
  const { task, problems, config } = taskOf({ split: 'functions' });
  const heldOut = new Set(
    targetsOf(config.inputs, config.max_length)
      .filter(({ outputs }) => isHeldOut(outputs))
      .map(({ program }) => program),
  );
  const random = stream(4, 'test');
  for (let i = 0; i < 500; i++) {
    const problem = problems.draw(random);
    expect(heldOut.has(problem.answer)).toBe(false);
    expect(heldOut.has(task.wrongSolution?.(problem, random) ?? '')).toBe(false);
  }
  expect(new Set(problems.heldOut(64, 1).map(({ answer }) => heldOut.has(answer)))).toEqual(new Set([true]));
});

it('examples that are held out are never trained on, in any order', () => {
  const { problems } = taskOf();
  const key = ({ prompt }: Problem) => prompt.slice(0, -1).split(',').sort().join(',');
  const heldOut = new Set(problems.heldOut(400, 2).map(key));
  const random = stream(5, 'test');
  for (let i = 0; i < 3000; i++) expect(heldOut.has(key(problems.draw(random)))).toBe(false);
});

describe('responses', () => {
  const { task } = taskOf();
  // 4+ and its equivalents; hidden test cases tell d+ apart, which agrees with the example of 4.
  const row = { tests: testInputs(1).map(([x = 0]) => ({ input: [x], output: x + 4 })) };
  const grade = (response: string, finished = true) => task.verify?.({ row, answer: '4+', response, finished });

  it.each([
    ['4+', 1],
    ['2+2+', 1],
    ['4s+', 1],
    ['04-s-', 0],
    ['04--', 1],
    ['2(2+)', 1],
    ['4:3 4,+:7;4+', 1],
    [' 4+ ', 1],
    ['d+', 1 / 9],
    ['p8', 1 / 9],
    ['4+4', 0],
    ['', 0],
    [' ', 0],
    ['x', 0],
    // Of several programs the last is graded, and none is left after a last semicolon.
    ['d+;4+', 1],
    ['4+;d+', 1 / 9],
    ['4+;', 0],
    [';4+', 1],
    ['4+4+', 0],
    ['4+=', 0],
    ['4+,4+', 0],
    ['4 +', 0],
    ['4+\n', 1],
    // Zeros and signs are instructions: 0 and 4 are two numbers, and a sign needs two numbers before it.
    ['04+', 0],
    ['04++', 1],
    ['+4', 0],
    ['-4-', 0],
    ['4.+', 0],
    ['４+', 0],
    ['4＋', 0],
    ['4(+', 0],
    ['4+)', 0],
    [`${'0p'.repeat(128)}4+`, 0],
  ])('%j passes a share of %d', (response, share) => {
    expect(grade(response)).toEqual({ reward: share, correct: share === 1, rewards: {} });
    expect(grade(response, false)).toEqual({ reward: 0, correct: false, rewards: {} });
  });

  it('are graded alike by reward tests', async () => {
    const grader = await createGrader([RewardConfig.parse({ name: 'tests' })]);
    for (const response of ['4+', 'd+', '04--', 'x'])
      expect(grader.grade([{ row, answer: '4+', response, finished: true }])[0]?.reward).toBe(grade(response)?.reward);
  });

  it('to rows of files are graded without a model', async () => {
    const grader = await rowGrader(configOf());
    expect(
      grader.grade([{ row: { ...row, difficulty: '3 symbols' }, response: 'd+', finished: true }])[0]?.reward,
    ).toBe(1 / 9);
    expect(grader.grade([{ row: {}, response: 'd+', finished: true }])[0]?.error).toMatch(/^tests: expected a list/);
  });
});

it('a trace has the stack after each symbol', () => {
  const { task, problems } = taskOf({ trace: true });
  const problem = { ...problems.draw(stream(1, 'test')), prompt: '3:12,5:20;', answer: '4*' };
  expect(task.solution(problem)).toBe('4:3 4,*:12;4*');
});
