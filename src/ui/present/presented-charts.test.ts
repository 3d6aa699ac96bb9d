import { expect, it } from 'vitest';
import { tinyRun } from '../../../tests/support/tiny-run.ts';
import { chosenChart, presentedCharts } from './presented-charts.ts';

const names = (run: Parameters<typeof presentedCharts>[0]) => presentedCharts(run).map(({ name }) => name);

it('offers the charts that the run has', () => {
  const both = tinyRun();
  const { rl: _rl, ...sft } = both;
  expect(names(undefined)).toEqual(expect.arrayContaining(['reward', 'clipped', 'mass-share', 'kl']));
  expect(names(undefined)).not.toContain('sft-loss');
  expect(names(both)).toEqual(expect.arrayContaining(['reward', 'mass-share', 'sft-loss']));
  expect(names(sft)).toEqual(['sft-loss', 'sft-accuracy']);
});

it('shows the first chart of a run that does not have the chosen one', () => {
  const charts = presentedCharts(undefined);
  expect(chosenChart(charts, 'entropy')?.name).toBe('entropy');
  expect(chosenChart(charts, 'sft-loss')?.name).toBe('reward');
});
