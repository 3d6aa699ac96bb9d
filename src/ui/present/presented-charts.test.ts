import { expect, it } from 'vitest';
import { usePresenter } from '../../store/presenter-store.ts';
import { tinyRun } from '../../../tests/support/tiny-run.ts';
import { chosenCharts, presentedCharts } from './presented-charts.ts';
import { RACED_CHARTS } from './raced-charts.ts';

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
  const shown = (...chosen: [string, string]) => chosenCharts(charts, chosen).map(({ name }) => name);
  expect(shown('entropy', '')).toEqual(['entropy']);
  expect(shown('sft-loss', 'kl')).toEqual(['reward', 'kl']);
  expect(shown('kl', 'kl')).toEqual(['kl']);
  expect(shown('kl', 'sft-loss')).toEqual(['kl']);
});

it('offers the curves, standings and responses of a race, and keeps its choice apart from that of a run', () => {
  expect(RACED_CHARTS.map(({ name }) => name)).toEqual([
    'critic/score/mean',
    'accuracy/sampled',
    'actor/entropy',
    'gradient/preserved_share',
    'standings',
    'responses',
  ]);
  const { openRace, show, choose, close } = usePresenter.getState();
  openRace();
  choose(1, 'responses');
  show('run');
  choose(0, 'kl');
  const { opened, charts } = usePresenter.getState();
  expect(opened).toBe(true);
  expect(chosenCharts(RACED_CHARTS, charts.race).map(({ name }) => name)).toEqual(['critic/score/mean', 'responses']);
  expect(charts.run[0]).toBe('kl');
  close();
});
