import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEMO_CONFIG } from '../run/presets.ts';
import { parseRunConfig } from '../run/config.ts';
import { createRecipeStore, useRecipe } from './recipe-store.ts';

const KEY = 'gppo-studio-recipe';
const recipe = () => useRecipe.getState();
const strategy = () => recipe().config.rl?.strategy;

beforeEach(() => {
  vi.useFakeTimers();
  useRecipe.setState(useRecipe.getInitialState());
});
afterEach(() => {
  vi.useRealTimers();
});
/** After this, a change is not joined with the one before. */
const later = () => vi.advanceTimersByTime(1000);

describe('typing', () => {
  it('keeps text that is not a number as a problem, and the number once it is one', () => {
    recipe().type('rl.learning_rate', { text: '1e', problem: 'Not a number.' });
    expect(recipe().checked).toBeUndefined();
    expect(recipe().problems).toEqual({ 'rl.learning_rate': 'Not a number.' });
    expect(recipe().unparsed['rl.learning_rate']?.text).toBe('1e');
    recipe().type('rl.learning_rate', { value: 1e-4 });
    expect(recipe().checked?.rl?.learning_rate).toBe(1e-4);
    expect(recipe().unparsed).toEqual({});
  });

  it('drops the text with the section that it was typed in', () => {
    recipe().chooseSft(true);
    recipe().type('sft.steps', { text: 'x', problem: 'Not a number.' });
    recipe().chooseSft(false);
    expect(recipe().checked).toBeDefined();
  });
});

describe('history', () => {
  it('undoes and redoes changes; keystrokes in one field are one of them', () => {
    recipe().type('rl.steps', { value: 1 });
    later();
    recipe().type('rl.steps', { value: 12 });
    recipe().type('rl.steps', { text: '12x', problem: 'Not a number.' });
    recipe().settle();
    recipe().type('rl.steps', { value: 5 });
    recipe().set('rl.filter_groups', false);
    recipe().undo();
    expect(recipe().config.rl).toMatchObject({ steps: 5 });
    recipe().undo();
    expect(recipe().problems).toEqual({ 'rl.steps': 'Not a number.' });
    recipe().undo();
    expect(recipe().config.rl?.steps).toBe(DEMO_CONFIG.rl?.steps);
    expect(recipe().past).toHaveLength(0);
    recipe().redo();
    recipe().redo();
    recipe().redo();
    expect(recipe().config.rl).toMatchObject({ steps: 5, filter_groups: false });
    expect(recipe().future).toHaveLength(0);
  });

  it('joins the moves of a dragged handle, not two settings of a switch', () => {
    for (const eps of [0.21, 0.22, 0.23]) recipe().set('rl.strategy.eps_low', eps);
    later();
    recipe().set('rl.strategy.eps_low', 0.3);
    recipe().undo();
    expect(strategy()).toMatchObject({ eps_low: 0.23 });
    recipe().undo();
    expect(strategy()).toMatchObject({ eps_low: 0.2 });
  });

  it('is bounded, and a new change ends redo', () => {
    for (let i = 1; i <= 150; i++) {
      recipe().set('seed', 1000 + i);
      later();
    }
    expect(recipe().past).toHaveLength(100);
    recipe().undo();
    recipe().set('seed', 1);
    expect(recipe().future).toHaveLength(0);
  });

  it('takes a loaded recipe as one change, and says what it replaced', () => {
    recipe().set('seed', 11);
    recipe().type('rl.steps', { text: 'x', problem: 'Not a number.' });
    recipe().replace(DEMO_CONFIG, 'Demo recipe loaded');
    expect(recipe().config.seed).toBe(7);
    expect(recipe().problems).toEqual({});
    const { replacement } = recipe();
    expect(replacement).toMatchObject({ title: 'Demo recipe loaded', before: { config: { seed: 11 } } });
    recipe().set('rl.epochs', 3);
    if (replacement?.before) recipe().restore(replacement.before);
    expect(recipe().config.seed).toBe(11);
    expect(recipe().problems).toEqual({ 'rl.steps': 'Not a number.' });
    recipe().undo();
    expect(recipe().config.rl?.epochs).toBe(3);
    recipe().undo();
    recipe().replace(DEMO_CONFIG, 'Demo recipe loaded');
    expect(recipe().replacement?.before).toBeUndefined();
  });
});

