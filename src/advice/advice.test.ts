import { describe, expect, it } from 'vitest';
import { adviceOf, clippingForecast } from './advice.ts';
import { alarmsOf, type History } from './alarms.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { shareHash, sharedRecipe } from '../run/share.ts';

const recipe = (rl: object): RunConfig =>
  parseRunConfig(
    { model: { architecture: {} }, task: { name: 'addition' }, rl: { steps: 10, strategy: { name: 'gppo' }, ...rl } },
    'test',
  );
const titles = (rl: object) => adviceOf(recipe(rl)).map(({ title }) => title);

describe('advice before a run', () => {
  it('says whether clipping will fire', () => {
    expect(titles({ minibatches: 1 })).toContain('Clipping will never fire.');
    expect(titles({})).toContain('Clipping can fire.');
    expect(titles({ learning_rate: 1e-7 })).toContain('Clipping will rarely fire.');
    expect(titles({ learning_rate: 5e-3, epochs: 4 })).toContain('Most updates will be far off-policy.');
  });
  it('forecasts the measured clip share of runs on the embedded model within a factor of 2', () => {
    // Measured: share of tokens outside the clip range by eps, learning rate and updates per rollout.
    for (const [eps, learning_rate, epochs, share] of [
      [0.2, 3e-4, 1, 0.012],
      [0.03, 3e-4, 1, 0.08],
      [0.2, 5e-4, 3, 0.136],
      [0.01, 1e-4, 2, 0.2],
      [0.2, 1e-3, 4, 0.2],
    ] as const) {
      const forecast = clippingForecast(
        recipe({ learning_rate, epochs, strategy: { name: 'ppo', eps_low: eps, eps_high: eps } }).rl!,
      ).share!;
      expect(forecast / share).toBeGreaterThan(0.5);
      expect(forecast / share).toBeLessThan(2);
    }
  });
  it.each([
    [{ strategy: { name: 'gppo', dual_clip: 3 } }, 'rl.strategy.dual_clip'],
    [{ strategy: { name: 'ce-gppo', beta1: 1, beta2: 0.5 } }, 'rl.strategy.beta1'],
    [{ strategy: { name: 'sapo' } }, 'rl.strategy.tau_pos'],
    [{ strategy: { name: 'kl-cov' } }, 'rl.strategy.kl_penalty'],
    [{ responses: 1 }, 'rl.responses'],
    [{ prompts: 2, minibatches: 4 }, 'rl.minibatches'],
    [{ prompts: 64, minibatches: 5 }, 'rl.minibatches'],
    [{ kl_coefficient: 0.1, kl_estimator: 'k1' }, 'rl.kl_estimator'],
  ])('%j gives a warning at %s', (rl, path) => {
    expect(
      adviceOf(recipe(rl))
        .filter(({ tone }) => tone === 'warning')
        .map((one) => one.path),
    ).toContain(path);
  });
});

it('one response per prompt trains nothing, or only terms of the loss that need no group', () => {
  const textOf = (rl: object) => adviceOf(recipe(rl)).find(({ path }) => path === 'rl.responses')?.text;
  expect(textOf({ responses: 1 })).toContain('nothing is learned');
  expect(textOf({ responses: 1, positive_lm: 0.1 })).toContain('nothing is learned');
  expect(textOf({ responses: 1, positive_lm: 0.1, filter_groups: false })).toContain('only the other terms');
  expect(textOf({ responses: 2 })).not.toContain('nothing is learned');
});

describe('alarms during a run', () => {
  const calm: Record<string, number[]> = {
    'critic/score/mean': [0.3, 0.35, 0.4, 0.45, 0.5, 0.5],
    'actor/entropy': [0.5, 0.5, 0.48, 0.45, 0.44, 0.44],
    'clip_ratio/region_mean': [0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
    'gradient/negative_share': [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    'actor/rollout_mismatch': [1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6],
    'groups/filtered_fraction': [0.2, 0.2, 0.2, 0.2, 0.2, 0.2],
  };
  const history = (change: Record<string, number[]>): History =>
    Object.fromEntries(Object.entries({ ...calm, ...change }).map(([name, values]) => [`rl/${name}`, { values }]));
  const ids = (change: Record<string, number[]>, updates = 4) => alarmsOf(history(change), updates).map(({ id }) => id);
  it('reports nothing for a healthy run or during its first step', () => {
    expect(ids({})).toEqual([]);
    expect(ids({ 'critic/score/mean': [0.3], 'actor/entropy': [0] })).toEqual([]);
  });
  const six = (value: number) => Array.from({ length: 6 }, () => value);
  it.each([
    ['entropy', { 'actor/entropy': [0.5, 0.5, 0.5, 0.01, 0.01, 0.01, 0.01, 0.01] }],
    ['collapse', { 'critic/score/mean': [0.5, 0.5, 0.5, 0.5, 0.5, 0.1, 0.05, 0.02, 0, 0] }],
    ['negative', { 'gradient/negative_share': six(0.9) }],
    ['mismatch', { 'actor/rollout_mismatch': six(0.1) }],
    ['no-clip', { 'clip_ratio/region_mean': six(0) }],
    ['much-clip', { 'clip_ratio/region_mean': six(0.5) }],
    ['no-advantage', { 'groups/filtered_fraction': six(0.95) }],
    [
      'cut-off',
      { 'response_length/clip_ratio': six(0.8), 'response_length/max': six(24), 'critic/score/mean': six(0) },
    ],
  ])('%s', (id, change) => {
    expect(ids(change)).toContain(id);
  });
  it('does not report missing clipping with one update per rollout', () => {
    expect(ids({ 'clip_ratio/region_mean': six(0) }, 1)).toEqual([]);
  });
});

describe('a recipe as a share link', () => {
  it('round-trips with and without a custom strategy', () => {
    for (const strategy of [
      { name: 'gppo', beta1: 0.5 },
      {
        name: 'custom',
        title: 'Größe',
        source: 'fn strategy(token: Token) -> Outcome { return outcome(0.0, 1.0, 0u); }',
        parameters: { k: 2 },
      },
    ]) {
      const config = recipe({ strategy });
      expect(sharedRecipe(shareHash(config))).toEqual(config);
    }
  });
  it('is short enough for a URL', () => {
    expect(shareHash(recipe({})).length).toBeLessThan(1500);
  });
  it('is undefined for other URLs and an error if it is damaged', () => {
    expect(sharedRecipe('')).toBeUndefined();
    expect(sharedRecipe('#/compare')).toBeUndefined();
    const whole = shareHash(recipe({}));
    for (const hash of [whole.slice(0, -20), '#recipe=', '#recipe=%%%', '#recipe=AAAA'])
      expect(() => sharedRecipe(hash), hash).toThrow(/link's recipe/);
  });
});
