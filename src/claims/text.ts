/** Figures and verdicts of claims in words, the same in docs/claims.md and on the page. */
import type { Interval } from '../compare/intervals.ts';
import type { Claim, Comparison } from './claim.ts';
import { CLAIM_MEASURES, type ClaimMeasure } from './measures.ts';
import type { ClaimOutcome, ClaimVerdict, ComparisonOutcome } from './outcome.ts';
import { trialRuns, type ClaimResult } from './results.ts';

const isShare = (measure: ClaimMeasure): boolean => CLAIM_MEASURES[measure].unit === '%';

/** A value of a measure without its unit: per cent with one decimal, nats with three. */
export const measureNumber = (measure: ClaimMeasure, value: number): string =>
  isShare(measure) ? (100 * value).toFixed(1) : value.toFixed(3);

/** A difference without its unit, with its sign. */
export function signedNumber(measure: ClaimMeasure, value: number): string {
  const text = measureNumber(measure, value);
  return value > 0 && Number(text) !== 0 ? `+${text}` : Number(text) === 0 ? text.replace('-', '') : text;
}

const bounds = (low: number | null, high: number | null, text: (value: number) => string): string =>
  low === null || high === null || !Number.isFinite(low) ? '' : ` [${text(low)}, ${text(high)}]`;

/** `67.8 [61.0, 74.6]`. */
export const meanText = (measure: ClaimMeasure, { mean, low, high }: Interval): string =>
  `${measureNumber(measure, mean)}${bounds(low, high, (value) => measureNumber(measure, value))}`;

/** `+3.2 [+0.9, +5.5] points`. */
export function differenceText({ measure, interval }: Pick<ComparisonOutcome, 'measure' | 'interval'>): string {
  const number = (value: number) => signedNumber(measure, value);
  const { mean, low, high } = interval;
  return `${number(mean)}${bounds(low, high, number)} ${CLAIM_MEASURES[measure].differenceUnit}`;
}

export const predictionText = ({ measure, prediction }: Pick<ComparisonOutcome, 'measure' | 'prediction'>): string =>
  `${signedNumber(measure, prediction.low)} to ${signedNumber(measure, prediction.high)}`;

/** `gppo against cispo, sampled accuracy`. */
export const comparisonText = ({ arm, against, measure }: Omit<Comparison, 'direction'>): string =>
  `${arm} against ${against}, ${CLAIM_MEASURES[measure].title}`;

/** The least difference that the design finds, with its unit; empty without a spread. */
export const detectableText = ({ measure, detectable }: Pick<ComparisonOutcome, 'measure' | 'detectable'>): string =>
  detectable === null ? '' : `${measureNumber(measure, detectable)} ${CLAIM_MEASURES[measure].differenceUnit}`;

/** Holm's adjusted probability. */
export const pText = (p: number | null): string => (p === null ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3));

export const effectText = (effect: number | null): string => (effect === null ? '' : effect.toFixed(2));

/** What the verdict is called where there is none yet. */
export const verdictText = ({ outcome, complete, planned }: ClaimResult): string =>
  outcome?.verdict ?? `not yet run (${complete} of ${planned} seeds)`;

/** Why the verdict is what it is, in one or two sentences. */
export function becauseText({ decides, verdict }: Pick<ClaimOutcome, 'decides' | 'verdict'>): string {
  const of = (wanted: ClaimVerdict) => decides.filter((one) => one.verdict === wanted);
  const list = (some: readonly ComparisonOutcome[]) =>
    some.map((one) => `${comparisonText(one)}: ${differenceText(one)}`).join('; ');
  if (verdict === 'reproduced') return `All intervals exclude 0 in the claim's direction. ${list(decides)}.`;
  if (verdict === 'not reproduced') {
    const against = of('not reproduced');
    const opposite = against.filter(({ interval: { low, high } }) => low > 0 || high < 0);
    if (opposite.length > 0) return `An interval excludes 0 in the opposite direction. ${list(opposite)}.`;
    const sizes = against.map(({ measure }) => {
      const { smallest, differenceUnit } = CLAIM_MEASURES[measure];
      return `${measureNumber(measure, smallest)} ${differenceUnit}`;
    });
    return (
      `An interval includes 0 and lies within the smallest effect of interest, ${sizes.join(' and ')}: a smaller ` +
      `effect is not excluded. ${list(against)}.`
    );
  }
  const unclear = of('unclear at this scale');
  const seen = unclear.map(detectableText).filter(Boolean).join(' and ');
  return (
    `${unclear.length > 1 ? 'Intervals include 0 and reach' : 'An interval includes 0 and reaches'} beyond the ` +
    `smallest effect of interest. ${list(unclear)}.` +
    (seen === '' ? '' : ` With 80 % probability this design finds a true difference of ${seen}.`)
  );
}

export function trialsText(result: ClaimResult): string {
  const runs = trialRuns(result);
  return runs === 0 ? 'none' : `${runs} ${runs === 1 ? 'run' : 'runs'}`;
}

/** What the paper reports, in one line. */
export const paperText = ({ paper: { columns, rows } }: Claim): string =>
  rows.map(({ label, values }) => `${label} ${values.join(' / ')}`).join('; ') + ` (${columns.join(' / ')})`;
