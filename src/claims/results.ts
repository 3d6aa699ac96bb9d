/** What docs/claims/results.json holds, which the page shows and docs/claims.md is written from. */
import type { ClaimMeasure } from './measures.ts';
import type { ClaimOutcome } from './outcome.ts';

/** Runs that were made while a claim's config was being chosen. */
export interface Trial {
  /** `2026-11-29`. */
  date: string;
  runs: number;
  seeds: readonly number[];
  tried: string;
  showed: string;
}

/** A comparison over fresh seeds, beside the interval that predicted it. */
export interface RerunComparison {
  arm: string;
  against: string;
  measure: ClaimMeasure;
  /** Mean difference over the fresh seeds. */
  mean: number;
  prediction: { low: number; high: number };
  inside: boolean;
}

export interface Rerun {
  date: string;
  seeds: readonly number[];
  comparisons: readonly RerunComparison[];
}

export interface ClaimResult {
  number: number;
  /** Complete confirmation seeds, of those that the sweep has. */
  complete: number;
  planned: number;
  /** Absent as long as too few seeds are complete. */
  outcome?: ClaimOutcome;
  trials: readonly Trial[];
  rerun?: Rerun;
}

/** Runs that were made before the confirmation, also those of other settings. */
export const trialRuns = ({ trials }: Pick<ClaimResult, 'trials'>): number =>
  trials.reduce((sum, { runs }) => sum + runs, 0);
