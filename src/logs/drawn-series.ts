/** Series of logs and of stored runs on one axis, in as many points as a chart draws. */
import { BoundedSeries, MAX_SERIES_POINTS, type Series } from '../run/series.ts';
import type { LogSeries } from './metric-log.ts';

/** What charts are over: steps, or the share of a run's steps, in which runs of any length cover the axis. */
export type Along = 'step' | 'share';

/** Points per percent of a run: with half a percent, points of a run of 40 steps stay where they are. */
const PER_PERCENT = MAX_SERIES_POINTS / 100;

/** A series in at most 200 points; those that join several steps have bounds. */
export function bounded({ steps, values }: Pick<LogSeries, 'steps' | 'values'>): Series {
  const series = new BoundedSeries();
  for (const [i, step] of steps.entries()) series.push(step, values[i] ?? NaN);
  return series.view();
}

/**
 * Over percent of a run instead of steps. Values of one point are joined; points of several runs are at the same
 * places, so that the values of all can be read at one.
 *
 * @param last the run's last step
 */
export function byShare({ steps, values, low, high }: Series, last: number): Series {
  const points = new Map<number, { sum: number; count: number; low: number; high: number }>();
  for (const [i, step] of steps.entries()) {
    const at = last > 0 ? Math.round((100 * PER_PERCENT * step) / last) / PER_PERCENT : 0;
    const value = values[i] ?? NaN;
    const [lowest, highest] = [low?.[i] ?? value, high?.[i] ?? value];
    const point = points.get(at);
    if (!point) points.set(at, { sum: value, count: 1, low: lowest, high: highest });
    else {
      point.sum += value;
      point.count += 1;
      point.low = Math.min(point.low, lowest);
      point.high = Math.max(point.high, highest);
    }
  }
  const joined = [...points.values()];
  const series: Series = { steps: [...points.keys()], values: joined.map(({ sum, count }) => sum / count) };
  if (joined.every((point) => point.low === point.high)) return series;
  return { ...series, low: joined.map((point) => point.low), high: joined.map((point) => point.high) };
}

/** Most values that a drawn point of a series of so many joins. */
export const valuesPerPoint = (points: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(1, points / MAX_SERIES_POINTS)));
