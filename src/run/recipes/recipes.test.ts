import { describe, expect, it } from 'vitest';
import { recipeFieldLabel } from '../recipe-labels.ts';
import { RECIPES } from './index.ts';
import { RECIPE_PRESETS } from './presets.ts';
import { recipeConfig, recipeInput } from './recipe.ts';
import { sourceText, valueText } from './source-text.ts';

const at = (config: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], config);
const recipe = (id: string) => {
  const found = RECIPES.find((one) => one.id === `recipe-${id}`);
  if (!found) throw new Error(`no recipe ${id}`);
  return found;
};

describe.each(RECIPES.map((one) => [one.title, one] as const))('recipe %s', (_, one) => {
  it('is a valid config that has every value of the recipe', () => {
    const config = recipeConfig(one);
    for (const { path, value } of one.fields) expect({ path, value: at(config, path) }).toMatchObject({ path, value });
  });

  it('sets each field once, each is one of the RunConfig, and each cites an address', () => {
    const paths = one.fields.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const field of one.fields) {
      expect(recipeFieldLabel(field, one)).not.toBe('');
      expect(field.cited.source.url).toMatch(
        /^https:\/\/(?:arxiv\.org\/abs\/\d{4}\.\d{5}|github\.com\/.+\/[0-9a-f]{40}\/.+)$/,
      );
    }
  });

  it('says what it was scaled from where size decides: learning rate and prompts', () => {
    for (const path of ['rl.learning_rate', 'rl.prompts']) {
      const field = one.fields.find((candidate) => candidate.path === path);
      // GSPO and others state no value for some; what is stated is scaled.
      if (field) expect(field.scaledFrom).toBeDefined();
    }
    expect(one.fields.map(({ path }) => path)).toContain('rl.learning_rate');
  });

  it('claims no winner', () => {
    const text = JSON.stringify([one.title, one.summary, one.watch]);
    expect(text).not.toMatch(/\b(?:best|better|wins?|outperforms?|beats?|superior)\b/i);
  });

  it('is offered on the page', () => {
    expect(RECIPE_PRESETS.find(({ id }) => id === one.id)?.runs).toEqual([recipeConfig(one)]);
  });
});

it('has the settings that distinguish the recipes', () => {
  expect(recipeInput(recipe('klear-reasoner'))).toMatchObject({
    rl: {
      strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.28, dual_clip: 10 },
      positive_lm: 0.1,
      kl_coefficient: 0,
      responses: 8,
      minibatches: 8,
      filter_groups: true,
    },
  });
  expect(recipeInput(recipe('ce-gppo-1.5b'))).toMatchObject({ rl: { strategy: { beta1: 0.5, beta2: 1 } } });
  expect(recipeInput(recipe('ce-gppo-7b'))).toMatchObject({ rl: { strategy: { beta1: 0.75, beta2: 1 } } });
  expect(recipeInput(recipe('dapo'))).toMatchObject({ rl: { max_num_gen_batches: 10, aggregation: 'token-mean' } });
  expect(recipeInput(recipe('dr-grpo'))).toMatchObject({ rl: { advantage: 'dr-grpo' } });
  expect(recipeInput(recipe('gspo'))).toMatchObject({ rl: { strategy: { eps_low: 3e-4, eps_high: 4e-4 } } });
});

it('writes a source with its place and the value it was scaled from', () => {
  const cited = { source: { title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' }, place: 'section 4.1' };
  expect(sourceText({ path: 'rl.responses', value: 8, cited, scaledFrom: '16' })).toBe(
    'DAPO, section 4.1. Scaled from: 16.',
  );
  expect(sourceText({ path: 'rl.responses', value: 16, cited: { ...cited, place: '' } })).toBe('DAPO.');
});

it.each([
  [1e-4, '1e-4'],
  [0.28, '0.28'],
  [false, 'off'],
  ['token-mean', 'token-mean'],
  [[0.9, 0.95], '0.9; 0.95'],
  [
    [
      { name: 'exact', weight: 1 },
      { name: 'length', weight: 0.5, max_tokens: 10 },
    ],
    'exact, weight 1; length, weight 0.5, max_tokens 10',
  ],
])('writes the value %j as %j', (value, text) => expect(valueText(value)).toBe(text));
