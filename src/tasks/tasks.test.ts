import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { GENERATED_TASKS, TaskConfig, type GeneratedTaskConfig } from '../run/config/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { ModelTask } from './model-task.ts';
import { generatedTask } from './registry.ts';
import { isHeldOut, type GeneratedProblems, type Problem, type Task } from './task.ts';

const configs = [
  { name: 'addition', digits: 1 },
  { name: 'addition', digits: 2 },
  { name: 'addition', digits: 6 },
  { name: 'arithmetic', operations: 1, max_operand: 9 },
  { name: 'arithmetic', operations: 3, max_operand: 12 },
  { name: 'arithmetic', operations: 6, max_operand: 99 },
  { name: 'programs', max_length: 2 },
  { name: 'programs', inputs: 2, split: 'functions' },
  { name: 'programs', max_length: 4, examples: 6, trace: true },
  { name: 'countdown' },
  { name: 'countdown', operands: 4, max_number: 25, max_target: 999 },
  { name: 'sorting' },
  { name: 'sorting', length: 8, max_number: 9 },
].map((config) => TaskConfig.parse(config) as GeneratedTaskConfig);

/** A task in a vocabulary of single characters. */
function inCharacters(config: GeneratedTaskConfig): { task: Task; model: ModelTask } {
  const task = generatedTask(config);
  const tokenizer = characterTokenizer(task.characters ?? []);
  return {
    task,
    model: ModelTask.ofGenerated(
      { task, tokenizer, vocabularySize: tokenizer.vocabularySize, positions: 99 },
      task.problems as GeneratedProblems,
    ),
  };
}

/** Whether a response is correct. */
const grade = (task: Task, { row, answer }: Problem, response: string, finished: boolean) =>
  task.verify?.({ row, answer, response, finished });

const text = (solution: ReturnType<Task['solution']>) => (typeof solution === 'string' ? solution : '');

describe.each(configs)('$name $digits$operations$max_length$operands$length', (config) => {
  const { task, model } = inCharacters(config);
  const random = stream(1, 'test');
  const problems = Array.from({ length: 500 }, () => model.trainingProblem(random));
  const wrong = (problem: Problem) => task.wrongSolution?.(problem, random) ?? '';

  it('never trains on held-out problems', () => {
    const heldOut = model.heldOutProblems(config.name === 'addition' && config.digits === 1 ? 8 : 20, 5);
    expect(new Set(heldOut.map(({ prompt }) => prompt)).size).toBe(heldOut.length);
    for (const { key } of heldOut) expect(isHeldOut(key)).toBe(true);
    for (const { key } of problems) expect(isHeldOut(key)).toBe(false);
    expect(model.heldOutProblems(8, 5)).toEqual(heldOut.slice(0, 8));
  });

  it('rewards correct solutions only', () => {
    for (const problem of problems) {
      const solution = text(task.solution(problem));
      expect(grade(task, problem, solution, true)).toEqual({ reward: 1, correct: true, rewards: {} });
      expect(grade(task, problem, solution, false)).toMatchObject({ reward: 0, correct: false, rewards: {} });
      const mistake = grade(task, problem, wrong(problem), true);
      expect(mistake?.correct).toBe(false);
      // Programs have partial credit.
      expect(mistake?.reward).toBeLessThan(config.name === 'programs' ? 1 : Number.MIN_VALUE);
    }
  });

  it('stays within its lengths and characters', () => {
    for (const problem of problems) {
      expect(model.prompt(problem).length).toBeLessThanOrEqual(model.lengths.prompt);
      for (const incorrect of [false, true]) {
        const { tokens, lossMask } = model.example(problem, random, incorrect);
        expect(tokens.length - lossMask.indexOf(1)).toBeLessThanOrEqual(model.lengths.response);
      }
    }
  });

  it('has problems in every band, for training and held out, with the name of their band', () => {
    const { bands } = task.problems as GeneratedProblems;
    expect(bands).toEqual(GENERATED_TASKS[config.name].bands(config));
    // As reports sort them.
    expect([...bands].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))).toEqual(bands);
    for (const problem of problems) {
      expect(bands).toContain(problem.difficulty);
      expect(problem.row['difficulty']).toBe(problem.difficulty);
    }
    for (const band of bands) {
      const own = (task.problems as GeneratedProblems).draw(random, band);
      expect(own.difficulty).toBe(band);
      expect(isHeldOut(own.key)).toBe(false);
      const chosen = generatedTask({ ...config, bands: { [band]: 0.5 } }).problems as GeneratedProblems;
      expect(chosen.bands).toEqual([band]);
      expect(chosen.draw(random).difficulty).toBe(band);
      expect(chosen.heldOut(1, 3).map(({ key, difficulty }) => [isHeldOut(key), difficulty])).toEqual([[true, band]]);
    }
  });

  it('refuses more problems than are held out, or gives all of them', () => {
    if (config.name === 'addition' && config.digits === 1) {
      expect(() => model.heldOutProblems(100, 0)).toThrow(/evaluation\.problems: expected at most \d+/);
      const all = model.heldOutProblemsUpTo(100, 0);
      expect(all.length).toBeGreaterThan(8);
      expect(model.heldOutProblems(all.length, 0)).toEqual(all);
      expect(() => model.heldOutProblems(all.length + 1, 0)).toThrow(`expected at most ${all.length}`);
    } else expect(model.heldOutProblems(12, 0)).toHaveLength(12);
  });

  it('has as many held-out problems for a loss as were asked for, or all', () => {
    const found = model.heldOutOf(64, 0);
    // The only ones of these configs with fewer.
    const few =
      (config.name === 'addition' && config.digits === 1) || (config.name === 'arithmetic' && config.operations === 1);
    if (few) expect(found.length).toBeLessThan(64);
    else expect(found).toHaveLength(64);
    expect(found.slice(0, 8)).toEqual(model.heldOutProblems(8, 0));
  });
});

