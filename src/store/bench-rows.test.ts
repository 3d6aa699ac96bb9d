import { expect, it } from 'vitest';
import { TaskConfig } from '../run/config/task.ts';
import type { DataSetView, DataSummaryView } from '../views/data.ts';
import { benchRows } from './bench-rows.ts';

const cell = (text: string) => ({ text, length: text.length });
const set: DataSetView = { id: 'a', name: 'a.jsonl', origin: 'file', reference: { path: 'a.jsonl' } };
const task = (path: string) =>
  TaskConfig.parse({ name: 'dataset', data: { path }, columns: { prompt: 'q', answer: 'n' } });
const summary = {
  columns: { q: 'string', n: 'number', extra: 'object', mixed: 'mixed' },
  preview: [
    { place: 'line 1', cells: { q: cell('12'), n: cell('3'), extra: cell('{"level":[1]}'), mixed: cell('so') } },
    { place: 'line 2', cells: { q: cell('b'), extra: { text: '{"cut', length: 9000 } } },
  ],
} as unknown as DataSummaryView;

it('gives the first rows of the task’s data with their own types; a value that was cut stays a text', () => {
  expect(benchRows(task('a.jsonl'), { sets: [set], summaries: { a: summary } })).toEqual([
    { q: '12', n: 3, extra: { level: [1] }, mixed: 'so' },
    { q: 'b', extra: '{"cut' },
  ]);
});

it('gives none for another task, or a file that was not read', () => {
  const known = { sets: [set], summaries: { a: summary } };
  expect(benchRows(task('b.jsonl'), known)).toEqual([]);
  expect(benchRows(task('a.jsonl'), { ...known, summaries: {} })).toEqual([]);
  expect(benchRows(TaskConfig.parse({ name: 'addition' }), known)).toEqual([]);
});
