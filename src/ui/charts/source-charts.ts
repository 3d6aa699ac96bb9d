/** The chart with one line per source of SFT, for runs whose sources hold out rows. */
import { seriesColor } from '../palette.ts';
import type { ChartLine, ChartSpec } from './charts.ts';

/** @param sources in the order of their lines */
export function sourceCharts(sources: readonly string[]): readonly ChartSpec[] {
  const [first, ...others] = sources.map((source, i): ChartLine => ({
    phase: 'evaluation',
    metric: `eval/${source}/loss`,
    color: seriesColor(i),
  }));
  const empty = 'Loss on the held-out rows of each source';
  return first
    ? [{ name: 'validation-sources', title: 'Validation loss by source', lines: [first, ...others], empty }]
    : [];
}

/** Names of the sources whose validation loss a run has reported. */
export const reportedSources = (series: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(series).flatMap((key) => /^evaluation\/eval\/([^/]+)\/loss$/.exec(key)?.[1] ?? []);
