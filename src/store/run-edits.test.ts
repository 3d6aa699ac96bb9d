import { expect, it } from 'vitest';
import { DEMO_CONFIG } from '../run/presets.ts';
import { defaultRunName } from '../run/run-name.ts';
import { recipeOf } from './recipe.ts';
import { editsSince } from './run-edits.ts';

const running = { ...DEMO_CONFIG, name: defaultRunName(DEMO_CONFIG) };
const recipe = recipeOf(DEMO_CONFIG);

it('names the fields that differ from the config of the run', () => {
  expect([...editsSince(running, recipe, {})]).toEqual([]);
  // The name that is derived from the recipe is not a separate edit.
  expect([...editsSince(running, { ...recipe, seed: 8 }, {})]).toEqual(['seed']);
  expect([...editsSince(running, { ...recipe, name: 'mine' }, {})]).toEqual(['name']);
  expect([...editsSince({ ...running, name: 'mine' }, recipe, {})]).toEqual(['name']);
  expect([...editsSince(running, recipe, { 'rl.steps': { text: 'x', problem: '' } })]).toEqual(['rl.steps']);
});
