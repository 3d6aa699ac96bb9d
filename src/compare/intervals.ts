/** Means over seeds with Student's t intervals. */
import { studentHalfWidth } from './paired.ts';
import { deviation, mean } from './moments.ts';

/** A mean over seeds; `low` and `high` are NaN for a single seed, which has no spread. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  count: number;
}

/** Of a figure that no run has. */
export const NO_VALUE: Interval = { mean: NaN, low: NaN, high: NaN, count: 0 };

/**
 * Two-sided t interval of the mean.
 *
 * @param confidence in (0, 1), for example 0.95
 */
export function tInterval(values: readonly number[], confidence: number): Interval {
  const count = values.length;
  const middle = mean(values);
  if (count < 2) return { mean: middle, low: NaN, high: NaN, count };
  const half = (studentHalfWidth(confidence, count) * deviation(values)) / Math.sqrt(count);
  return { mean: middle, low: middle - half, high: middle + half, count };
}