it('has the lengths of its longest texts in a vocabulary of characters', () => {
  expect(configs.map((config) => inCharacters(config).model.lengths)).toEqual([
    { prompt: 4, response: 3 },
    { prompt: 6, response: 4 },
    { prompt: 14, response: 8 },
    { prompt: 4, response: 5 },
    { prompt: 12, response: 40 },
    { prompt: 21, response: 142 },
    { prompt: 15, response: 3 },
    { prompt: 21, response: 4 },
    { prompt: 36, response: 32 },
    { prompt: 9, response: 92 },
    { prompt: 16, response: 132 },
    { prompt: 15, response: 45 },
    { prompt: 16, response: 72 },
  ]);
});

describe('arithmetic', () => {
  const { task } = inCharacters({ name: 'arithmetic', operations: 3, max_operand: 9 });
  const problem = { prompt: '3+4*2-9=', answer: '2', key: '3+4*2-9', row: {} };
  const reward = (response: string) => grade(task, problem, response, true)?.reward;

  it('writes out its steps, products first', () => {
    expect(task.solution(problem)).toBe('3+8-9=11-9=2');
  });

  it('grades only the final answer', () => {
    expect(reward('2')).toBe(1);
    expect(reward('7-5=2')).toBe(1);
    expect(reward('3+8-9=11-9=3')).toBe(0);
    expect(reward('2=')).toBe(0);
  });
});

it('draws the problems that it drew before tasks had bands', () => {
  const hash = createHash('sha256');
  for (const config of [...configs.slice(0, 6), { name: 'arithmetic', operations: 2, max_operand: 9 } as const]) {
    const task = generatedTask(config);
    const { draw, heldOut } = task.problems as GeneratedProblems;
    const random = stream(7, 'x');
    for (let i = 0; i < 3000; i++) {
      const problem = draw(random);
      const { prompt, answer, key } = problem;
      hash.update(JSON.stringify([prompt, answer, key, task.solution(problem), task.wrongSolution?.(problem, random)]));
    }
    for (const { prompt } of heldOut(8, 3)) hash.update(prompt);
    const few = (config.name === 'addition' ? config.digits : (config as { operations: number }).operations) === 1;
    if (!few) for (const { prompt, answer } of heldOut(64, 9)) hash.update(prompt + answer);
  }
  expect(hash.digest('hex')).toBe('791af6375dd931d850e3fd6ba10462d36cf0db773f20f2aa69c51375cb891f84');
});

