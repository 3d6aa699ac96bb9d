import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunConfig } from '../run/config.ts';
import { PRESETS } from '../run/gallery.ts';
import { RECIPE_PRESETS } from '../run/recipes/presets.ts';
import { onModel, presetOf, usePreset } from './preset-store.ts';
import { useRecipe } from './recipe-store.ts';
import { useRun } from './run-store.ts';

/** Configs that were started, in order; the engine is not needed. */
let started: RunConfig[];
const names = () => started.map(({ name }) => name);
const end = (state: 'finished' | 'stopped') => useRun.setState({ state });

beforeEach(() => {
  // Without locks, as in a page that is not served over HTTPS.
  vi.stubGlobal('navigator', {});
  started = [];
  useRun.setState({
    state: 'idle',
    running: undefined,
    start: (config) => {
      started.push(config);
      useRun.setState({ running: config, state: 'running' });
      return Promise.resolve();
    },
  });
  usePreset.setState({ followed: undefined, run: 0 });
});

afterEach(() => vi.unstubAllGlobals());

const found = (id: string) => {
  const preset = presetOf(id);
  if (!preset) throw new Error(`no preset ${id}`);
  return preset;
};

it.each([...PRESETS, ...RECIPE_PRESETS].map((preset) => [preset.id, preset] as const))(
  '%s sets and starts a valid recipe',
  (_, preset) => {
    usePreset.getState().begin(preset);
    // The demo's own name is replaced by one derived from the recipe.
    const config = { ...preset.runs[0], name: expect.any(String) as string };
    expect(started).toEqual([config]);
    expect(useRecipe.getState().checked).toEqual(config);
    expect(usePreset.getState().followed).toBe(preset);
  },
);

it('starts the second run when the first has finished, and no third', () => {
  usePreset.getState().begin(found('pair'));
  end('finished');
  expect(names()).toEqual(['PPO, same seed', 'GPPO, same seed']);
  expect(useRecipe.getState().config.rl?.strategy.name).toBe('gppo');
  end('finished');
  expect(started).toHaveLength(2);
});

it('the runs of a pair differ in their strategy alone', () => {
  const [first, second] = found('pair').runs;
  const strategies = [first, second].map((config): Record<string, unknown> => ({ ...config?.rl?.strategy }));
  expect(strategies).toMatchObject([{ name: 'ppo' }, { name: 'gppo' }]);
  expect(strategies[1]).toMatchObject({ eps_low: strategies[0]?.['eps_low'], eps_high: strategies[0]?.['eps_high'] });
  expect({ ...second, name: first.name, rl: { ...second?.rl, strategy: strategies[0] } }).toEqual(first);
});

it('waits for the user after a stopped run', () => {
  usePreset.getState().begin(found('pair'));
  end('stopped');
  expect(started).toHaveLength(1);
  usePreset.getState().next();
  expect(names()).toEqual(['PPO, same seed', 'GPPO, same seed']);
});

it('leaves a preset when another run is started', () => {
  usePreset.getState().begin(found('pair'));
  end('stopped');
  void useRun.getState().start({ ...found('demo').runs[0], name: 'own' }, { paused: false });
  expect(usePreset.getState().followed).toBeUndefined();
  end('finished');
  expect(names()).toEqual(['PPO, same seed', 'own']);
});

it('puts a chosen checkpoint, and the task it was trained on, into the recipe', () => {
  const { runs } = found('lora');
  const task = { name: 'addition', digits: 3 } as const;
  expect(onModel(runs[0], { id: 'local:mine', task })).toEqual({
    ...runs[0],
    model: { checkpoint: 'local:mine', lora: { rank: 8, alpha: 16, targets: ['all-linear'] } },
    task,
  });
  expect(onModel(runs[0], { id: 'local:mine' }).task).toEqual(runs[0].task);
});
