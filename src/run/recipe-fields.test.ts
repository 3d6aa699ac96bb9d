import { expect, it } from 'vitest';
import { parseRunConfig, type RunConfigInput } from './config.ts';
import { DEMO_CONFIG, FOUR_UPDATES_CONFIG } from './presets.ts';
import { advancedDifferences, isBasicField, recipeDifferences } from './recipe-fields.ts';

const made = (change: Partial<RunConfigInput>, rl: object = {}) =>
  parseRunConfig({ ...FOUR_UPDATES_CONFIG, rl: { ...FOUR_UPDATES_CONFIG.rl, ...rl }, ...change }, 'test');

it('the demo differs from the defaults in what makes it off-policy', () => {
  expect(advancedDifferences(FOUR_UPDATES_CONFIG)).toEqual([]);
  expect(advancedDifferences(DEMO_CONFIG)).toEqual(['rl.prompts', 'rl.minibatches', 'rl.epochs', 'rl.learning_rate']);
});

it.each([
  [{}, { responses: 4 }, ['rl.responses']],
  [{}, { adam_beta2: 0.999, temperature: 0.5 }, ['rl.temperature', 'rl.adam_beta2']],
  [{ sft: { steps: 5, batch_size: 3 } }, {}, ['sft']],
  [{ evaluation: undefined }, {}, ['evaluation']],
  [{ report: {} }, {}, ['report']],
  [{ evaluation: { problems: 16 } }, {}, ['evaluation.problems']],
  [{ model: { checkpoint: 'a', lora: { rank: 2 } } }, {}, ['model.lora']],
  [{ model: { checkpoint: 'a', freeze: ['norms'] } }, {}, ['model.freeze']],
  [{ memory: { recompute: true } }, {}, ['memory.recompute']],
  [{ memory: { recompute: false }, compute: { matmul_precision: 'f32' } }, {}, []],
  [{ task: { name: 'arithmetic', operations: 3, max_operand: 20 } }, {}, ['task.max_operand']],
  // Basic fields: model, task, strategy, steps, seed, name.
  [{ seed: 1, name: 'x', task: { name: 'addition', digits: 3 }, model: { checkpoint: 'a' } }, { steps: 2 }, []],
  [{}, { strategy: { name: 'ppo', eps_low: 0.1 } }, []],
  [{ rl: undefined, sft: { steps: 5 } }, {}, []],
  [{ rl: undefined, sft: { steps: 5, batch_size: 3 } }, {}, ['sft.batch_size']],
] as const)('counts advanced fields that differ: %j %j', (change, rl, paths) => {
  const { rl: _rl, ...rest } = FOUR_UPDATES_CONFIG;
  const config = 'rl' in change ? parseRunConfig({ ...rest, ...change }, 'test') : made(change as object, rl);
  expect(advancedDifferences(config)).toEqual(paths);
});

it.each([
  [{ seed: 8, name: 'another' }, {}, ['seed']],
  [{}, { strategy: { name: 'ppo' } }, ['rl.strategy']],
  [{}, { strategy: { name: 'gppo', eps_low: 0.2, eps_high: 0.3, dual_clip: 10 } }, ['rl.strategy.eps_high']],
  [{ task: { name: 'arithmetic' } }, {}, ['task.name']],
  [{ model: { architecture: { layers: 1 } } }, {}, ['model.checkpoint']],
  [{ model: { checkpoint: 'embedded:addition-0.1M', freeze: ['norms'] } }, {}, ['model.freeze']],
  [{ sft: { steps: 1 } }, { epochs: 2 }, ['sft', 'rl.epochs']],
] as const)('finds the fields in which a recipe differs from another: %j %j', (change, rl, paths) => {
  expect(recipeDifferences(made(change as object, rl), FOUR_UPDATES_CONFIG)).toEqual(paths);
  expect(recipeDifferences(FOUR_UPDATES_CONFIG, made(change as object, rl))).toEqual(paths);
});

it('takes a missing field as its default, and a removed stage as one difference', () => {
  const { rl, ...rest } = FOUR_UPDATES_CONFIG;
  if (!rl) throw new Error('the demo has RL');
  const { temperature: _temperature, ...fewer } = rl;
  expect(recipeDifferences({ ...rest, rl: fewer as typeof rl }, FOUR_UPDATES_CONFIG)).toEqual([]);
  expect(
    recipeDifferences({ ...rest, sft: parseRunConfig({ ...rest, sft: { steps: 1 } }, 't').sft }, FOUR_UPDATES_CONFIG),
  ).toEqual(['sft', 'rl']);
});

it('names the basic fields', () => {
  const config = { rl: FOUR_UPDATES_CONFIG.rl };
  for (const path of ['name', 'seed', 'rl.steps', 'rl.strategy.eps_low', 'task.digits', 'model.checkpoint'])
    expect(isBasicField(path, config), path).toBe(true);
  for (const path of ['rl.prompts', 'sft.steps', 'model.lora.rank', 'task.max_operand', 'rl.tis_cap'])
    expect(isBasicField(path, config), path).toBe(false);
  expect(isBasicField('sft.steps', {})).toBe(true);
});
