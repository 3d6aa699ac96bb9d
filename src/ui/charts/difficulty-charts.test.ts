import { expect, it } from 'vitest';
import { metricOf } from '../../run/metrics/lookup.ts';
import { chartHelp, chartTitle, lineSpecs } from './charts.ts';
import { bandsOf, difficultyCharts } from './difficulty-charts.ts';

const SERIES = ['10 carries', '2 carries', 'a/b'].flatMap((band) =>
  ['share', 'accuracy', 'score'].map((figure) => [`rl/difficulty/${band}/${figure}`, []]),
);

it('bands are those that a run has reported, in the order of their numbers', () => {
  const series = Object.fromEntries([...SERIES, ['rl/critic/score/mean', []]]) as Record<string, unknown>;
  expect(bandsOf(series)).toEqual(['2 carries', '10 carries', 'a/b']);
  expect(bandsOf({})).toEqual([]);
});

it('each chart has one line per band, named by it, whose metric is declared', () => {
  const charts = difficultyCharts(['easy', 'a/b'], { rewarded: true, curriculum: true });
  expect(charts.map(chartTitle)).toEqual(['Accuracy by difficulty', 'Reward by difficulty', 'Prompts by difficulty']);
  for (const chart of charts) {
    expect(lineSpecs(chart).map(({ title }) => title)).toEqual(['easy', 'a/b']);
    expect(new Set(chart.lines.map(({ color }) => color)).size).toBe(2);
    for (const { metric } of chart.lines) expect(metricOf(metric).phases).toContain('rl');
    expect(chartHelp(chart)).toBe(metricOf(chart.lines[0].metric).help);
  }
});

it('rewards have a chart where they are not the verdict, and prompts where a curriculum chooses them', () => {
  const names = (rewarded: boolean, curriculum: boolean) =>
    difficultyCharts(['easy', 'hard'], { rewarded, curriculum }).map(({ name }) => name);
  expect(names(false, false)).toEqual(['difficulty']);
  expect(names(true, false)).toEqual(['difficulty', 'difficulty-reward']);
  expect(names(false, true)).toEqual(['difficulty', 'curriculum']);
});
