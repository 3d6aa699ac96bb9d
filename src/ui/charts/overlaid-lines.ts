/** One metric of several runs as the lines of a chart: one per run that has it. */
import { seriesKey, type MetricRef } from '../../run/metrics/lookup.ts';
import type { Series } from '../../run/series.ts';
import { hasDots } from './charts.ts';
import type { LineSpec, SeriesByKey } from './lines.ts';

/** One of several runs in one chart. */
export interface OverlaidRun {
  id: string;
  label: string;
  color: string;
  /** By `phase/metric`. */
  series: Readonly<Record<string, Series>>;
  /** Of another trainer. */
  foreign?: boolean;
}

/** @returns series and lines by the runs' ids, in the order of the runs */
export function overlaidLines(
  chart: MetricRef,
  runs: readonly OverlaidRun[],
): { series: SeriesByKey; lines: readonly LineSpec[] } {
  const key = seriesKey(chart);
  const having = runs.filter((one) => (one.series[key]?.steps.length ?? 0) > 0);
  return {
    series: Object.fromEntries(having.map((one) => [one.id, one.series[key] as Series])),
    lines: having.map(({ id, label, color, foreign }): LineSpec => ({
      key: id,
      title: label,
      color,
      ...(foreign && { foreign }),
      ...(hasDots(chart) && { dots: true }),
    })),
  };
}
