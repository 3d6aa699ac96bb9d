/**
 * A race: two to four strategies on one base config, which start from the same checkpoint and seed and advance in turn.
 * Each lane is an ordinary run, determined by its own RunConfig.
 */
import { inputError } from '../errors.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { taskTitle } from '../run/run-name.ts';
import { distinctLabels } from '../run/strategies/distinct-labels.ts';
import { resolveStrategy, type StrategyConfig } from '../run/strategies/strategy-config.ts';

export const MIN_LANES = 2;
/** More lines than this cannot be told apart in a talk. */
export const MAX_LANES = 4;

export interface Race {
  /** Of all lanes; its strategy is replaced by theirs. */
  base: RunConfig;
  strategies: StrategyConfig[];
}

export interface RaceEntry {
  /** Names the lane in charts, errors and stored runs; no two lanes have the same. */
  label: string;
  config: RunConfig;
}

/** Labels of lanes, as short as they can be told apart: titles, else with the parameters in which they differ. */
export function laneLabels(strategies: readonly StrategyConfig[]): string[] {
  const titles = strategies.map((strategy) => resolveStrategy(strategy).title);
  return new Set(titles).size === titles.length ? titles : distinctLabels(strategies);
}

/**
 * The run of each lane, named after its strategy; without a report.
 *
 * @throws StudioError `input` for too few or too many strategies, two equal ones, or a base without RL
 */
export function raceEntries({ base, strategies }: Race): RaceEntry[] {
  const count = strategies.length;
  if (count < MIN_LANES || count > MAX_LANES)
    throw inputError('race', `strategies: expected ${MIN_LANES} to ${MAX_LANES}, found ${count}`);
  if (new Set(strategies.map((strategy) => JSON.stringify(strategy))).size < count)
    throw inputError('race', 'strategies: expected each once, found two equal ones');
  // A race shows no report, which would only take time.
  const { rl, report: _, ...shared } = base;
  if (!rl) throw inputError('race', 'base.rl: expected, because a race compares RL strategies');
  const labels = laneLabels(strategies);
  return strategies.map((strategy, i) => {
    const label = labels[i] ?? '';
    const name = `${label}, race, ${taskTitle(base.task)}, seed ${base.seed}`;
    return { label, config: parseRunConfig({ ...shared, name, rl: { ...rl, strategy } }, `race, ${label}`) };
  });
}
