import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { parseRunConfig } from './config.ts';
import { STRATEGIES, strategyParameters } from './strategies.ts';

const base = { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 1, strategy: { name: 'gppo' } } };

describe('a run config', () => {
  it('gets its defaults', () => {
    const config = parseRunConfig(base, 'run.json');
    expect(config.rl).toMatchObject({ prompts: 64, responses: 8, minibatches: 4, epochs: 1, learning_rate: 3e-4, aggregation: 'token-mean', filter_groups: true });
    expect(config.task).toEqual({ name: 'addition', digits: 2 });
  });

  it.each(readdirSync(new URL('../../configs/', import.meta.url)))('configs/%s is valid', (file) => {
    parseRunConfig(JSON.parse(readFileSync(new URL(`../../configs/${file}`, import.meta.url), 'utf8')), file);
  });

  it.each([
    [{ ...base, rl: undefined }, /nothing to do/],
    [{ ...base, surprise: 1 }, /surprise/],
    [{ ...base, seed: -1 }, /run\.json: seed/],
    [{ ...base, seed: 'seven' }, /run\.json: seed: .*number/],
    [{ ...base, task: { name: 'chess' } }, /run\.json: task/],
    [{ ...base, task: { name: 'addition', digits: 0 } }, /task\.digits/],
    [{ ...base, model: { checkpoint: '' } }, /model/],
    [{ ...base, model: {} }, /model/],
    [{ ...base, model: { architecture: { hidden_size: -4 } } }, /model\.architecture\.hidden_size/],
    [{ ...base, rl: { ...base.rl, minibatches: 0 } }, /rl\.minibatches/],
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

describe('strategy parameters', () => {
  it('are the defaults of the strategy where the config is silent', () => {
    expect(strategyParameters({ name: 'clip-higher' })).toMatchObject({ eps_low: 0.2, eps_high: 0.28 });
    expect(strategyParameters({ name: 'ce-gppo' })).toMatchObject({ eps_low: 0.2, eps_high: 0.2, beta1: 0.75, beta2: 1 });
    expect(strategyParameters({ name: 'gppo', dual_clip: null }).dual_clip).toBeUndefined();
    expect(strategyParameters({ name: 'gppo', dual_clip: 10 }).dual_clip).toBe(10);
  });
  it('are named for every strategy there is', () => {
    for (const [name, info] of Object.entries(STRATEGIES)) for (const parameter of info.parameters) expect(info.defaults, name).toHaveProperty(parameter);
  });
});
