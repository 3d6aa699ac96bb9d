/** Figures of the study from the runs of its sweeps, by the rules of docs/regimes/protocol.md. */
import { differences } from '../compare/differences.ts';
import { tInterval } from '../compare/intervals.ts';
import { deviation, mean } from '../compare/moments.ts';
import { detectableEffect, holm, pairedTest } from '../compare/paired.ts';
import { armsOf, type Sweep } from '../compare/sweep.ts';
import { CONFIDENCE, MEASURE_NAMES, REGIME_MEASURES, type RegimeMeasure } from './measures.ts';
import type { ArmFigures, BestRates, Cell, CellStudy, Contrast, Gain, ScaleStudy } from './results.ts';
import { commonSeeds, valuesOf, type RunRow } from './rows.ts';

/** Runs of a sweep, and the sweep. */
export interface SweepRuns {
  rows: readonly RunRow[];
  sweep: Sweep;
}

const LEVEL = 1 - CONFIDENCE;

const byMeasure = <T>(of: (measure: RegimeMeasure) => T): Record<RegimeMeasure, T> =>
  Object.fromEntries(MEASURE_NAMES.map((measure) => [measure, of(measure)])) as Record<RegimeMeasure, T>;

function figuresOf(rows: readonly RunRow[], label: string, seeds: readonly number[]): ArmFigures {
  const values = (column: string) => valuesOf(rows, label, seeds, column);
  return {
    label,
    measures: byMeasure((measure) => {
      const own = values(REGIME_MEASURES[measure].column);
      return { interval: tInterval(own, CONFIDENCE), values: own };
    }),
    start: mean(values('accuracy_sampled_start')),
    clipped: mean(values('clip_low')) + mean(values('clip_high')),
    preserved: mean(values('preserved_share')),
    entropy: mean(values('entropy_end')),
  };
}

export function bestRates({ rows, sweep }: SweepRuns): BestRates {
  const labels = armsOf(sweep).map(({ label }) => label);
  const seeds = commonSeeds(rows, labels);
  const compared = byMeasure((measure) =>
    differences(
      labels.map((label) => {
        const values = valuesOf(rows, label, seeds, REGIME_MEASURES[measure].column);
        return new Map(seeds.map((seed, i) => [seed, values[i] ?? NaN]));
      }),
      labels.indexOf(sweep.baseline),
      CONFIDENCE,
    ),
  );
  return {
    seeds,
    arms: labels.map((label, i) => ({
      figures: figuresOf(rows, label, seeds),
      ...(label !== sweep.baseline && {
        differences: byMeasure((measure) => {
          const difference = compared[measure][i];
          if (!difference) throw new Error(`${label} has no seed in common with ${sweep.baseline}`);
          return { interval: difference.interval, verdict: difference.verdict };
        }),
      }),
    })),
  };
}

/** Least-squares slope of y over x. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  return (
    x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? NaN) - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0)
  );
}

const contrast = (id: string, values: number[], share = 1): Contrast => ({
  id,
  values,
  interval: tInterval(values, 1 - LEVEL * share),
  least: deviation(values) * detectableEffect(values.length, LEVEL * share),
});

/** The scale is the number that an arm's label ends with. */
export function scaleStudy({ rows, sweep }: SweepRuns): ScaleStudy {
  const arms = armsOf(sweep);
  const seeds = commonSeeds(
    rows,
    arms.map(({ label }) => label),
  );
  const points = arms.map(({ label }) => ({
    scale: Number(label.split(' ').at(-1)),
    figures: figuresOf(rows, label, seeds),
  }));
  return {
    seeds,
    points,
    slopes: byMeasure((measure) =>
      contrast(
        'slope',
        seeds.map((_, i) =>
          slope(
            points.map(({ scale }) => scale),
            points.map(({ figures }) => figures.measures[measure].values[i] ?? NaN),
          ),
        ),
      ),
    ),
  };
}

/** Sweeps of Clip-Higher (first) and the upper side (second), each with all values of the varied fields. */
export function cellsOf({ rows, sweep }: SweepRuns): Cell[] {
  const arms = armsOf(sweep);
  const seeds = commonSeeds(
    rows,
    arms.map(({ label }) => label),
  );
  const half = arms.length / 2;
  return arms.slice(0, half).map((without, i): Cell => {
    const { 'rl.strategy': _, ...set } = without.set;
    const [clipHigher, upperSide] = [without, arms[half + i]].map((arm) => figuresOf(rows, arm?.label ?? '', seeds));
    if (!clipHigher || !upperSide) throw new Error(`sweep ${sweep.name} has no pairs of arms`);
    return {
      set,
      seeds,
      clipHigher,
      upperSide,
      gains: byMeasure((measure): Gain => {
        const values = upperSide.measures[measure].values.map(
          (value, k) => value - (clipHigher.measures[measure].values[k] ?? NaN),
        );
        return { values, interval: tInterval(values, CONFIDENCE) };
      }),
    };
  });
}

/**
 * How the gain in sampled accuracy depends on the setting.
 *
 * @param weights by id of a contrast: the weight of each cell's gain, in the order of the cells
 */
export function cellStudy(runs: SweepRuns, weights: Record<string, (cell: Cell) => number> = {}): CellStudy {
  const cells = cellsOf(runs);
  const seeds = cells[0]?.seeds ?? [];
  const sums = Object.entries(weights).map(([id, weightOf]) => ({
    id,
    values: seeds.map((_, i) =>
      cells.reduce((sum, cell) => sum + weightOf(cell) * (cell.gains.sampled.values[i] ?? NaN), 0),
    ),
  }));
  const corrected = holm(
    sums.map(
      ({ values }) =>
        pairedTest(
          values,
          values.map(() => 0),
        ).p,
    ),
    LEVEL,
  );
  return { cells, contrasts: sums.map(({ id, values }, i) => contrast(id, values, corrected[i]?.share)) };
}
