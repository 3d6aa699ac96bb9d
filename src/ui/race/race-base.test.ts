import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../../tests/support/tiny-run.ts';
import { parseSweep } from '../../compare/sweep.ts';
import type { StrategyConfig } from '../../run/strategies/strategy-config.ts';
import { RECIPE_BASE, useRace } from '../../store/race-store.ts';
import { BASE_CHOICES, baseConfig, raceOf, sweepOf, SWEEP_SEEDS } from './race-base.ts';

const strategies: StrategyConfig[] = [{ name: 'ppo' }, { name: 'gppo' }];
const settings = { strategies, base: RECIPE_BASE, steps: undefined, seed: undefined };

describe('the race of the settings', () => {
  it('is by default one that can start, and so is every preset that is offered', () => {
    expect(raceOf(useRace.getInitialState(), undefined)).toHaveProperty('race');
    for (const { value } of BASE_CHOICES)
      expect(raceOf({ ...settings, base: value }, tinyRun()), value).toHaveProperty('race');
    expect(BASE_CHOICES.length).toBeGreaterThan(2);
  });

  it('has the steps and the seed of the form, else those of the recipe, and a held-out accuracy', () => {
    const recipe = tinyRun({ evaluation: undefined });
    expect(raceOf({ ...settings, steps: 9, seed: 5 }, recipe)).toMatchObject({
      race: { base: { seed: 5, rl: { steps: 9 }, evaluation: { every: 10 } }, strategies },
    });
    expect(raceOf(settings, recipe)).toMatchObject({ race: { base: { seed: recipe.seed, rl: recipe.rl } } });
  });

  it('is refused with what to change', () => {
    expect(raceOf(settings, undefined)).toEqual({ problem: 'The recipe on the Train page has a problem' });
    expect(raceOf(settings, tinyRun({ rl: undefined }))).toEqual({
      problem: 'The recipe on the Train page has no RL stage',
    });
    expect(raceOf({ ...settings, strategies: strategies.slice(1) }, tinyRun())).toEqual({
      problem: 'Choose 2 to 4 strategies',
    });
  });

  it('becomes a sweep of the same strategies and base over seeds that the race has not seen', () => {
    const base = baseConfig('collapse', undefined);
    if (!base) throw new Error('no such preset');
    const sweep = sweepOf({ base, strategies });
    expect(sweep.strategies?.map(({ strategy }) => strategy)).toEqual(strategies);
    expect(sweep.base).toEqual(base);
    expect(sweep.seeds).toHaveLength(SWEEP_SEEDS);
    expect(sweep.seeds).not.toContain(base.seed);
    expect(parseSweep(JSON.parse(JSON.stringify(sweep)), 'again')).toEqual(sweep);
  });
});