describe('choices', () => {
  it('keep the parameters of each strategy', () => {
    recipe().set('rl.strategy.beta1', 0.5);
    recipe().chooseStrategy({ name: 'ppo' });
    expect(strategy()).toEqual({ name: 'ppo' });
    recipe().set('rl.strategy.eps_low', 0.1);
    recipe().chooseStrategy({ name: 'gppo' });
    expect(strategy()).toMatchObject({ name: 'gppo', beta1: 0.5, eps_high: 0.28, dual_clip: 10 });
    recipe().chooseStrategy({ name: 'ppo' });
    expect(strategy()).toEqual({ name: 'ppo', eps_low: 0.1 });
    // A strategy that is given with its parameters counts as given.
    recipe().chooseStrategy({ name: 'gppo', beta1: 0.2 });
    expect(strategy()).toEqual({ name: 'gppo', beta1: 0.2 });
  });

  it('keep the fields of SFT, tasks, models, LoRA and frozen groups', () => {
    recipe().chooseSft(true);
    recipe().set('sft.steps', 9);
    recipe().chooseSft(false);
    expect(recipe().config.sft).toBeUndefined();
    recipe().chooseSft(true);
    expect(recipe().config.sft?.steps).toBe(9);

    recipe().set('task.digits', 3);
    recipe().chooseTask('arithmetic');
    recipe().set('task.operations', 4);
    recipe().chooseTask('addition');
    expect(recipe().config.task).toEqual({ name: 'addition', digits: 3 });
    recipe().startFrom({ id: 'embedded:arithmetic-0.1M', task: { name: 'arithmetic', operations: 2, max_operand: 9 } });
    expect(recipe().config.task).toMatchObject({ operations: 2 });
    recipe().startFrom({ id: 'embedded:addition-sparse-0.1M', task: { name: 'addition', digits: 2 } });
    expect(recipe().config.task).toEqual({ name: 'addition', digits: 3 });

    recipe().set('model.freeze', ['norms']);
    recipe().chooseTrainable('lora');
    recipe().set('model.lora.rank', 4);
    expect(recipe().config.model).not.toHaveProperty('freeze');
    recipe().chooseTrainable('weights');
    expect(recipe().config.model).toEqual({ checkpoint: 'embedded:addition-sparse-0.1M', freeze: ['norms'] });
    recipe().chooseTrainable('lora');
    expect(recipe().config.model.lora?.rank).toBe(4);
    recipe().chooseTrainable('weights');
    recipe().set('model.freeze', undefined);
    recipe().chooseTrainable('lora');
    recipe().chooseTrainable('weights');
    expect(recipe().config.model.freeze).toBeUndefined();
  });

  it('keep new weights when a checkpoint is chosen', () => {
    const model = { architecture: { layers: 3 } };
    recipe().replace(parseRunConfig({ ...DEMO_CONFIG, model }, 'test'), 'loaded');
    recipe().startFrom({ id: 'embedded:addition-sparse-0.1M' });
    expect(recipe().config.model).toHaveProperty('checkpoint');
    recipe().chooseNewWeights();
    expect(recipe().config.model).toMatchObject(model);
  });

  it('belong to one recipe: loading another one clears them, and undo restores them', () => {
    recipe().chooseStrategy({ name: 'ppo' });
    recipe().set('rl.strategy.eps_low', 0.1);
    recipe().replace(DEMO_CONFIG, 'loaded');
    recipe().chooseStrategy({ name: 'ppo' });
    expect(strategy()).toEqual({ name: 'ppo' });
    recipe().undo();
    recipe().undo();
    recipe().chooseStrategy({ name: 'gppo' });
    recipe().chooseStrategy({ name: 'ppo' });
    expect(strategy()).toEqual({ name: 'ppo', eps_low: 0.1 });
  });
});

