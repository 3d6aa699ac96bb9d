/** Means over seeds with Student's t intervals. */
import jstat from 'jstat';

/** A mean over seeds; `low` and `high` are NaN for a single seed, which has no spread. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  count: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Two-sided t interval of the mean.
 *
 * @param confidence in (0, 1), for example 0.95
 */
export function tInterval(values: readonly number[], confidence: number): Interval {
  const count = values.length;
  const middle = mean(values);
  if (count < 2) return { mean: middle, low: NaN, high: NaN, count };
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (count - 1);
  const half = jstat.studentt.inv(1 - (1 - confidence) / 2, count - 1) * Math.sqrt(variance / count);
  return { mean: middle, low: middle - half, high: middle + half, count };
}

export type Verdict =
  | 'better'
  | 'worse'
  | 'no difference shown'
  | 'too few seeds'
  /** All seeds differ from the baseline by the same amount: a t interval of width 0 says nothing about other seeds. */
  | 'no spread between seeds';

/** Minimum number of seeds for a verdict. */
export const FEWEST_SEEDS = 3;
/** Differences closer than this, relative to the values, are equal: they differ by rounding. */
const ROUNDING = 1e-12;

/**
 * Verdict of paired differences to a baseline: a direction only if they vary between seeds and the whole interval is on
 * one side of 0.
 *
 * @param comparisons number of strategies compared with the baseline, for the Bonferroni correction of the level
 */
export function pairedDifference(
  values: readonly number[],
  baseline: readonly number[],
  confidence: number,
  comparisons: number,
): { interval: Interval; verdict: Verdict } {
  const differences = values.map((value, i) => value - (baseline[i] ?? NaN));
  const interval = tInterval(differences, 1 - (1 - confidence) / Math.max(1, comparisons));
  if (differences.length < FEWEST_SEEDS) return { interval, verdict: 'too few seeds' };
  const size = Math.max(...values.map(Math.abs), ...baseline.map(Math.abs));
  const spread = Math.max(...differences) - Math.min(...differences);
  if (spread <= ROUNDING * size && Math.abs(interval.mean) > ROUNDING * size)
    return { interval, verdict: 'no spread between seeds' };
  return { interval, verdict: interval.low > 0 ? 'better' : interval.high < 0 ? 'worse' : 'no difference shown' };
}
