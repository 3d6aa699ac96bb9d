/** Charts with one line per difficulty band, for runs whose problems have bands. */
import { seriesColor } from '../palette.ts';
import type { ChartLine, ChartSpec } from './charts.ts';

/**
 * Charts by difficulty of a run whose problems have bands: accuracy, with rewards in the config the reward, and with a
 * curriculum what it draws.
 *
 * @param bands in the order of their lines
 */
export function difficultyCharts(
  bands: readonly string[],
  { rewarded, curriculum }: { rewarded: boolean; curriculum: boolean },
): readonly ChartSpec[] {
  const chart = (name: string, title: string, figure: 'accuracy' | 'score' | 'share', empty: string): ChartSpec[] => {
    const [first, ...others] = bands.map((band, i): ChartLine => ({
      phase: 'rl',
      metric: `difficulty/${band}/${figure}`,
      color: seriesColor(i),
    }));
    return first ? [{ name, title, lines: [first, ...others], empty }] : [];
  };
  return [
    ...chart('difficulty', 'Accuracy by difficulty', 'accuracy', 'Share of correct responses in each difficulty band'),
    ...(rewarded ? chart('difficulty-reward', 'Reward by difficulty', 'score', 'Mean reward in each band') : []),
    ...(curriculum ? chart('curriculum', 'Prompts by difficulty', 'share', 'Share of prompts from each band') : []),
  ];
}

/** Names of the difficulty bands that a run has reported, as `2 digits` before `10 digits`. */
export function bandsOf(series: Readonly<Record<string, unknown>>): string[] {
  const bands = Object.keys(series).flatMap((key) => /^rl\/difficulty\/(.+)\/share$/.exec(key)?.[1] ?? []);
  return bands.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
