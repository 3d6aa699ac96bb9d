import { describe, expect, it } from 'vitest';
import { matchLog } from '../../logs/match.ts';
import type { MetricLog } from '../../logs/metric-log.ts';
import { dashOfLine } from '../charts/lines.ts';
import { seriesColor } from '../palette.ts';
import { aloneLines, otherNames, overlayCharts, withLabels } from './log-charts.ts';

const log = (file: string, names: readonly string[], count = 4): MetricLog => ({
  source: 'verl',
  file,
  run: undefined,
  series: names.map((name) => ({
    name,
    steps: Array.from({ length: count }, (_, i) => i + 1),
    values: Array.from({ length: count }, (_, i) => i / count),
  })),
  leftOut: { count: 0, list: [] },
  notes: [],
});
const drawn = (...logs: MetricLog[]) =>
  withLabels(
    logs.map((one, id) => ({ id, log: one, ...matchLog(one) })),
    1,
  );
const OWN = {
  id: 'own',
  label: 'mine',
  color: seriesColor(0),
  series: {
    'rl/actor/entropy': { steps: [1, 2], values: [0.5, 0.25] },
    'evaluation/accuracy/greedy': { steps: [0, 2], values: [0.1, 0.9] },
  },
};

describe('overlayCharts', () => {
  it('has a chart per metric that a log has, with the own runs that have it, in the order of the names', () => {
    const logs = drawn(
      log('b.jsonl', ['actor/entropy', 'unknown']),
      log('a.csv', ['critic/score/mean', 'actor/entropy']),
    );
    const charts = overlayCharts([OWN], logs, 'step');
    expect(charts.map(({ chart, drawn: lines }) => [chart.metric, lines.map(({ label }) => label)])).toEqual([
      ['critic/score/mean', ['a.csv']],
      ['actor/entropy', ['mine', 'b.jsonl', 'a.csv']],
    ]);
    expect(charts[1]?.drawn.map(({ color, foreign }) => [color, foreign])).toEqual([
      [seriesColor(0), undefined],
      [seriesColor(1), true],
      [seriesColor(2), true],
    ]);
    expect(otherNames(logs)).toEqual(['unknown']);
    expect(aloneLines('unknown', logs, 'step').lines.map(({ title }) => title)).toEqual(['b.jsonl']);
  });

  it('names the data sets of a validation where a log has several', () => {
    const [chart] = overlayCharts(
      [OWN],
      drawn(log('v.jsonl', ['val-core/a/acc/mean@1', 'val-core/b/acc/mean@1', 'actor/lr']), log('v.jsonl', [])),
      'step',
    ).filter((one) => one.chart.phase === 'evaluation');
    expect(chart?.drawn.map(({ label }) => label)).toEqual([
      'mine',
      'v.jsonl, val-core/a/acc/mean@1',
      'v.jsonl, val-core/b/acc/mean@1',
    ]);
  });

  it('ends every run at 100 % where charts are over the share', () => {
    const charts = overlayCharts(
      [OWN],
      drawn(log('b.jsonl', ['actor/entropy', 'val-core/a/acc/mean@1'], 1000)),
      'share',
    );
    for (const { chart, drawn: lines } of charts)
      for (const { series } of lines) expect(series[`${chart.phase}/${chart.metric}`]?.steps.at(-1)).toBe(100);
  });
});

it('gives logs of one name distinct labels', () => {
  expect(drawn(log('a', []), log('b', []), log('a', [])).map(({ label }) => label)).toEqual(['a', 'b', 'a (2)']);
});

it('draws no foreign line solid, also alone and in the first colour', () => {
  for (const color of [0, 1, 2, 7].map(seriesColor))
    expect(dashOfLine({ key: 'a', title: 'a', color, foreign: true }, true)).toMatch(/\d/);
});
