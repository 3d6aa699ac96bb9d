import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import type { RunConfig } from '../run/config.ts';
import { TaskConfig } from '../run/config/task.ts';
import { PRESETS } from '../run/gallery.ts';
import { RECIPE_PRESETS } from '../run/recipes/presets.ts';
import { useForeignCode } from './foreign-code.ts';
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

it('starts on a model whose task brings a reward in JavaScript only after consent', async () => {
  const reward = { name: 'custom' as const, source: 'function reward() { return 1; }' };
  const task = TaskConfig.parse({ name: 'addition', rewards: [reward] });
  const model = { ...LISTED_MODEL, id: 'local:theirs', name: 'theirs', task };
  const before = useRecipe.getState().config;
  usePreset.getState().begin(found('lora'), model);
  expect(useForeignCode.getState().asked).toMatchObject({ bringer: 'The model theirs', code: [{ kind: 'reward' }] });
  useForeignCode.getState().answer(false);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(started).toEqual([]);
  expect(useRecipe.getState().config).toBe(before);
  expect(usePreset.getState().followed).toBeUndefined();
  usePreset.getState().begin(found('lora'), model);
  useForeignCode.getState().answer(true);
  await expect.poll(() => started).toMatchObject([{ task: { rewards: [reward] } }]);
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