describe('the name', () => {
  it('is made from the recipe unless one is given', () => {
    expect(recipe().config.name).toBeUndefined();
    expect(recipe().checked?.name).toBe('GPPO, addition, seed 7');
    recipe().set('seed', 8);
    expect(recipe().checked?.name).toBe('GPPO, addition, seed 8');
    recipe().type('name', { value: 'mine' });
    expect(recipe().checked?.name).toBe('mine');
    // A recipe that was loaded with its default name is renamed when it is changed.
    recipe().replace({ ...DEMO_CONFIG, name: 'GPPO, addition, seed 7' }, 'loaded');
    recipe().set('seed', 9);
    expect(recipe().checked?.name).toBe('GPPO, addition, seed 9');
    recipe().replace({ ...DEMO_CONFIG, name: 'theirs' }, 'loaded');
    expect(recipe().checked?.name).toBe('theirs');
  });
});

describe('the kept recipe', () => {
  const open = (kept: string | undefined) => {
    const items = new Map(kept === undefined ? [] : [[KEY, kept]]);
    const store = createRecipeStore({
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => void items.set(name, value),
    });
    return { store, text: () => items.get(KEY) };
  };

  it('is restored as it was entered, with its problems and other choices', () => {
    const { store, text } = open(undefined);
    expect(store.getState().config).toMatchObject({ seed: 7 });
    store.getState().set('rl.strategy.beta1', 0.5);
    store.getState().chooseStrategy({ name: 'custom', title: 'mine', source: 'fn', parameters: {} });
    store.getState().set('rl.minibatches', undefined);
    store.getState().set('rl.kl_coefficient', -1);
    store.getState().type('rl.steps', { text: '1,000', problem: 'Which?' });
    const { store: reopened } = open(text());
    const again = reopened.getState();
    expect(again.config).toEqual(store.getState().config);
    expect(again.problems).toEqual({ ...store.getState().problems, 'rl.steps': 'Which?' });
    expect(Object.keys(again.problems)).toEqual(expect.arrayContaining(['rl.kl_coefficient', 'rl.steps']));
    expect(again.past).toEqual([]);
    again.chooseStrategy({ name: 'gppo' });
    expect(reopened.getState().config.rl?.strategy).toMatchObject({ name: 'gppo', beta1: 0.5 });
  });

  const changed = (change: object) => JSON.stringify({ config: { ...DEMO_CONFIG, ...change } });
  it.each([
    ['text that is not JSON', '{', 'not valid JSON'],
    ['a list', '[]', 'format is unknown'],
    ['an unknown task', changed({ task: { name: 'chess' } }), 'task.name'],
    ['an unknown field', changed({ rl: { ...DEMO_CONFIG.rl, unheard: 1 } }), 'rl.unheard'],
    ['an empty recipe', JSON.stringify({ config: {} }), 'model'],
  ])('is dropped with the reason, and the demo is shown: %s', (_what, kept, reason) => {
    const { config, dropped, checked } = open(kept).store.getState();
    expect(dropped).toContain(reason);
    expect(config).toMatchObject({ seed: 7, rl: { steps: DEMO_CONFIG.rl?.steps } });
    expect(checked).toBeDefined();
  });

  it('may have old names of fields', () => {
    const rl = { ...DEMO_CONFIG.rl, tis_cap: undefined, correction_cap: 2 };
    const { store } = open(JSON.stringify({ config: { ...DEMO_CONFIG, rl } }));
    expect(store.getState().config.rl?.tis_cap).toBe(2);
    expect(store.getState().dropped).toBeUndefined();
  });
});
