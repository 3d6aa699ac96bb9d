/** Results of a clip strategy for single tokens, and the problems of a custom one: plain data for the page. */
import type { Zone } from '../run/step-record.ts';

/** A token at which to evaluate a strategy. Log-probs in nats. */
export interface CurvePoint {
  logRatio: number;
  advantage: number;
  oldLogprob: number;
  /** Current entropy over old entropy; 1 by default. */
  entropyRatio?: number;
  /** Tokens of the response, all with this log-ratio; 1 by default. */
  length?: number;
}

export interface CurveAnswer {
  value: number;
  weight: number;
  zone: Zone;
  /** Whether the token counts in verl's pg_clipfrac, and in pg_clipfrac_lower. */
  clipped: boolean;
  dualClipped: boolean;
  /** The strategy returned a non-finite number, or exceeded its loop budget. */
  broken: boolean;
  exhausted: boolean;
  /** dJ/dlogp in addition to w A. */
  push: number;
  /** The clip range at this token. */
  low: number;
  high: number;
}

/** A strategy at the requested points; one that fails has no answers and does not affect the others. */
export interface Curve {
  answers: CurveAnswer[];
  problem?: string;
}

export interface StrategyProblem {
  /** 1-based line in the user's source. */
  line: number;
  column: number;
  message: string;
}