describe('bands', () => {
  const drawn = (config: object, count: number) => {
    const { draw, heldOut } = generatedTask(TaskConfig.parse(config) as GeneratedTaskConfig)
      .problems as GeneratedProblems;
    const random = stream(5, 'bands');
    return { training: Array.from({ length: count }, () => draw(random)), heldOut: heldOut(300, 1) };
  };
  const shareOf = (problems: Problem[], band: string) =>
    problems.filter(({ difficulty }) => difficulty === band).length / problems.length;

  it('come in the shares of the config', () => {
    const bands = { '0 carries': 3, '2 carries': 1 };
    const { training, heldOut } = drawn({ name: 'addition', digits: 3, bands }, 4000);
    expect(shareOf(training, '0 carries')).toBeCloseTo(0.75, 1);
    expect(shareOf(training, '0 carries') + shareOf(training, '2 carries')).toBe(1);
    expect(shareOf(heldOut, '0 carries')).toBeCloseTo(0.75, 1);
    expect(shareOf(heldOut, '0 carries') + shareOf(heldOut, '2 carries')).toBe(1);
  });

  it.each([
    ['34+65=', '0 carries'],
    ['35+65=', '2 carries'],
    ['95+61=', '1 carry'],
    ['99+01=', '2 carries'],
  ])('of addition count carries: %s has %s', (prompt, band) => {
    const { heldOut, draw } = generatedTask({ name: 'addition', digits: 2 }).problems as GeneratedProblems;
    const random = stream(1, 'all');
    const all = [...heldOut(1100, 0), ...Array.from({ length: 60_000 }, () => draw(random))];
    expect(all.find((one) => one.prompt === prompt)?.difficulty).toBe(band);
  });

  it.each([
    [{ operations: 2, max_operand: 9 }, ['1 digit', '2 digits', '3 or more digits']],
    [{ operations: 1, max_operand: 9 }, ['1 digit', '2 or more digits']],
    [{ operations: 4, max_operand: 12 }, ['2 or fewer digits', '3 or more digits']],
    [{ operations: 6, max_operand: 99 }, ['2 or fewer digits', '3 digits', '4 or more digits']],
    [{ operations: 6, max_operand: 1 }, ['1 or more digits']],
  ])('of arithmetic follow its sizes: %j', (sizes, bands) => {
    expect(GENERATED_TASKS.arithmetic.bands(TaskConfig.parse({ name: 'arithmetic', ...sizes }))).toEqual(bands);
  });

  it.each([
    ['1+2+3=', '1 digit'],
    ['9-3*2=', '1 digit'],
    ['3-5*4=', '2 digits'],
    ['5*5*4=', '3 or more digits'],
  ])('of arithmetic count the digits of the largest number: %s has %s', (prompt, band) => {
    const { heldOut, draw } = generatedTask({ name: 'arithmetic', operations: 2, max_operand: 9 })
      .problems as GeneratedProblems;
    const random = stream(1, 'all');
    const all = [...heldOut(700, 0), ...Array.from({ length: 60_000 }, () => draw(random))];
    expect(all.find((one) => one.prompt === prompt)?.difficulty).toBe(band);
  });

  it('of unknown names and empty choices are refused at their field', () => {
    const parsed = (bands: object) => TaskConfig.safeParse({ name: 'addition', bands }).error?.issues[0];
    expect(parsed({ '3 carries': 1 })).toMatchObject({
      path: ['bands', '3 carries'],
      message: 'expected one of "0 carries", "1 carry", "2 carries"',
    });
    expect(parsed({ '1 carry': 0 })?.path).toEqual(['bands', '1 carry']);
    expect(parsed({})).toMatchObject({ path: ['bands'], message: 'expected at least one' });
  });
});

it('addition keeps both orders of a sum on one side', () => {
  const { model } = inCharacters({ name: 'addition', digits: 2 });
  const keys = new Set(model.heldOutProblems(400, 0).map(({ prompt }) => prompt));
  for (const prompt of keys) {
    const [a = '', b = ''] = prompt.slice(0, -1).split('+');
    expect(isHeldOut([a, b].sort().join('+'))).toBe(true);
  }
});
