import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import { laneLabels, raceEntries } from './race.ts';

const base = tinyRun();

describe('the lanes of a race', () => {
  it('are runs that differ only in strategy and name', () => {
    const strategies: StrategyConfig[] = [{ name: 'ppo', eps_high: 0.3 }, { name: 'gppo' }];
    const entries = raceEntries({ base, strategies });
    expect(entries.map(({ label }) => label)).toEqual(['PPO', 'GPPO']);
    for (const [i, { config }] of entries.entries()) {
      expect(config.rl?.strategy).toEqual(strategies[i]);
      expect({ ...config, name: '', rl: { ...config.rl, strategy: undefined } }).toEqual({
        ...base,
        name: '',
        rl: { ...base.rl, strategy: undefined },
      });
    }
    expect(entries[1]?.config.name).toBe('GPPO, race, addition, seed 3');
    const [reported] = raceEntries({ base: tinyRun({ report: {} }), strategies });
    expect(reported?.config).toEqual(entries[0]?.config);
  });

  it('are labelled by their title, and with the parameters in which lanes of one title differ', () => {
    expect(laneLabels([{ name: 'ppo' }, { name: 'clip-higher' }, { name: 'gppo' }])).toEqual([
      'PPO',
      'Clip-Higher',
      'GPPO',
    ]);
    expect(
      laneLabels([
        { name: 'gppo', beta1: 0.5 },
        { name: 'gppo', beta1: 1 },
      ]),
    ).toEqual(['GPPO (β₁ 0.5)', 'GPPO (β₁ 1)']);
  });

  it('are refused if they are too few, too many, equal, or have no RL', () => {
    const ppo: StrategyConfig = { name: 'ppo' };
    const five = (['ppo', 'gppo', 'cispo', 'gspo', 'topr'] as const).map((name): StrategyConfig => ({ name }));
    expect(() => raceEntries({ base, strategies: [ppo] })).toThrow('strategies: expected 2 to 4, found 1');
    expect(() => raceEntries({ base, strategies: five })).toThrow('strategies: expected 2 to 4, found 5');
    expect(() => raceEntries({ base, strategies: [ppo, ppo] })).toThrow('expected each once');
    const { rl: _, ...supervised } = base;
    expect(() => raceEntries({ base: supervised, strategies: [ppo, { name: 'gppo' }] })).toThrow('base.rl: expected');
  });
});
