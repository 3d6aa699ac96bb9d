import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { parseRunConfig } from './config.ts';
import { resolveStrategy, STRATEGY_NAMES, strategyInfo } from './strategies/strategy-config.ts';

const base = { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 1, strategy: { name: 'gppo' } } };

describe('a run config', () => {
  it('fills in its defaults', () => {
    const config = parseRunConfig(base, 'run.json');
    expect(config.rl).toMatchObject({
      prompts: 64,
      responses: 8,
      minibatches: 4,
      epochs: 1,
      learning_rate: 3e-4,
      filter_groups: true,
      tis_cap: null,
      split_every: 0,
    });
    expect(config.task).toEqual({ name: 'addition', digits: 2 });
  });

  it.each(readdirSync(new URL('../../configs/', import.meta.url)).filter((file) => !/^(sweep|study)-/.test(file)))(
    'configs/%s is valid',
    (file) => {
      parseRunConfig(JSON.parse(readFileSync(new URL(`../../configs/${file}`, import.meta.url), 'utf8')), file);
    },
  );

  it.each([
    [{ ...base, rl: undefined }, /nothing to do/],
    [{ ...base, surprise: 1 }, /surprise/],
    [{ ...base, compute: { matmul_precision: 'bf16' } }, /run\.json: compute\.matmul_precision/],
    [{ ...base, seed: -1 }, /run\.json: seed/],
    [{ ...base, seed: 'seven' }, /run\.json: seed: .*number/],
    [{ ...base, task: { name: 'chess' } }, /run\.json: task/],
    [{ ...base, task: { name: 'addition', digits: 0 } }, /task\.digits/],
    // Its bands, one per carry, would not fit into memory.
    [{ ...base, task: { name: 'addition', digits: 2 ** 32 } }, /task\.digits: expected .*at most 6/],
    [{ ...base, task: { name: 'sorting', length: 1e15, bands: { x: 1 } } }, /task\.length/],
    [
      {
        ...base,
        task: {
          name: 'dataset',
          columns: { prompt: 'q' },
          rewards: [{ name: 'exact' }, { name: 'verifier' }],
        },
      },
      /task\.rewards\.1\.name: data has no verifier of its own/,
    ],
    [{ ...base, model: { checkpoint: '' } }, /model/],
    [{ ...base, model: {} }, /model/],
    [
      { ...base, model: { architecture: {}, freeze: ['heads'] } },
      /run\.json: model\.freeze\.0: expected embeddings, head, norms, layers:N or layers:N-M/,
    ],
    [{ ...base, model: { checkpoint: 'x', freeze: [] } }, /model\.freeze/],
    [{ ...base, model: { checkpoint: 'x', lora: { rank: 0 } } }, /model\.lora\.rank/],
    [{ ...base, model: { checkpoint: 'x', lora: { targets: [] } } }, /model\.lora\.targets/],
    [{ ...base, model: { checkpoint: 'x', lora: { dropout: 0.1 } } }, /model\.lora\.dropout: expected 0/],
    [
      { ...base, model: { checkpoint: 'x', lora: {}, freeze: ['norms'] } },
      /model\.freeze: expected either freeze or lora/,
    ],
    [{ ...base, model: { architecture: { hidden_size: -4 } } }, /model\.architecture\.hidden_size/],
    [{ ...base, rl: { ...base.rl, minibatches: 0 } }, /rl\.minibatches/],
    [{ ...base, rl: { ...base.rl, advantage: 'gae' } }, /rl\.advantage: expected one of grpo/],
    [
      { ...base, rl: { ...base.rl, max_num_gen_batches: 4, filter_groups: false } },
      /rl\.max_num_gen_batches: expected 1, because filter_groups is off/,
    ],
    [
      { ...base, rl: { ...base.rl, reference_update_every: 4 } },
      /rl\.reference_update_every: expected 0, because kl_coefficient is 0/,
    ],
    [
      {
        ...base,
        model: { checkpoint: 'x', lora: {} },
        rl: { ...base.rl, kl_coefficient: 0.1, reference_update_every: 4 },
      },
      /rl\.reference_mixup_alpha: expected 1 with model\.lora/,
    ],
    [{ ...base, rl: { ...base.rl, tis_floor: 0.5 } }, /rl\.tis_floor: expected off or a number up to tis_cap/],
    [{ ...base, rl: { ...base.rl, tis_cap: 2, tis_floor: 3 } }, /rl\.tis_floor: expected off or a number up to/],
    [
      { ...base, rl: { ...base.rl, tis_cap: 2, tis_level: 'sequence', strategy: { name: 'vespo' } } },
      /rl\.tis_level: expected token, because vespo/,
    ],
    [{ ...base, rl: { ...base.rl, strategy: { name: 'gppo', dual_clip: 0.5 } } }, /rl\.strategy\.dual_clip/],
    [{ ...base, rl: { ...base.rl, strategy: { name: 'magic' } } }, /rl\.strategy\.name/],
    [{ ...base, sft: { steps: 1, learning_rate: null } }, /sft\.learning_rate/],
    [[], /run\.json/],
    [null, /run\.json/],
    ['text', /run\.json/],
  ])('refuses %j', (value, message) => {
    expect(() => parseRunConfig(value, 'run.json')).toThrow(message);
    expect(() => parseRunConfig(value, 'run.json')).toThrow(StudioError);
  });
});

describe('a strategy', () => {
  it('fills in the strategy’s defaults', () => {
    expect(resolveStrategy({ name: 'clip-higher' }).parameters).toMatchObject({ eps_low: 0.2, eps_high: 0.28 });
    expect(resolveStrategy({ name: 'ce-gppo' }).parameters).toMatchObject({
      eps_low: 0.2,
      eps_high: 0.2,
      beta1: 0.75,
      beta2: 1,
    });
    expect(resolveStrategy({ name: 'gppo', dual_clip: null, only_high: true }).parameters).toMatchObject({
      dual_clip: 0,
      only_high: 1,
    });
    expect(resolveStrategy({ name: 'gppo', dual_clip: 10 }).parameters.dual_clip).toBe(10);
  });
  it.each(STRATEGY_NAMES)('%s: its default parameters are valid', (name) => {
    const info = strategyInfo(name);
    const defaults = Object.fromEntries(
      Object.entries(info.parameters).map(([key, parameter]) => [key, parameter.default]),
    );
    expect(
      parseRunConfig({ ...base, rl: { steps: 1, strategy: { name, ...defaults } } }, 'run.json').rl?.strategy,
    ).toEqual({ name, ...defaults });
  });
  it('custom strategies are validated', () => {
    const custom = (strategy: object) => () =>
      parseRunConfig(
        { ...base, rl: { steps: 1, strategy: { name: 'custom', source: 'fn strategy', ...strategy } } },
        'run.json',
      );
    expect(custom({})()?.rl?.strategy).toMatchObject({ title: 'My strategy', parameters: {} });
    expect(custom({ parameters: { 'no good': 1 } })).toThrow(/rl\.strategy/);
    expect(custom({ source: '' })).toThrow(/rl\.strategy\.source/);
    expect(custom({ source: 'x'.repeat(9000) })).toThrow(/rl\.strategy\.source/);
  });
});
