/** The base config of a race: a preset's or the recipe of the Train page, with the steps and the seed of the form. */
import { parseSweep, type Sweep } from '../../compare/sweep.ts';
import { laneLabels, MAX_LANES, MIN_LANES, raceEntries, type Race } from '../../compare/race.ts';
import { StudioError } from '../../errors.ts';
import type { RunConfig } from '../../run/config.ts';
import { PRESETS } from '../../run/gallery.ts';
import { defaultSweepName } from '../../run/run-name.ts';
import type { StrategyConfig } from '../../run/strategies/strategy-config.ts';
import { RECIPE_BASE } from '../../store/race-store.ts';
import { evaluated } from '../compare/base-text.ts';

/** Presets with RL alone on an included model: in SFT, all strategies would be the same. */
const BASES = PRESETS.filter(({ runs: [config], asksForModel }) => config.rl && !config.sft && !asksForModel);

export const BASE_CHOICES = [
  ...BASES.map(({ id, title }) => ({ value: id, label: `Preset: ${title}` })),
  { value: RECIPE_BASE, label: 'Recipe of the Train page' },
];

/** @param recipe the checked recipe of the Train page; undefined while it has problems */
export const baseConfig = (id: string, recipe: RunConfig | undefined): RunConfig | undefined =>
  id === RECIPE_BASE ? recipe : BASES.find((preset) => preset.id === id)?.runs[0];

interface Settings {
  strategies: StrategyConfig[];
  base: string;
  steps: number | undefined;
  seed: number | undefined;
}

/** The race of the settings, or why there is none. */
export function raceOf(
  { strategies, base: id, steps, seed }: Settings,
  recipe: RunConfig | undefined,
): { race: Race } | { problem: string } {
  const config = baseConfig(id, recipe);
  if (!config) return { problem: 'The recipe on the Train page has a problem' };
  if (!config.rl) return { problem: 'The recipe on the Train page has no RL stage' };
  if (strategies.length < MIN_LANES) return { problem: `Choose ${MIN_LANES} to ${MAX_LANES} strategies` };
  const base = evaluated({
    ...config,
    seed: seed ?? config.seed,
    rl: { ...config.rl, steps: steps ?? config.rl.steps },
  });
  try {
    raceEntries({ base, strategies });
    return { race: { base, strategies } };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return { problem: error.message };
  }
}

/** Seeds of a sweep that repeats a race. */
export const SWEEP_SEEDS = 5;

/** The same strategies on the same base, over fresh seeds: the race's own may have been chosen for what it shows. */
export function sweepOf({ base, strategies }: Race): Sweep {
  const labels = laneLabels(strategies);
  return parseSweep(
    {
      name: defaultSweepName(base, strategies),
      base,
      strategies: strategies.map((strategy, i) => ({ label: labels[i], strategy })),
      seeds: Array.from({ length: SWEEP_SEEDS }, (_, i) => base.seed + 1 + i),
    },
    'the race',
  );
}
