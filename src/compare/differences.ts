/** Differences of a sweep's arms to its baseline, paired by seed and corrected for the number of comparisons. */
import { tInterval, type Interval } from './intervals.ts';
import { detectableEffect, effectSize, holm, pairedTest } from './paired.ts';

export type Verdict =
  | 'better'
  | 'worse'
  | 'no difference shown'
  | 'too few seeds'
  /** All seeds differ from the baseline by the same amount, which says nothing of other seeds. */
  | 'no spread between seeds';

/** Minimum number of seeds for a verdict. */
export const FEWEST_SEEDS = 3;

export interface Difference {
  /** At the level of its step of Holm's correction, so that it excludes 0 exactly where the verdict has a direction. */
  interval: Interval;
  verdict: Verdict;
  /** Holm's adjusted probability; NaN without a verdict on a direction. Absent in summaries of earlier versions. */
  p?: number;
  /** Mean difference in standard deviations of the differences (Cohen's d with Hedges' correction). */
  effect?: number;
  /** The least true difference that this design finds with 80 % probability, in the measure's unit. */
  detectable?: number;
}

/**
 * @param arms the measure by seed, of each arm; seeds that the baseline lacks do not count
 * @param baseline its index; negative if it has no runs
 * @returns per arm; undefined for the baseline and for arms without a common seed
 */
export function differences(
  arms: readonly ReadonlyMap<number, number>[],
  baseline: number,
  confidence: number,
): (Difference | undefined)[] {
  const reference = arms[baseline];
  const pairs = arms.map((arm, i) =>
    i === baseline || !reference ? [] : [...arm].filter(([seed]) => reference.has(seed)),
  );
  const tests = pairs.map((own) =>
    pairedTest(
      own.map(([, value]) => value),
      own.map(([seed]) => reference?.get(seed) ?? NaN),
    ),
  );
  const compared = pairs.flatMap((own, i) => (own.length > 0 ? [i] : []));
  const level = 1 - confidence;
  const corrected = holm(
    compared.map((i) => ((pairs[i]?.length ?? 0) < FEWEST_SEEDS ? NaN : (tests[i]?.p ?? NaN))),
    level,
  );
  const result = arms.map((): Difference | undefined => undefined);
  for (const [rank, i] of compared.entries()) {
    const test = tests[i];
    const { adjusted, share } = corrected[rank] ?? { adjusted: 1, share: 1 };
    if (!test) continue;
    const own = (pairs[i] ?? []).map(([seed, value]) => value - (reference?.get(seed) ?? NaN));
    const interval = tInterval(own, 1 - level * share);
    const equal = test.deviation === 0;
    const verdict = (): Verdict => {
      if (own.length < FEWEST_SEEDS) return 'too few seeds';
      if (equal) return Math.max(...own.map(Math.abs)) > EQUAL ? 'no spread between seeds' : 'no difference shown';
      if (!(adjusted <= level)) return 'no difference shown';
      return test.mean > 0 ? 'better' : 'worse';
    };
    result[i] = {
      interval,
      verdict: verdict(),
      p: own.length < FEWEST_SEEDS || equal ? NaN : adjusted,
      effect: effectSize(test),
      // Without a spread nothing is known of what other seeds would show.
      detectable: equal ? NaN : test.deviation * detectableEffect(own.length, level * share),
    };
  }
  return result;
}

/** Differences below this are rounding: measures are shares or rewards of order 1. */
const EQUAL = 1e-12;
