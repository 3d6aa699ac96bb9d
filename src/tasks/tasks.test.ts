import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { TaskConfig } from '../run/config/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { ModelTask } from './model-task.ts';
import { generatedTask } from './registry.ts';
import { isHeldOut, type GeneratedProblems, type Problem, type Task } from './task.ts';

type Generated = Exclude<TaskConfig, { name: 'dataset' }>;

const configs = [
  { name: 'addition', digits: 1 },
  { name: 'addition', digits: 2 },
  { name: 'addition', digits: 6 },
  { name: 'arithmetic', operations: 1, max_operand: 9 },
  { name: 'arithmetic', operations: 3, max_operand: 12 },
  { name: 'arithmetic', operations: 6, max_operand: 99 },
].map((config) => TaskConfig.parse(config) as Generated);

/** A task in a vocabulary of single characters. */
function inCharacters(config: Generated): { task: Task; model: ModelTask } {
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

describe.each(configs)('$name $digits$operations', (config) => {
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
      expect(grade(task, problem, solution, false)).toEqual({ reward: 0, correct: false, rewards: {} });
      expect(grade(task, problem, wrong(problem), true)).toEqual({ reward: 0, correct: false, rewards: {} });
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

  it('refuses more problems than are held out', () => {
    if (config.name === 'addition' && config.digits === 1)
      expect(() => model.heldOutProblems(100, 0)).toThrow(/evaluation\.problems: expected at most \d+/);
    else expect(model.heldOutProblems(12, 0)).toHaveLength(12);
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

it('addition keeps both orders of a sum on one side', () => {
  const { model } = inCharacters({ name: 'addition', digits: 2 });
  const keys = new Set(model.heldOutProblems(400, 0).map(({ prompt }) => prompt));
  for (const prompt of keys) {
    const [a = '', b = ''] = prompt.slice(0, -1).split('+');
    expect(isHeldOut([a, b].sort().join('+'))).toBe(true);
  }
});
