/** What docs/regimes/results.json has: the page shows it, and docs/regimes/results.md is written from it. */
import type { Interval } from '../compare/intervals.ts';
import type { Verdict } from '../compare/differences.ts';
import type { RegimeMeasure } from './measures.ts';

/** An arm's runs. Shares are from 0 to 1. */
export interface ArmFigures {
  label: string;
  measures: Record<RegimeMeasure, { interval: Interval; values: number[] }>;
  /** Means over runs: sampled accuracy at the start, response tokens outside the clip range, preserved mass. */
  start: number;
  clipped: number;
  preserved: number;
  /** At the end, nats. */
  entropy: number;
}

/** A difference by seed, and its mean. */
export interface Gain {
  values: number[];
  interval: Interval;
}

/** One setting, trained with and without the gradient preserved above the range. */
export interface Cell {
  /** Varied fields of the config that set it apart; empty in a sweep that varies none. */
  set: Record<string, unknown>;
  seeds: number[];
  clipHigher: ArmFigures;
  upperSide: ArmFigures;
  /** Upper side minus Clip-Higher, with 95 % intervals, not corrected for the number of cells. */
  gains: Record<RegimeMeasure, Gain>;
}

/** A question about how the gain depends on a setting: one number per seed. */
export interface Contrast extends Gain {
  id: string;
  /** The least true value that the design finds with 80 % probability. */
  least: number;
}

export interface CellStudy {
  cells: Cell[];
  /** Of sampled accuracy, corrected for their number (Holm). */
  contrasts: Contrast[];
}

/** Q1: arms, each at its own best learning rate, against the first one. */
export interface BestRates {
  seeds: number[];
  arms: {
    figures: ArmFigures;
    /** Undefined for the baseline. */
    differences?: Record<RegimeMeasure, { interval: Interval; verdict: Verdict }>;
  }[];
}

/** Q2, Q3: accuracy over a scale of the preserved gradient. */
export interface ScaleStudy {
  seeds: number[];
  points: { scale: number; figures: ArmFigures }[];
  /** Per unit of the scale, fitted per seed. */
  slopes: Record<RegimeMeasure, Contrast>;
}

/** Questions by name of their sweep, `configs/sweep-NAME.json`; absent as long as a sweep has not been run. */
export interface RegimeResults {
  'best-rates'?: BestRates;
  beta1?: ScaleStudy;
  beta2?: ScaleStudy;
  plane?: CellStudy;
  groups?: CellStudy;
  'countdown-upper'?: CellStudy;
  'programs-upper'?: CellStudy;
  size?: CellStudy;
}

export type RegimeSweep = keyof RegimeResults;
