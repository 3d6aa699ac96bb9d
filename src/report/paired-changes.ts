/** Changes of the same problems from one stage to another: counts, and what they allow to say about the mean. */
import jstat from 'jstat';
import { LEVEL, meanInterval, type Bounds } from '../evaluation/intervals.ts';

/**
 * The two-sided p of McNemar's exact test (McNemar 1947, Psychometrika 12, 153-157): of the problems that turned, as
 * many or more in one direction by chance, if both were equally likely. 1 if none turned.
 */
export function mcNemar(gained: number, lost: number): number {
  const [turned, fewer] = [gained + lost, Math.min(gained, lost)];
  // C(turned, k) / 2^turned, by its logarithm: 2^-turned underflows for many.
  let [logTerm, sum] = [-turned * Math.LN2, 0];
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((turned - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}

/**
 * Score interval of the difference of two paired proportions, (gained - lost) / count (Tango 1998, Statistics in
 * Medicine 17, 891-908): unlike mean +- standard error it holds its level for few problems, and has a width where none
 * turned.
 */
export function pairedInterval(gained: number, lost: number, count: number, level = LEVEL): Bounds {
  const z = jstat.normal.inv(1 - (1 - level) / 2, 0, 1);
  const difference = (gained - lost) / count;
  const edge = (sign: 1 | -1) => {
    // score(delta) falls in delta; its distance from 0 at the edge is z.
    let [near, far]: [number, number] = [difference, sign];
    for (let i = 0; i < 100; i++) {
      const middle = (near + far) / 2;
      if (Math.abs(tangoScore(gained, lost, count, middle)) < z) near = middle;
      else far = middle;
    }
    return near;
  };
  return [edge(-1), edge(1)];
}

/**
 * (b - c - n d) / sqrt(n (2 q + d (1 - d))), where q is the maximum likelihood estimate of the probability of a loss
 * under a difference d: the larger root of 2 n q^2 + (-b - c + (2 n - b + c) d) q - c d (1 - d) = 0.
 */
function tangoScore(gained: number, lost: number, n: number, d: number): number {
  const linear = -gained - lost + (2 * n - gained + lost) * d;
  const root = Math.sqrt(Math.max(0, linear * linear + 8 * n * lost * d * (1 - d)));
  const q = (root - linear) / (4 * n);
  const above = gained - lost - n * d;
  if (Math.abs(above) < 1e-12 * n) return 0;
  return above / Math.sqrt(Math.max(0, n * (2 * q + d * (1 - d))));
}

/**
 * Interval of the mean of differences in [-1, 1], one per problem: that of a mean over problems (intervals.ts), which
 * stays within -1 and 1 and has a width where all differences are equal.
 */
export function differenceInterval(differences: readonly number[], level = LEVEL): Bounds | undefined {
  const bounds = meanInterval(
    differences.map((difference) => (1 + difference) / 2),
    level,
  );
  return bounds && [2 * bounds[0] - 1, 2 * bounds[1] - 1];
}
