import { expect, it } from 'vitest';
import { metricOf } from '../../run/metrics/lookup.ts';
import { ZONE_INFO } from '../zones.ts';
import {
  chartFigures,
  chartHelp,
  chartTitle,
  lineSpecs,
  RACE_CHARTS,
  rewardCharts,
  RUN_CHARTS,
  TRAIN_CHARTS,
  type ChartSpec,
} from './charts.ts';

const TRAIN: readonly ChartSpec[] = Object.values(TRAIN_CHARTS).flat();
const named = (name: string): ChartSpec => TRAIN.find((chart) => chart.name === name)!;

it('charts draw metrics in phases that report them, each chart under a name of its own', () => {
  expect(new Set(TRAIN.map(({ name }) => name)).size).toBe(TRAIN.length);
  for (const { phase, metric } of [...RUN_CHARTS, ...RACE_CHARTS, ...TRAIN.flatMap(({ lines }) => lines)])
    expect(metricOf(metric).phases, metric).toContain(phase);
});

it('a chart of one metric has its title, help and unit from the declaration', () => {
  const entropy = named('entropy');
  expect(chartTitle(entropy)).toBe('Entropy');
  expect(chartHelp(entropy)).toBe(metricOf('actor/entropy').help);
  expect(chartFigures(entropy, () => 0.2384)).toEqual([{ text: '0.238 nats per token' }]);
  expect(chartFigures(named('preserved'), () => 0.014)).toEqual([{ text: '1.4 %' }]);
});

it('a chart of several names its lines by what the declaration calls them, in their colours', () => {
  const values = new Map([
    ['rl/critic/score/mean', 0.5],
    ['evaluation/accuracy/greedy', 0.8437],
  ]);
  expect(chartFigures(named('reward'), (key) => values.get(key))).toEqual([
    { text: '0.5', color: 'var(--accent)' },
    { text: '84.4 % greedy', color: 'var(--good)' },
  ]);
  expect(chartHelp(named('kl')).split('\n')).toEqual([
    expect.stringMatching(/^KL to old policy: /),
    expect.stringMatching(/^KL to reference: /),
  ]);
  expect(lineSpecs(named('reward'))[2]).toEqual({
    key: 'evaluation/accuracy/sampled',
    title: 'sampled accuracy',
    color: 'var(--good)',
    dashed: true,
    dots: true,
  });
});

it('a chart by zone names its lines by their zones and shows no newest values', () => {
  expect(lineSpecs(named('split-norms')).map(({ key, title }) => [key, title])[1]).toEqual([
    'rl/gradient_split/positive-high/norm',
    ZONE_INFO['positive-high'].title,
  ]);
  expect(chartFigures(named('split-norms'), () => 1)).toEqual([]);
});

it('rewards have a line each, named by their keys, beside their sum, and correct responses a chart', () => {
  const [rewards, correct] = rewardCharts([{ name: 'number' }, { name: 'custom' }, { name: 'number' }]);
  expect(rewards && lineSpecs(rewards).map(({ key, title }) => [key, title])).toEqual([
    ['rl/critic/score/mean', 'reward'],
    ['rl/rewards/number/mean', 'number'],
    ['rl/rewards/custom/mean', 'custom'],
    ['rl/rewards/number-2/mean', 'number-2'],
  ]);
  expect(new Set(rewards?.lines.map(({ color }) => color)).size).toBe(4);
  expect(correct && chartTitle(correct)).toBe('Correct responses');
});
