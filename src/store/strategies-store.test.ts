import { expect, test, vi } from 'vitest';
import { STARTING_STRATEGY } from './strategies-store.ts';

test('reads custom strategies that earlier versions kept under `rules`, and keeps them there', async () => {
  const kept = new Map([
    ['gppo-studio-rules', JSON.stringify({ state: { rules: [{ ...STARTING_STRATEGY, title: 'mine' }] }, version: 0 })],
  ]);
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal('window', { localStorage });
  vi.resetModules();
  const { useStrategies, strategyFile, strategyOfFile } = await import('./strategies-store.ts');
  expect(useStrategies.getState().strategies.map(({ title }) => title)).toEqual(['mine']);
  useStrategies.getState().save({ ...STARTING_STRATEGY, title: 'second' });
  useStrategies.getState().remove('mine');
  expect(JSON.parse(kept.get('gppo-studio-rules') ?? '')).toMatchObject({ state: { rules: [{ title: 'second' }] } });
  expect(JSON.parse(strategyFile(STARTING_STRATEGY))).toEqual({ kind: 'gppo-studio-rule', rule: STARTING_STRATEGY });
  expect(strategyOfFile(strategyFile(STARTING_STRATEGY))).toEqual(STARTING_STRATEGY);
  vi.unstubAllGlobals();
});
