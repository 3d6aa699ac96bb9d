/** The verdict on a claim, computed from the runs of its sweep by the rule of docs/claims/protocol.md. */
import { tInterval, type Interval } from '../compare/intervals.ts';
import { deviation, mean } from '../compare/moments.ts';
import { detectableEffect, effectSize, holm, pairedTest, studentHalfWidth } from '../compare/paired.ts';
import type { Claim, Comparison } from './claim.ts';
import { CLAIM_MEASURES, type ClaimMeasure, type ClaimRun } from './measures.ts';

export type ClaimVerdict = 'reproduced' | 'not reproduced' | 'unclear at this scale';

/** Family-wise level of a claim's comparisons. */
const LEVEL = 0.05;
/** Complete confirmation seeds below which a claim has no verdict. */
export const FEWEST_CLAIM_SEEDS = 5;
/** Fresh seeds over which a prediction interval is of the mean. */
export const FRESH_SEEDS = 2;

export interface ComparisonOutcome extends Comparison {
  /** Differences by seed, in the order of the seeds. */
  differences: number[];
  /** At the level of its step of Holm's correction. */
  interval: Interval;
  /** Holm's adjusted probability; null where all differences are equal. */
  p: number | null;
  /** Mean in standard deviations of the differences, with Hedges' correction; null without a spread. */
  effect: number | null;
  /** Least true difference that the design finds with 80 % probability; null without a spread. */
  detectable: number | null;
  /** Of the mean difference over `FRESH_SEEDS` fresh seeds. */
  prediction: { low: number; high: number };
  verdict: ClaimVerdict;
}

/** An arm's mean of a measure with its 95 % interval, and the values by seed. */
export interface ArmOutcome {
  label: string;
  measures: { measure: ClaimMeasure; interval: Interval; values: number[] }[];
  /** Means over seeds of shares that say how far the regime clips. */
  startSampled: number;
  clipped: number;
  preservedShare: number;
}

export interface ClaimOutcome {
  seeds: number[];
  arms: ArmOutcome[];
  decides: ComparisonOutcome[];
  further: ComparisonOutcome[];
  verdict: ClaimVerdict;
}

/** Seeds that all arms have completed, ascending. */
export function completeSeeds(runs: readonly ClaimRun[], arms: readonly string[]): number[] {
  const has = (label: string, seed: number) => runs.some((run) => run.label === label && run.summary.seed === seed);
  const seeds = [...new Set(runs.map(({ summary }) => summary.seed))].sort((a, b) => a - b);
  return seeds.filter((seed) => arms.every((label) => has(label, seed)));
}

/** @returns undefined as long as fewer than `FEWEST_CLAIM_SEEDS` seeds are complete */
export function outcomeOf(
  claim: Pick<Claim, 'decides' | 'further'>,
  runs: readonly ClaimRun[],
  arms: readonly string[],
): ClaimOutcome | undefined {
  const seeds = completeSeeds(runs, arms);
  if (seeds.length < FEWEST_CLAIM_SEEDS) return undefined;
  const decides = compared(claim.decides, runs, seeds);
  const used = [...claim.decides, ...claim.further].map(({ measure }) => measure);
  const measures = (Object.keys(CLAIM_MEASURES) as ClaimMeasure[]).filter(
    (measure) => measure === 'sampled' || used.includes(measure),
  );
  return {
    seeds,
    arms: arms.map((label) => armOutcome(label, runs, seeds, measures)),
    decides,
    further: compared(claim.further, runs, seeds),
    verdict: claimVerdict(decides.map(({ verdict }) => verdict)),
  };
}

/** All must be reproduced, and one that is not decides against the claim. */
export function claimVerdict(verdicts: readonly ClaimVerdict[]): ClaimVerdict {
  if (verdicts.includes('not reproduced')) return 'not reproduced';
  return verdicts.every((verdict) => verdict === 'reproduced') ? 'reproduced' : 'unclear at this scale';
}

function valuesOf(runs: readonly ClaimRun[], label: string, seeds: readonly number[], measure: ClaimMeasure): number[] {
  return seeds.map((seed) => {
    const run = runs.find((one) => one.label === label && one.summary.seed === seed);
    return run ? CLAIM_MEASURES[measure].of(run) : NaN;
  });
}

function armOutcome(
  label: string,
  runs: readonly ClaimRun[],
  seeds: readonly number[],
  measures: readonly ClaimMeasure[],
): ArmOutcome {
  const own = runs.filter((run) => run.label === label && seeds.includes(run.summary.seed));
  const average = (of: (run: ClaimRun) => number) => mean(own.map(of));
  return {
    label,
    measures: measures.map((measure) => {
      const values = valuesOf(runs, label, seeds, measure);
      return { measure, interval: tInterval(values, 1 - LEVEL), values };
    }),
    startSampled: average(({ summary }) => summary.startSampled),
    clipped: average(({ summary }) => summary.clippedLow + summary.clippedHigh),
    preservedShare: average(({ summary }) => summary.preservedShare),
  };
}

function compared(
  comparisons: readonly Comparison[],
  runs: readonly ClaimRun[],
  seeds: readonly number[],
): ComparisonOutcome[] {
  const pairs = comparisons.map(({ arm, against, measure }) => [
    valuesOf(runs, arm, seeds, measure),
    valuesOf(runs, against, seeds, measure),
  ]);
  const tests = pairs.map(([own = [], others = []]) => pairedTest(own, others));
  const corrected = holm(
    tests.map(({ p }) => p),
    LEVEL,
  );
  return comparisons.map((comparison, i): ComparisonOutcome => {
    const [own = [], others = []] = pairs[i] ?? [];
    const differences = own.map((value, k) => value - (others[k] ?? NaN));
    const test = tests[i] ?? pairedTest(own, others);
    const { adjusted, share } = corrected[i] ?? { adjusted: 1, share: 1 };
    const interval = tInterval(differences, 1 - LEVEL * share);
    const spread = test.deviation > 0;
    return {
      ...comparison,
      differences,
      interval,
      p: Number.isNaN(test.p) ? null : adjusted,
      effect: spread ? effectSize(test) : null,
      detectable: spread ? test.deviation * detectableEffect(differences.length, LEVEL * share) : null,
      prediction: predictionInterval(differences),
      verdict: comparisonVerdict(comparison, interval),
    };
  });
}

/** The rule; an interval without a width, which all seeds equal gives, says nothing of other seeds. */
export function comparisonVerdict(
  { direction, measure }: Pick<Comparison, 'direction' | 'measure'>,
  { low, high }: Pick<Interval, 'low' | 'high'>,
): ClaimVerdict {
  if (!(high > low)) return 'unclear at this scale';
  const [from, to] = direction === 'higher' ? [low, high] : [-high, -low];
  if (from > 0) return 'reproduced';
  const { smallest } = CLAIM_MEASURES[measure];
  return to < 0 || (from > -smallest && to < smallest) ? 'not reproduced' : 'unclear at this scale';
}

/**
 * 95 % prediction interval of the mean of fresh values: mean +- t(n - 1) s sqrt(1 / n + 1 / fresh), for n values of
 * which s is the standard deviation.
 */
export function predictionInterval(values: readonly number[], fresh = FRESH_SEEDS): { low: number; high: number } {
  const count = values.length;
  const half = studentHalfWidth(1 - LEVEL, count) * deviation(values) * Math.sqrt(1 / count + 1 / fresh);
  return { low: mean(values) - half, high: mean(values) + half };
}
