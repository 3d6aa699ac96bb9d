import { expect, it } from 'vitest';
import { describeStrategy, distinctLabels } from './distinct-labels.ts';
import type { StrategyConfig } from './strategy-config.ts';

const custom = (title: string, parameters: Record<string, number> = {}): StrategyConfig => ({
  name: 'custom',
  title,
  source: '',
  parameters,
});

it.each<[string, StrategyConfig[], string[]]>([
  [
    'a clip range that differs by default',
    [{ name: 'ppo' }, { name: 'gppo' }],
    ['PPO (ε 0.2/0.2)', 'GPPO (ε 0.2/0.28)'],
  ],
  ['a shared clip range', [{ name: 'ppo', eps_high: 0.28 }, { name: 'gppo' }], ['PPO', 'GPPO']],
  [
    'a default that is given',
    [
      { name: 'ppo', eps_low: 0.2, eps_high: 0.28 },
      { name: 'gppo', eps_high: 0.28 },
    ],
    ['PPO', 'GPPO'],
  ],
  [
    'a parameter that is off in one of them',
    [{ name: 'clip-higher' }, { name: 'gppo', dual_clip: 10 }],
    ['Clip-Higher (dual clip off)', 'GPPO (dual clip 10)'],
  ],
  [
    'several settings of one strategy',
    [
      { name: 'gppo', beta1: 0.5 },
      { name: 'gppo', beta1: 1, only_high: true },
    ],
    ['GPPO (β₁ 0.5, both sides)', 'GPPO (β₁ 1, upper side only)'],
  ],
  [
    'a parameter of only one of them',
    [{ name: 'clip-higher' }, { name: 'gppo', beta2: 2 }],
    ['Clip-Higher', 'GPPO (β₂ 2)'],
  ],
  ['no clip range, beside one', [{ name: 'ppo' }, { name: 'importance' }], ['PPO', 'No clipping']],
  ['one strategy', [{ name: 'ppo' }], ['PPO']],
  ['small numbers', [{ name: 'gspo' }, { name: 'ppo' }], ['GSPO (ε 3e-4/4e-4)', 'PPO (ε 0.2/0.2)']],
  [
    'parameters of custom strategies',
    [custom('mine', { c: 1 }), custom('mine', { c: 2 })],
    ['mine (c 1)', 'mine (c 2)'],
  ],
  ['equal titles without any difference', [custom('mine'), custom('mine')], ['mine', 'mine 2']],
])('labels name %s', (_, strategies, labels) => expect(distinctLabels(strategies)).toEqual(labels));

it.each<[StrategyConfig, string]>([
  [{ name: 'ppo' }, 'PPO'],
  [{ name: 'ppo', eps_low: 0.002, eps_high: 0.002 }, 'PPO (ε 0.002/0.002)'],
  [{ name: 'gppo', eps_high: 0.28, dual_clip: 10 }, 'GPPO (dual clip 10)'],
  [{ name: 'importance' }, 'No clipping'],
])('describes %o as %s', (strategy, label) => expect(describeStrategy(strategy)).toBe(label));
