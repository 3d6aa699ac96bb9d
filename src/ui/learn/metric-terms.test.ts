import { expect, it } from 'vitest';
import { TABLE_COLUMNS } from '../../compare/sweep-view.ts';
import { rewardCharts, SAMPLING_CHART, TRAIN_CHARTS, type ChartSpec } from '../charts/charts.ts';
import { difficultyCharts } from '../charts/difficulty-charts.ts';
import { sourceCharts } from '../charts/source-charts.ts';
import { GLOSSARY } from './glossary.ts';
import { termOf } from './metric-terms.ts';

/** Charts whose titles need no explanation. */
const PLAIN = ['learning-rate', 'speed'];

it('every chart of a run has a term in the glossary, unless its title is plain', () => {
  const charts: readonly ChartSpec[] = [
    ...Object.values(TRAIN_CHARTS).flat(),
    SAMPLING_CHART,
    ...rewardCharts([{ name: 'exact' }]),
    ...difficultyCharts(['1 carry'], { rewarded: true, curriculum: true }),
    ...sourceCharts(['rows.jsonl']),
  ];
  expect(charts).toHaveLength(new Set(charts.map(({ name }) => name)).size);
  for (const { name, lines } of charts) {
    const term = termOf(lines[0].metric);
    if (PLAIN.includes(name)) expect(term, name).toBeUndefined();
    else expect(GLOSSARY, name).toHaveProperty(String(term));
  }
});

it('every column of a comparison has a term with a lesson', () => {
  for (const { metric } of TABLE_COLUMNS) expect(GLOSSARY[termOf(metric)!], metric).toHaveProperty('lesson');
});
