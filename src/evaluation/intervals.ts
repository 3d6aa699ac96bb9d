/**
 * Intervals of a mean over problems. Problems are the independent units: they are a sample of those that the model
 * could be asked, and several responses to one problem are not independent of each other (Miller 2024, "Adding Error
 * Bars to Evals", arXiv 2411.00640). A value per problem therefore contains both kinds of noise, and its spread over
 * problems gives the interval.
 *
 * - Values that are all 0 or 1 are a proportion: Wilson's score interval (Wilson 1927, JASA 22), which holds its level
 *   near 0 and 1 and for few problems, where the usual one does not (Brown, Cai & DasGupta 2001, Statistical Science
 *   16).
 * - Other values: the same with the number of problems replaced by the effective one, mean (1 - mean) / error^2, and
 *   Student's t for the normal quantile, as for survey data (Franco, Little, Louis & Slud 2019, JSSAM 7). Near 0 and 1,
 *   where most problems are never or always solved, an interval of mean +- t error is too short and ends outside of
 *   [0, 1].
 * - Equal values, or one problem: there is no spread to estimate, and t would give a width of 0. Wilson's interval is
 *   then on the safe side: values in [0, 1] vary at most as much as a proportion with their mean.
 */
import jstat from 'jstat';

export type Bounds = readonly [low: number, high: number];

/** Confidence level of all intervals of a report. */
export const LEVEL = 0.95;
/** A standard error below this is 0, computed in floating point. */
const ROUNDING = 1e-12;

/** @param successes may be a fraction: a mean times the number of problems */
export function wilsonInterval(successes: number, count: number, level = LEVEL): Bounds {
  return scoreInterval(successes / count, count, jstat.normal.inv(1 - (1 - level) / 2, 0, 1));
}

/** @param p mean @param count problems, or the effective number @param z quantile */
function scoreInterval(p: number, count: number, z: number): Bounds {
  // (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
  const middle = p + (z * z) / (2 * count);
  const half = z * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

/** Interval of the mean over problems of values in [0, 1]; undefined without problems. */
export function meanInterval(values: readonly number[], level = LEVEL): Bounds | undefined {
  return clusteredInterval(
    values.map((value) => [value]),
    level,
  );
}

/**
 * The same for the mean over all responses, where each problem has any number of them: the standard error of a ratio
 * with problems as clusters, sqrt(G / (G - 1) * sum over problems of (sum of (x - mean))^2) / N.
 *
 * @param clusters values of each problem
 */
export function clusteredInterval(clusters: readonly (readonly number[])[], level = LEVEL): Bounds | undefined {
  const used = clusters.filter((values) => values.length > 0);
  const values = used.flat();
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const proportion = used.every(([value, ...others]) => others.length === 0 && (value === 0 || value === 1));
  const squares = used.reduce((sum, cluster) => sum + cluster.reduce((own, value) => own + value - mean, 0) ** 2, 0);
  const error = Math.sqrt((squares * used.length) / (used.length - 1)) / values.length;
  if (proportion || used.length < 2 || error < ROUNDING) return wilsonInterval(mean * used.length, used.length, level);
  const t = jstat.studentt.inv(1 - (1 - level) / 2, used.length - 1);
  return scoreInterval(mean, (mean * (1 - mean)) / (error * error), t);
}
