import { expect, it } from 'vitest';
import { atSettingsOf } from './at-settings-of.ts';

it('strategies take the clip range and dual clip of the one that they are compared with', () => {
  expect(
    atSettingsOf({ name: 'gppo', eps_low: 0.1, dual_clip: 10, beta1: 0.5 }, [
      { name: 'ppo', eps_low: 0.3 },
      { name: 'gppo' },
      { name: 'cispo' },
      { name: 'importance' },
    ]),
  ).toEqual([
    { name: 'ppo', eps_low: 0.1, eps_high: 0.28, dual_clip: 10 },
    { name: 'cispo', eps_low: 0.1, eps_high: 0.28 },
    { name: 'importance' },
  ]);
});

it('strategies whose ε means something else keep theirs', () => {
  const others = [{ name: 'gspo' }, { name: 'gmpo' }, { name: 'dcpo' }] as const;
  expect(atSettingsOf({ name: 'ppo', eps_low: 0.1 }, others)).toEqual(others);
  expect(atSettingsOf({ name: 'gspo' }, [{ name: 'ppo' }])).toEqual([{ name: 'ppo' }]);
});
