import { expect, it } from 'vitest';
import { rowsObstacle, runObstacle } from './obstacle.ts';

const DRAFT = { columns: { prompt: 'question', answer: 'answer' }, skipBadRows: false };
const SUMMARY = {
  columns: { question: 'string', answer: 'number' } as const,
  bad: { count: 0, list: [] },
  split: { training: 1, heldOut: 1, overlap: 0 },
};
const bad = { count: 1, list: [{ place: 'line 2', reason: 'longer than 64 MB' }] };

it.each([
  ['a file with rows and a prompt', SUMMARY, DRAFT, undefined],
  ['a file without a row', { ...SUMMARY, columns: {}, bad }, DRAFT, 'No row can be used'],
  ['no prompt', SUMMARY, { ...DRAFT, columns: {} }, 'Choose a prompt first'],
  ['bad rows', { ...SUMMARY, bad }, DRAFT, 'Leave out bad rows first'],
  ['bad rows that are left out', { ...SUMMARY, bad }, { ...DRAFT, skipBadRows: true }, undefined],
])('%s', (_, summary, draft, expected) => {
  expect(rowsObstacle(summary, draft)).toBe(expected);
  expect(runObstacle(summary, draft)).toBe(expected);
});

it('a run, but not a source of SFT, needs a problem to train on and one to hold out', () => {
  for (const split of [
    { training: 1, heldOut: 0, overlap: 0 },
    { training: 0, heldOut: 3, overlap: 2 },
  ]) {
    expect(runObstacle({ ...SUMMARY, split }, DRAFT)).toMatch(/^Two problems are needed/);
    expect(rowsObstacle({ ...SUMMARY, split }, DRAFT)).toBeUndefined();
  }
});
