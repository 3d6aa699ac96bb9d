import { expect, it } from 'vitest';
import { parseSweep } from '../compare/sweep.ts';
import { CONFIG_FIELDS, configField } from './config-fields.ts';
import { defaultText, rangeText, typeText } from './config/fields.ts';
import { parseRunConfig } from './config.ts';
import { DOCUMENTED_FIELDS } from './documented-fields.ts';
import { STRATEGY_NAMES, strategyInfo } from './strategies/strategy-config.ts';

it.each(DOCUMENTED_FIELDS.map((field) => [field.path, field.variant, field] as const))(
  '%s (%s) has a label and a description of whole sentences',
  (_, __, { label, description }) => {
    expect(label).toMatch(/^[A-Z\p{Script=Greek}c-λτk]/u);
    expect(description).toMatch(/^[^\s].*\.$/);
    expect(description.length).toBeGreaterThan(label.length);
  },
);

it('fields of a section have labels that tell them apart', () => {
  const labels = DOCUMENTED_FIELDS.map(
    ({ path, label, variant }) => `${path.replace(/\.[^.]*$/, '')} ${variant ?? ''} ${label}`,
  );
  const paths = DOCUMENTED_FIELDS.map(({ path, variant }) => `${path} ${variant ?? ''}`);
  expect(new Set(labels).size).toBe(new Set(paths).size);
});

it('every parameter of every strategy is a field, with the label, text and default of the catalog', () => {
  for (const name of STRATEGY_NAMES)
    for (const [key, info] of Object.entries(strategyInfo(name).parameters)) {
      const field = configField(`rl.strategy.${key}`, name);
      expect(field).toMatchObject({ label: info.label, description: info.help, required: false });
      if (typeof info.default === 'number') expect(Number(defaultText(field))).toBe(info.default);
    }
});

it('defaults that are shown are those that parsing fills in', () => {
  const config = parseRunConfig(
    {
      model: { checkpoint: 'x', lora: {} },
      task: { name: 'arithmetic' },
      sft: { steps: 1 },
      rl: { steps: 1, strategy: { name: 'ppo' } },
      evaluation: {},
      memory: {},
      compute: {},
    },
    'run.json',
  );
  const withDefaults = CONFIG_FIELDS.filter((field) => field.default !== undefined && field.kind !== 'section');
  const valueAt = (path: string) =>
    path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], config);
  const checked = withDefaults.filter(({ path }) => valueAt(path) !== undefined);
  for (const field of checked) expect(valueAt(field.path), field.path).toEqual(field.default);
  expect(checked.length).toBeGreaterThan(40);
});

it('entries of lists have fields too: of a source, its data and its conditions', () => {
  const typeAt = (path: string) => DOCUMENTED_FIELDS.filter((field) => field.path === path).map(typeText);
  expect(typeAt('sft.sources[].amount')).toEqual(['integer >= 1']);
  expect(typeAt('sft.sources[].data.rows')).toEqual(['integer >= 1']);
  expect(typeAt('sft.sources[].held_out.value')).toEqual(['text, number, or true or false']);
  expect(typeAt('sft.sources[].filter[].equals')).toEqual(['text, number, or true or false']);
  expect(CONFIG_FIELDS.filter(({ path }) => path.includes('[]'))).toEqual([]);
});

it('types, ranges and defaults in words', () => {
  const shown = (path: string, variant?: string) => {
    const field = configField(path, variant);
    return [typeText(field), defaultText(field), rangeText(field)];
  };
  expect(shown('rl.prompts')).toEqual(['integer 1 to 65536', '64', 'From 1 to 65536.']);
  expect(shown('rl.learning_rate')).toEqual(['number > 0', '3e-4', 'Above 0.']);
  expect(shown('rl.top_p')).toEqual(['number > 0, <= 1', '1', 'Above 0, up to 1.']);
  expect(shown('rl.tis_cap')).toEqual(['number > 0, or null', 'off', 'Above 0.']);
  expect(shown('rl.entropy_coefficient')).toEqual(['number', '0', 'Any number.']);
  expect(shown('rl.filter_groups')).toEqual(['true or false', 'true', '']);
  expect(shown('rl.schedule')).toEqual(['constant, linear or cosine', 'constant', '']);
  expect(shown('rl.strategy.eps_low', 'gspo')).toEqual(['number >= 0', '3e-4', 'From 0.']);
  expect(shown('model.lora.targets')).toEqual(['list', 'all-linear', '']);
  expect(() => configField('rl.promts')).toThrow('RunConfig has no field rl.promts');
});

/** A config from before the fields were renamed, and as it loads now. */
const old = {
  model: { checkpoint: 'x' },
  task: { name: 'addition' },
  rl: { steps: 1, strategy: { name: 'gppo' }, correction_cap: 2 },
  compute: { products: 'f16' },
};

it('the old names of renamed fields are accepted in a config and in a sweep', () => {
  const config = parseRunConfig(old, 'run.json');
  expect(config.rl?.tis_cap).toBe(2);
  expect(config.compute).toEqual({ matmul_precision: 'f16' });
  expect(config.rl).not.toHaveProperty('correction_cap');
  expect(parseSweep({ base: old, strategies: ['ppo'], seeds: [1] }, 'sweep.json').base).toEqual(config);
  const now = {
    ...old,
    rl: { steps: 1, strategy: { name: 'gppo' }, tis_cap: 2 },
    compute: { matmul_precision: 'f16' },
  };
  expect(JSON.stringify(parseRunConfig(now, 'run.json'))).toBe(JSON.stringify(config));
});

it('old and new name at once are refused', () => {
  expect(() => parseRunConfig({ ...old, rl: { ...old.rl, tis_cap: 3 } }, 'run.json')).toThrow(
    'run.json: rl.correction_cap: the old name of tis_cap; expected only tis_cap, found both',
  );
  expect(() =>
    parseSweep(
      { base: { ...old, compute: { products: 'f32', matmul_precision: 'f32' } }, strategies: ['ppo'], seeds: [1] },
      'sweep.json',
    ),
  ).toThrow(
    'sweep.json: base.compute.products: the old name of matmul_precision; expected only matmul_precision, found both',
  );
});
