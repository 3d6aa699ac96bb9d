/**
 * What a clip rule answers when it is asked about single tokens, and what is wrong with one: plain data for the page.
 */
import type { Zone } from '../run/step-record.ts';

/** A token to ask a rule about. Nats throughout. */
export interface CurvePoint {
  logRatio: number;
  advantage: number;
  oldLogprob: number;
  /** Entropy now over entropy then; 1 when left out. */
  entropyRatio?: number;
  /** Tokens of the response, all with this log-ratio; 1 when left out. */
  length?: number;
}

export interface CurveAnswer {
  value: number;
  weight: number;
  zone: Zone;
  /** Counts in verl's pg_clipfrac, in its pg_clipfrac_lower. */
  clipped: boolean;
  dualClipped: boolean;
  /** The rule gave no number, or looped too long. */
  broken: boolean;
  exhausted: boolean;
  /** dJ/dlogp on top of w A. */
  push: number;
  /** The band at this token. */
  low: number;
  high: number;
}

/** A rule at the points asked for; one that does not work has no answers, and keeps no other from being drawn. */
export interface Curve {
  answers: CurveAnswer[];
  problem?: string;
}

export interface StrategyProblem {
  /** 1-based, in the user's source. */
  line: number;
  column: number;
  message: string;
}
