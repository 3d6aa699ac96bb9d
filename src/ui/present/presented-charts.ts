/** The charts that presenter mode offers for a run. */
import type { RunConfig } from '../../run/config.ts';
import { NO_CHART } from '../../store/presenter-store.ts';
import { chartTitle, rewardCharts, TRAIN_CHARTS, type ChartSpec } from '../charts/charts.ts';

export const MASS_CHART = 'mass-share';

export interface PresentedChart {
  name: string;
  title: string;
  /** Undefined for the gradient mass by zone. */
  spec?: ChartSpec;
}

const presented = (spec: ChartSpec): PresentedChart => ({ name: spec.name, title: chartTitle(spec), spec });

/** @param running undefined before the first run, which is taken for one of RL */
export function presentedCharts(running: Pick<RunConfig, 'sft' | 'rl' | 'task'> | undefined): PresentedChart[] {
  const sft = running?.sft ? TRAIN_CHARTS.sft : [];
  if (running && !running.rl) return sft.map(presented);
  const rewards = running?.task.rewards ? rewardCharts(running.task.rewards) : [];
  return [
    ...[...TRAIN_CHARTS.rl, ...rewards].map(presented),
    { name: MASS_CHART, title: 'Gradient mass by zone' },
    ...[...TRAIN_CHARTS.update, ...sft].map(presented),
  ];
}

/** The one chart or the two that are shown, by name: the first one of all if there is no such chart. */
export function chosenCharts<Chart extends { name: string }>(
  charts: readonly Chart[],
  [first, second]: readonly [string, string],
): Chart[] {
  const one = charts.find(({ name }) => name === first) ?? charts[0];
  const two = second === NO_CHART ? undefined : charts.find(({ name }) => name === second);
  return [...(one ? [one] : []), ...(two && two !== one ? [two] : [])];
}
