import { expect, it } from 'vitest';
import { TaskConfig } from '../../run/config/task.ts';
import { taskChoices } from './task-choices.ts';

const addition = (digits: number) => TaskConfig.parse({ name: 'addition', digits });
const data = TaskConfig.parse({
  name: 'dataset',
  data: { path: 'a/gsm8k.jsonl' },
  columns: { prompt: 'q', answer: 'a' },
});

it('offers the recipe’s task first, each task once, and data only with a file', () => {
  const labels = (...given: Parameters<typeof taskChoices>) => taskChoices(...given).map(({ label }) => label);
  expect(labels(addition(2), addition(2), [])).toEqual([
    'addition, 2 digits (recipe)',
    'arithmetic, 2 operations up to 9',
    'programs, up to 3 symbols, 1 input',
    'countdown, 3 operands, targets up to 99',
    'sorting, 5 numbers up to 99',
  ]);
  const { data: _data, ...noFile } = data as Extract<TaskConfig, { name: 'dataset' }>;
  expect(labels(noFile, addition(1), [data])).toEqual([
    'addition, 1 digit (the model’s)',
    'gsm8k.jsonl',
    'addition, 2 digits',
    'arithmetic, 2 operations up to 9',
    'programs, up to 3 symbols, 1 input',
    'countdown, 3 operands, targets up to 99',
    'sorting, 5 numbers up to 99',
  ]);
});

it('names included data by its file', () => {
  const included = TaskConfig.parse({ ...data, data: { path: 'embedded:sums.jsonl' } });
  expect(taskChoices(included, undefined, []).map(({ label }) => label)[0]).toBe('sums.jsonl (recipe)');
});

it('names the bands that a task is restricted to', () => {
  const task = TaskConfig.parse({ ...addition(2), bands: { '0 carries': 1, '2 carries': 3 } });
  expect(taskChoices(task, undefined, [])[0]?.label).toBe('addition, 2 digits, 0 carries and 2 carries (recipe)');
});

it('names the rewards, which decide what is correct', () => {
  const task = TaskConfig.parse({ ...addition(2), rewards: [{ name: 'number' }, { name: 'contains' }] });
  expect(
    taskChoices(task, addition(2), [])
      .map(({ label }) => label)
      .slice(0, 2),
  ).toEqual(['addition, 2 digits, number + contains (recipe)', 'addition, 2 digits (the model’s)']);
});
