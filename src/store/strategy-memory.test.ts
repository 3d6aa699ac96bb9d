import { expect, it } from 'vitest';
import { strategyToAdd } from './strategy-memory.ts';

it('adds a strategy with the parameters that it had in this list, unless that one is listed', () => {
  const changed = { name: 'ppo', eps_low: 0.1 } as const;
  const memory = { strategies: { 'compare ppo': changed } };
  const add = (...taken: object[]) =>
    strategyToAdd(memory, 'compare', { name: 'ppo' }, new Set(taken.map((one) => JSON.stringify(one))));
  expect(add()).toEqual(changed);
  expect(add(changed)).toEqual({ name: 'ppo' });
  expect(add(changed, { name: 'ppo' })).toBeUndefined();
  expect(strategyToAdd(memory, 'objective', { name: 'ppo' }, new Set())).toEqual({ name: 'ppo' });
});
