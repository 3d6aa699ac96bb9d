/** Series of logs and of stored runs on one axis, in as many points as a chart draws. */
import { BoundedSeries, MAX_SERIES_POINTS, type Series } from '../run/series.ts';
import type { LogSeries } from './metric-log.ts';

/** What charts are over: steps, or the share of a run's steps, in which runs of any length cover the axis. */
export type Along = 'step' | 'share';

/** Fewest places on the axis of the share: as many as the default recipe has steps. */
const LEAST_PLACES = 40;

/** A series in at most 200 points; those that join several steps have bounds. */
export function bounded({ steps, values }: Pick<LogSeries, 'steps' | 'values'>): Series {
  const series = new BoundedSeries();
  for (const [i, step] of steps.entries()) series.push(step, values[i] ?? NaN);
  return series.view();
}

/** Places that series share on the axis of the share: those of the one with the fewest points, within bounds. */
export const placesOf = (points: readonly number[]): number =>
  Math.min(MAX_SERIES_POINTS, Math.max(LEAST_PLACES, Math.min(...points)));

/**
 * Over percent of a run instead of steps. Points of several runs are at the same places, so that the values of all can
 * be read at one; values at one place are joined.
 *
 * @param last the run's last step
 * @param places between 0 and 100 %, as of `placesOf`
 */
export function byShare(
  { steps, values, low, high }: Series,
  last: number,
  places: number = MAX_SERIES_POINTS,
): Series {
  const points = new Map<number, { sum: number; count: number; low: number; high: number }>();
  for (const [i, step] of steps.entries()) {
    const at = last > 0 ? (100 * Math.round((places * step) / last)) / places : 0;
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

/** Whether points of a series of so many values join several of them. */
export const joinsValues = (values: number, along: Along): boolean =>
  values > (along === 'share' ? LEAST_PLACES : MAX_SERIES_POINTS);
