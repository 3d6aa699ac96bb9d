/** Statistics of paired comparisons: t test, Holm's correction, effect size, and the least difference one could see. */
import jstat from 'jstat';
import { deviation, mean } from './moments.ts';

/** Differences of pairs; figures that need a spread are NaN for a single pair. */
export interface PairedTest {
  count: number;
  mean: number;
  /** Standard deviation of the differences, with n - 1. */
  deviation: number;
  /** Two-sided probability under a mean of 0; NaN where all differences are equal, because a t test needs a spread. */
  p: number;
}

/** Differences closer than this, relative to the values, differ by rounding. */
const ROUNDING = 1e-12;

/** Half the width of a two-sided t interval of a mean, in standard errors. */
export const studentHalfWidth = (confidence: number, count: number): number =>
  jstat.studentt.inv(1 - (1 - confidence) / 2, count - 1);

/** Paired t test of values against their partners. */
export function pairedTest(values: readonly number[], partners: readonly number[]): PairedTest {
  const differences = values.map((value, i) => value - (partners[i] ?? NaN));
  const count = differences.length;
  const middle = mean(differences);
  const size = Math.max(...values.map(Math.abs), ...partners.map(Math.abs));
  const spread = Math.max(...differences) - Math.min(...differences);
  if (spread <= ROUNDING * size) return { count, mean: middle, deviation: count > 1 ? 0 : NaN, p: NaN };
  const own = deviation(differences);
  const t = middle / (own / Math.sqrt(count));
  return { count, mean: middle, deviation: own, p: 2 * jstat.studentt.cdf(-Math.abs(t), count - 1) };
}

/**
 * Holm's step-down correction (Holm 1979, Scandinavian Journal of Statistics 6, 65-70).
 *
 * @param probabilities of all comparisons; NaN counts as 1
 * @returns for each its adjusted probability, and the share of the level that it is compared with: 1 / (comparisons not
 *   yet rejected), which for those that are not rejected is that of the first which was not, so that an interval at
 *   this share of the level excludes 0 exactly where Holm's correction rejects
 */
export function holm(probabilities: readonly number[], level: number): { adjusted: number; share: number }[] {
  const known = probabilities.map((p) => (Number.isNaN(p) ? 1 : p));
  const order = known.map((_, i) => i).sort((a, b) => (known[a] ?? 1) - (known[b] ?? 1));
  const result = known.map(() => ({ adjusted: 1, share: 1 }));
  let adjusted = 0;
  let share: number | undefined;
  for (const [rank, i] of order.entries()) {
    const divisor = known.length - rank;
    const p = known[i] ?? 1;
    adjusted = Math.max(adjusted, Math.min(1, divisor * p));
    result[i] = { adjusted, share: share ?? 1 / divisor };
    if (p > level / divisor) share ??= 1 / divisor;
  }
  return result;
}

/**
 * Cohen's d of paired differences with Hedges' correction for few pairs: their mean in standard deviations. NaN without
 * a spread.
 */
export function effectSize({ mean: middle, deviation: own, count }: PairedTest): number {
  if (!(own > 0)) return NaN;
  return (middle / own) * (1 - 3 / (4 * (count - 1) - 1));
}

/** Intervals of the quadrature over the normal distribution. */
const STRIPS = 2000;
/** Standard deviations beyond which a normal distribution has no mass in float64. */
const REACH = 9;

/**
 * Power of a two-sided paired t test: the probability that it rejects.
 *
 * @param effect true mean difference, in standard deviations of the differences
 */
export function power(effect: number, count: number, level: number): number {
  const degrees = count - 1;
  const critical = studentHalfWidth(1 - level, count);
  const shift = effect * Math.sqrt(count);
  // P((Z + shift) / S > critical), S a chi variable over the root of its degrees of freedom, and its mirror image.
  const above = (center: number) => {
    const from = Math.max(-REACH, -center);
    if (from >= REACH) return 0;
    const width = (REACH - from) / STRIPS;
    let sum = 0;
    for (let i = 0; i <= STRIPS; i++) {
      const z = from + i * width;
      const weight = i === 0 || i === STRIPS ? 1 : i % 2 === 1 ? 4 : 2;
      const below = jstat.chisquare.cdf(degrees * ((center + z) / critical) ** 2, degrees);
      sum += weight * below * Math.exp(-(z * z) / 2);
    }
    return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
  };
  return above(shift) + above(-shift);
}

/** The power at which a difference counts as one that the design could have seen. */
export const USUAL_POWER = 0.8;

/**
 * The least true difference, in standard deviations of the differences, that a paired t test of this many pairs finds
 * with the given power. NaN for a single pair.
 */
export function detectableEffect(count: number, level: number, wanted = USUAL_POWER): number {
  if (count < 2) return NaN;
  let high = 0.1;
  while (power(high, count, level) < wanted) high *= 2;
  let low = high / 2;
  if (power(low, count, level) >= wanted) low = 0;
  for (let i = 0; i < 60 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (power(middle, count, level) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
