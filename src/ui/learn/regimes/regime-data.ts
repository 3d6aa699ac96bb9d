/** The study's results, and the recipes of its cells. */
import plane from '../../../../configs/sweep-plane.json';
import groups from '../../../../configs/sweep-groups.json';
import programs from '../../../../configs/sweep-programs-upper.json';
import stored from '../../../../docs/regimes/results.json';
import { armsOf, confirmingRuns, parseSweep, type Sweep } from '../../../compare/sweep.ts';
import type { Cell, RegimeResults } from '../../../regimes/results.ts';
import type { RunConfig } from '../../../run/config.ts';
import type { StrategyConfig } from '../../../run/strategies/strategy-config.ts';

export const REGIMES = stored as unknown as RegimeResults;

export const CELL_SWEEPS = ['plane', 'groups', 'countdown-upper', 'programs-upper', 'size'] as const;
export type CellSweep = (typeof CELL_SWEEPS)[number];

/** Of sweeps whose start ships with the studio; the others begin with a training of the command line. */
const SWEEPS: Partial<Record<CellSweep, Sweep>> = {
  plane: parseSweep(plane, 'sweep-plane.json'),
  groups: parseSweep(groups, 'sweep-groups.json'),
  'programs-upper': parseSweep(programs, 'sweep-programs-upper.json'),
};

/** A cell, and where it is from. */
export interface Place {
  sweep: CellSweep;
  cell: Cell;
  /** All cells of the sweep. */
  cells: Cell[];
}

export const PLACES: readonly Place[] = CELL_SWEEPS.flatMap((sweep) => {
  const cells = REGIMES[sweep]?.cells ?? [];
  return cells.map((cell) => ({ sweep, cell, cells }));
});

/** The recipe of a cell's upper side, and the strategies to race on it; undefined where the start does not ship. */
export function recipeOf({ sweep, cell }: Place): { config: RunConfig; strategies: StrategyConfig[] } | undefined {
  const file = SWEEPS[sweep];
  if (!file) return undefined;
  const labels = [cell.clipHigher.label, cell.upperSide.label];
  const strategies = labels.flatMap((label) => armsOf(file).find((arm) => arm.label === label)?.strategy ?? []);
  const run = confirmingRuns(file).find(({ label }) => label === cell.upperSide.label);
  return run && { config: run.config, strategies };
}
