import { expect, it } from 'vitest';
import type { HeldOut } from './config.ts';
import { memoryFile } from './data-file.ts';
import { loadDataset, type LoadOptions } from './load-dataset.ts';

interface Line {
  question: string;
  answer: number;
  split?: string;
}
const lines = (rows: readonly (Line | string)[]) =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
const problems = Array.from({ length: 200 }, (_, i): Line => ({ question: `What is ${i} + 1?`, answer: i + 1 }));
const load = (rows: readonly (Line | string)[], heldOut: HeldOut, more: Partial<LoadOptions> = {}) =>
  loadDataset(memoryFile('a.jsonl', lines(rows)), {
    columns: { prompt: 'question', answer: 'answer' },
    heldOut,
    ...more,
  });
const keys = (examples: { key: string }[]) => examples.map(({ key }) => key);

it('holds out a share of the problems, whatever the order of rows, with duplicates on the same side', async () => {
  const doubled = [...problems, ...problems.map((row) => ({ ...row, question: ` ${row.question}` }))];
  const one = await load(doubled, { share: 0.2 });
  const other = await load([...doubled].reverse(), { share: 0.2 });
  expect(one).toMatchObject({ rows: 400, duplicates: 200, overlap: 0 });
  expect(one.training.length + one.heldOut.length).toBe(400);
  expect(new Set(keys(one.heldOut))).toEqual(new Set(keys(other.heldOut)));
  expect(keys(one.training).filter((key) => keys(one.heldOut).includes(key))).toEqual([]);
  expect(one.heldOut.length).toBeGreaterThan(20);
});

it('holds out the rows with a value in a column, and leaves their problems out of training', async () => {
  const rows = problems.map((row, i) => ({ ...row, split: i < 50 ? 'test' : 'train' }));
  const { training, heldOut, overlap } = await load([...rows, { ...problems[0]!, split: 'train' }], {
    column: 'split',
    value: 'test',
  });
  expect([training.length, heldOut.length, overlap]).toEqual([150, 50, 1]);
});

it('holds out the rows of another file, and leaves their problems out of training', async () => {
  const heldOutFile = memoryFile('test.csv', 'question,answer\nWhat is 3 + 1?,4\nWhat is 999 + 1?,1000\n');
  const data = await load(problems, { path: 'test.csv' }, { heldOutFile });
  expect([data.training.length, data.heldOut.length, data.overlap]).toEqual([199, 2, 1]);
  expect(data.heldOutSha256).toMatch(/^[0-9a-f]{64}$/);
});

it('refuses another content by both checksums', async () => {
  const { sha256 } = await load(problems, { share: 0.1 });
  await expect(load(problems, { share: 0.1 }, { sha256 })).resolves.toMatchObject({ sha256 });
  const changed = [...problems, problems[0]!];
  const found = (await load(changed, { share: 0.1 })).sha256;
  await expect(load(changed, { share: 0.1 }, { sha256 })).rejects.toThrow(`expected SHA-256 ${sha256}, found ${found}`);
});

it('refuses bad rows unless they may be left out', async () => {
  const rows = [...problems.slice(0, 5), 'oops', 'oops', ...problems.slice(5, 10)];
  await expect(load(rows, { share: 0.5 })).rejects.toThrow(/^a\.jsonl: line 6: not JSON: .*; 1 more bad rows\.$/);
  const data = await load(rows, { share: 0.5 }, { skipBadRows: true });
  expect([data.rows, data.badRows.count]).toEqual([10, 2]);
});

it('reads the first rows alone', async () => {
  const data = await load(['oops', ...problems], { share: 0.5 }, { rows: 4, skipBadRows: true });
  expect([data.rows, data.badRows.count]).toEqual([3, 1]);
  expect(data.sha256).toBe((await load(['oops', ...problems], { share: 0.5 }, { skipBadRows: true })).sha256);
});

it.each<[string, HeldOut, Partial<LoadOptions>, string]>([
  [
    'a column that no row has',
    { share: 0.1 },
    { columns: { prompt: 'quesion', answer: 'answer' } },
    'a.jsonl: no column quesion (prompt); the file has question, answer',
  ],
  [
    'a system column that no row has',
    { share: 0.1 },
    { columns: { prompt: 'question', system: 'sys' } },
    'a.jsonl: no column sys (system)',
  ],
  ['a split column that no row has', { column: 'split', value: 'test' }, {}, 'no row has a value there'],
  ['a split value that no row has', { column: 'answer', value: 'test' }, {}, 'found 1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
  ['a held-out file that is not there', { path: 'x.csv' }, {}, 'x.csv: the held-out file was not found'],
])('refuses %s', async (_, heldOut, more, message) => {
  await expect(load(problems, heldOut, more)).rejects.toThrow(message);
});

it('refuses data that leaves one side without problems', async () => {
  await expect(load([problems[0]!, problems[0]!], { share: 0.5 })).rejects.toThrow('at least two different problems');
  const heldOutFile = memoryFile('b.jsonl', lines(problems));
  await expect(load(problems, { path: 'b.jsonl' }, { heldOutFile })).rejects.toThrow('no row is left to train on');
});
