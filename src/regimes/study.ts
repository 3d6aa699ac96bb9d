/** The questions of docs/regimes/protocol.md, each with its sweep and how its runs are evaluated. */
import { bestRates, cellStudy, scaleStudy, slope, type SweepRuns } from './compute.ts';
import { epochsOf, groupOf, rewardsOf, startOf } from './cell.ts';
import type { RegimeResults, RegimeSweep } from './results.ts';

/** The start from which few responses are correct. */
const SPARSE = 'embedded:addition-sparse-0.1M';
const EPOCHS = [1, 2, 4];
/** Responses per problem, with the same number in all. */
const GROUPS = [4, 8, 16];

/** Weight of each value in the slope over the base-2 logarithm of the group size. */
const groupWeights = GROUPS.map((_, i) =>
  slope(
    GROUPS.map(Math.log2),
    GROUPS.map((_, k) => (k === i ? 1 : 0)),
  ),
);

type Compute = { [Sweep in RegimeSweep]: (runs: SweepRuns) => NonNullable<RegimeResults[Sweep]> };

/** By name of the sweep. */
export const COMPUTE: Compute = {
  'best-rates': bestRates,
  beta1: scaleStudy,
  beta2: scaleStudy,
  plane: (runs) =>
    cellStudy(runs, {
      updates: (cell) => (epochsOf(cell) === 4 ? 1 / 2 : epochsOf(cell) === 1 ? -1 / 2 : 0),
      start: (cell) => (startOf(cell) === SPARSE ? 1 : -1) / EPOCHS.length,
    }),
  groups: (runs) => cellStudy(runs, { group: (cell) => groupWeights[GROUPS.indexOf(groupOf(cell))] ?? NaN }),
  'countdown-upper': (runs) => cellStudy(runs),
  'programs-upper': (runs) => cellStudy(runs, { rewards: (cell) => (rewardsOf(cell) === 'hard' ? 1 : -1) }),
  size: (runs) => cellStudy(runs),
};

export const REGIME_SWEEPS = Object.keys(COMPUTE) as RegimeSweep[];
