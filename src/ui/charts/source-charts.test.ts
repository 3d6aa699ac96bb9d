import { expect, it } from 'vitest';
import { metricOf } from '../../run/metrics/lookup.ts';
import { chartHelp, lineSpecs } from './charts.ts';
import { reportedSources, sourceCharts } from './source-charts.ts';

it('sources are those whose validation loss a run has reported', () => {
  const series = {
    'evaluation/eval/loss': [],
    'evaluation/eval/a b.jsonl/loss': [],
    'evaluation/eval/task x/loss': [],
  };
  expect(reportedSources(series)).toEqual(['a b.jsonl', 'task x']);
});

it('the chart has one line per source, named by it, whose metric is declared', () => {
  const [chart, ...others] = sourceCharts(['a.jsonl', 'task addition']);
  expect(others).toEqual([]);
  if (!chart) throw new Error('sources have a chart');
  expect(lineSpecs(chart).map(({ title }) => title)).toEqual(['a.jsonl', 'task addition']);
  expect(metricOf(chart.lines[0].metric)).toMatchObject({
    title: 'Validation loss of a.jsonl',
    phases: ['evaluation'],
  });
  expect(chartHelp(chart)).toBe(metricOf(chart.lines[0].metric).help);
  expect(sourceCharts([])).toEqual([]);
});
