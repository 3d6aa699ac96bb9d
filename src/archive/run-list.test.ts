import { expect, it } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import { EVERYTHING, foundRuns, labelsOf, orderedRuns } from './run-list.ts';

const RUNS = [
  archivedRun('a', 3, {
    name: 'run 10',
    state: 'complete',
    started: 1,
    config: tinyRun({ seed: 41 }),
    digest: { sft: 0, rl: 3, sampled: 0.5 },
  }).run,
  archivedRun('b', 3, {
    name: 'run 9',
    state: 'interrupted',
    started: 2,
    note: 'Tight band',
    config: tinyRun({ seed: 42 }, { strategy: { name: 'ppo' } }),
    sweep: { id: 's', label: 'PPO' },
    digest: { sft: 0, rl: 1 },
  }).run,
  archivedRun('c', 3, {
    name: 'warm-up',
    state: 'complete',
    started: 3,
    imported: true,
    config: tinyRun({ rl: undefined }),
    digest: { sft: 2, rl: 0, greedy: 0.7 },
  }).run,
];
const ids = (runs: { id: string }[]) => runs.map(({ id }) => id).join('');

it('sorts names naturally, numbers by size, and missing values last in both directions', () => {
  expect(ids(orderedRuns(RUNS, { column: 'name', descending: false }))).toBe('bac');
  expect(ids(orderedRuns(RUNS, { column: 'seed', descending: true }))).toBe('bac');
  expect(ids(orderedRuns(RUNS, { column: 'started', descending: true }))).toBe('cba');
  expect(ids(orderedRuns(RUNS, { column: 'accuracy', descending: true }))).toBe('cab');
  expect(ids(orderedRuns(RUNS, { column: 'accuracy', descending: false }))).toBe('acb');
  expect(ids(orderedRuns(RUNS, { column: 'state', descending: false }))).toBe('cab');
});

it('searches any field and filters by strategy, state and origin', () => {
  const found = (query: Partial<typeof EVERYTHING>) => ids(foundRuns(RUNS, { ...EVERYTHING, ...query }));
  expect(found({})).toBe('abc');
  expect(found({ text: 'tight  ppo' })).toBe('b');
  expect(found({ text: 'seed 41' })).toBe('a');
  expect(found({ strategy: 'gppo' })).toBe('a');
  expect(found({ state: 'complete' })).toBe('ac');
  expect(found({ origin: 'comparison' })).toBe('b');
  expect(found({ origin: 'file', text: 'sft' })).toBe('c');
  expect(found({ text: 'nothing of the kind' })).toBe('');
});

it('distinguishes runs of one name by seed, then by a number', () => {
  const run = (id: string, name: string, seed: number) => archivedRun(id, 1, { name, config: tinyRun({ seed }) }).run;
  const labels = labelsOf([run('a', 'demo', 7), run('b', 'demo', 8), run('c', 'demo', 8), run('d', 'other', 7)]);
  expect([...labels.values()]).toEqual(['demo, seed 7', 'demo, seed 8', 'demo, seed 8 (2)', 'other']);
});

it('distinguishes runs of one name by every parameter in which their strategies differ', () => {
  const run = (id: string, strategy: StrategyConfig) =>
    archivedRun(id, 1, { name: 'demo', config: tinyRun({ seed: 7 }, { strategy }) }).run;
  const labels = labelsOf([run('a', { name: 'ppo' }), run('b', { name: 'gppo' }), run('c', { name: 'gppo' })]);
  expect([...labels.values()]).toEqual([
    'demo, PPO (ε 0.2/0.2), seed 7',
    'demo, GPPO (ε 0.2/0.28), seed 7',
    'demo, GPPO (ε 0.2/0.28), seed 7 (2)',
  ]);
});
