import { expect, it } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { configDifferences, firstMetricDifference } from './config-difference.ts';

it('lists the fields that differ, and those that only one has', () => {
  const [a, b, c] = [
    tinyRun(),
    tinyRun({ name: 'other', seed: 4 }, { learning_rate: 1e-3 }),
    tinyRun({ sft: undefined }),
  ];
  expect(configDifferences([a, b])).toEqual([
    { path: 'seed', values: ['3', '4'] },
    { path: 'rl.learning_rate', values: ['0.003', '0.001'] },
  ]);
  expect(configDifferences([a, b, c]).find(({ path }) => path === 'sft.steps')?.values).toEqual(['3', '3', undefined]);
});

it('ignores the name and defaults that are written out', () => {
  expect(configDifferences([tinyRun(), tinyRun({ name: 'again' }, { strategy: { name: 'gppo', beta1: 1 } })])).toEqual(
    [],
  );
});

it('strategies differ in name and in the parameters that each has', () => {
  const rows = configDifferences([
    tinyRun({}, { strategy: { name: 'ppo' } }),
    tinyRun({}, { strategy: { name: 'gppo', eps_high: 0.3 } }),
  ]);
  expect(rows).toContainEqual({ path: 'rl.strategy.name', values: ['ppo', 'gppo'] });
  expect(rows).toContainEqual({ path: 'rl.strategy.beta2', values: [undefined, '1'] });
  expect(rows.find(({ path }) => path === 'rl.strategy.eps_high')?.values[1]).toBe('0.3');
});

it('finds the first unequal metric of two runs, ignoring times', () => {
  const slow = { ...record(1), time: { step_ms: 900, tokens_per_second: 1 } };
  expect(firstMetricDifference([record(1), record(2)], [slow, record(2), record(3)])).toBeUndefined();
  expect(
    firstMetricDifference(
      [record(1), record(2)],
      [record(1), record(2, 'rl', { 'critic/score/mean': 0.02 + 1e-16 * 40 })],
    ),
  ).toEqual({ phase: 'rl', step: 2, metric: 'critic/score/mean' });
  expect(firstMetricDifference([record(1)], [record(1, 'sft')])).toEqual({
    phase: 'rl',
    step: 1,
    metric: 'the step itself',
  });
});
