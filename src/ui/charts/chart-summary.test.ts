/** Text alternatives of charts. */
import { expect, it } from 'vitest';
import { BoundedSeries } from '../../run/series.ts';
import { chartSummary, stepsOfPoint } from './chart-summary.ts';
import { rowsOf, type LineSpec } from './lines.ts';

const line = (key: string, rest: Partial<LineSpec> = {}): LineSpec => ({ key, title: key, color: 'black', ...rest });

it('names the ends and the extremes of each line, without the values before smoothing', () => {
  const series = { reward: { steps: [1, 2, 3], values: [0.2, 0.7, 0.4] }, greedy: { steps: [2], values: [0.5] } };
  const lines = [line('raw:reward', { faint: 'raw' }), line('reward'), line('greedy')];
  expect(chartSummary({ rows: rowsOf(series, lines), lines, unit: 'share', along: 'step' })).toBe(
    '2 lines, step 1 to 3. reward: from 20.0 % to 40.0 %, lowest 20.0 % at step 1, highest 70.0 % at step 2. ' +
      'greedy: 50.0 %.',
  );
  expect(chartSummary({ rows: [], lines, unit: 'share', along: 'step' })).toBe('No values.');
});

it('a spike in ten thousand steps is in the drawn points, their text and the steps that they join', () => {
  const bounded = new BoundedSeries();
  for (let step = 1; step <= 10_000; step++) bounded.push(step, step === 4321 ? 0.93 : 0.5);
  const view = bounded.view();
  expect(view.steps.length).toBeLessThanOrEqual(200);
  expect([view.steps.at(-1), view.values.at(-1)]).toEqual([10_000, 0.5]);
  expect(Math.max(...(view.high ?? []))).toBe(0.93);
  const rows = rowsOf({ reward: view }, [line('reward')]);
  const summary = chartSummary({ rows, lines: [line('reward')], unit: 'share', along: 'step' });
  expect(summary).toContain('highest 93.0 %');
  const spike = rows.findIndex((row) => row['high:reward'] === 0.93);
  const step = rows[spike]?.step ?? 0;
  expect(stepsOfPoint(rows, step, 'step')).toBe(`steps ${(rows[spike - 1]?.step ?? 0) + 1} to ${step}`);
  expect([step >= 4321, (rows[spike - 1]?.step ?? 0) < 4321]).toEqual([true, true]);
});

it('a point of one step is that step', () => {
  const rows = rowsOf({ a: { steps: [1, 2, 10], values: [1, 2, 3] } }, [line('a')]);
  expect(stepsOfPoint(rows, 10, 'step')).toBe('step 10');
  expect(stepsOfPoint(rows, 10, 'percent of the run')).toBe('percent of the run 10');
});
