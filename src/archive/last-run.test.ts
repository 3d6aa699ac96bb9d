import { expect, it } from 'vitest';
import { parseRunConfig } from '../run/config.ts';
import { EMPTY_DIGEST, type ArchivedRun } from './archived-run.ts';
import { lastRun } from './last-run.ts';
import { allSeriesOf } from './run-curves.ts';

const config = parseRunConfig(
  { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 2, strategy: { name: 'ppo' } } },
  'test',
);
const run = (id: string, started: number, change: Partial<ArchivedRun> = {}): ArchivedRun => ({
  id,
  name: id,
  note: '',
  config,
  state: 'complete',
  started,
  changed: started,
  adapter: '',
  records: 3,
  digest: EMPTY_DIGEST,
  ...change,
});

it('the last run is the one that this page ran before the current one', () => {
  const runs = [run('first', 1), run('other tab', 9), run('second', 2), run('current', 3)];
  expect(lastRun(runs, ['first', 'second', 'current'])?.id).toBe('second');
  expect(lastRun(runs, ['first', 'failed at its start', 'current'])?.id).toBe('first');
});

it('without an earlier run of the page it is the newest one of the Train page that has records', () => {
  const runs = [
    run('old', 1),
    run('new', 2),
    run('compared', 3, { sweep: { id: 's', label: 'PPO' } }),
    run('imported', 4, { imported: true }),
    run('empty', 5, { records: 0 }),
  ];
  expect(lastRun(runs, [])?.id).toBe('new');
  expect(lastRun([run('new', 2), ...runs], ['new'])?.id).toBe('old');
  expect(lastRun([], ['current'])).toBeUndefined();
});

it('a stored run has the curves of the live charts, and a bounded number of points', () => {
  const series = allSeriesOf(
    Array.from({ length: 3000 }, (_, i) => ({
      step: i + 1,
      phase: 'rl' as const,
      metrics: { 'actor/entropy': 1, 'gradient_split/inside/layers/a/norm': 2 },
      time: { step_ms: 5, tokens_per_second: 100 },
    })),
  );
  expect(Object.keys(series).sort()).toEqual(['rl/actor/entropy', 'rl/tokens_per_second']);
  expect(series['rl/actor/entropy']?.steps.length).toBeLessThanOrEqual(200);
  expect(series['rl/actor/entropy']?.steps.at(-1)).toBe(3000);
});
