/**
 * A claim of a paper as an experiment: what the paper says and shows, and which arms of which sweep decide, by which
 * measure and in which direction. Declared before its confirmation runs (docs/claims/protocol.md).
 */
import type { Citation } from '../run/recipes/recipe.ts';
import type { ClaimMeasure } from './measures.ts';

/** `arm` minus `against`, labels of arms of the sweep, and the sign of the difference that the claim predicts. */
export interface Comparison {
  arm: string;
  against: string;
  measure: ClaimMeasure;
  direction: 'higher' | 'lower';
}

export const higher = (arm: string, against: string, measure: ClaimMeasure = 'sampled'): Comparison => ({
  arm,
  against,
  measure,
  direction: 'higher',
});

export const lower = (arm: string, against: string, measure: ClaimMeasure = 'sampled'): Comparison => ({
  ...higher(arm, against, measure),
  direction: 'lower',
});

/** Figures of the paper, as a table. */
export interface PaperFigures {
  cited: Citation;
  /** What the figures are. */
  columns: readonly string[];
  rows: readonly { label: string; values: readonly string[] }[];
  /** How they were read, or what else belongs to them. */
  note?: string;
}

export interface Claim {
  number: number;
  title: string;
  /** What the paper claims. */
  statement: string;
  paper: PaperFigures;
  /** How it is tried here, and in what that differs from the paper. */
  here: string;
  /** Comparisons on which the verdict depends. */
  decides: readonly Comparison[];
  /** Others of interest, which change no verdict. */
  further: readonly Comparison[];
}

/** The claim's sweep, as the command line runs it. */
export const sweepFile = ({ number }: Pick<Claim, 'number'>): string => `configs/sweep-claim-${number}.json`;

/** Where its results are kept. */
export const resultsFolder = ({ number }: Pick<Claim, 'number'>): string => `docs/claims/${number}`;

/** Where its sweep is run. */
export const runsFolder = ({ number }: Pick<Claim, 'number'>): string => `runs/claim-${number}`;

export const compareCommand = (claim: Pick<Claim, 'number'>): string =>
  `npm run --silent cli -- compare ${sweepFile(claim)} --output ${runsFolder(claim)}`;
