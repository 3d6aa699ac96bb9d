/** Programs of others run only after consent: what is asked for, what is known, and what a declined one leaves. */
import { beforeEach, describe, expect, it } from 'vitest';
import { codeIn } from '../run/config-code.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { DEMO_CONFIG } from '../run/presets.ts';
import { parseSweep } from '../compare/sweep.ts';
import { useCompare } from './compare-store.ts';
import { useEvaluate } from './evaluate-store.ts';
import { consentTo, useForeignCode } from './foreign-code.ts';
import { createRecipeStore } from './recipe-store.ts';
import { STARTING_STRATEGY, useStrategies } from './strategies-store.ts';

let number = 0;
/** Each is another one: what was accepted in a test stays accepted in the tab. */
const strategy = () => ({
  ...STARTING_STRATEGY,
  title: 'Theirs',
  source: `${STARTING_STRATEGY.source}// ${++number}\n`,
});
const reward = () => ({ name: 'custom' as const, source: `function reward() { return ${++number} }` });

const withStrategy = (): RunConfig =>
  parseRunConfig({ ...DEMO_CONFIG, rl: { ...DEMO_CONFIG.rl, strategy: strategy() } }, 'x');
const withReward = (): RunConfig =>
  parseRunConfig({ ...DEMO_CONFIG, task: { ...DEMO_CONFIG.task, rewards: [reward(), { name: 'exact' }] } }, 'x');

const asked = () => useForeignCode.getState().asked;
const answer = (yes: boolean) => useForeignCode.getState().answer(yes);
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
beforeEach(() => answer(false));

describe('programs in a config', () => {
  it('are found wherever they are', () => {
    const base = withReward();
    const given = [strategy(), strategy(), strategy()] as const;
    const sweep = parseSweep(
      {
        base: { ...base, rl: { ...base.rl, strategy: given[0] } },
        strategies: ['ppo', given[1], { label: 'x', strategy: given[2], rewards: [reward()] }],
        seeds: [1],
      },
      'x',
    );
    const code = codeIn(sweep);
    expect(code.map(({ kind }) => kind).sort()).toEqual(['reward', 'reward', 'strategy', 'strategy', 'strategy']);
    expect(code.map(({ source }) => source)).toEqual(expect.arrayContaining(given.map(({ source }) => source)));
    expect(codeIn(DEMO_CONFIG)).toEqual([]);
  });
});

describe.each([
  ['a strategy', withStrategy, 'strategy'],
  ['a reward in JavaScript', withReward, 'reward'],
] as const)('a recipe with %s', (_, make, kind) => {
  it('is loaded once it is accepted, and not asked for again', async () => {
    const store = createRecipeStore(undefined);
    const config = make();
    store.getState().offer({ config, bringer: 'The link' });
    expect(store.getState().config).not.toMatchObject({ task: config.task, rl: config.rl });
    expect(asked()).toMatchObject({ bringer: 'The link', code: [{ kind }] });
    answer(true);
    await settled();
    expect(store.getState().config).toMatchObject({ task: config.task, rl: config.rl });
    store.getState().offer({ config: DEMO_CONFIG, bringer: 'x' });
    store.getState().offer({ config, bringer: 'The link' });
    expect(asked()).toBeUndefined();
    expect(store.getState().config).toMatchObject({ task: config.task, rl: config.rl });
  });

  it('leaves nothing if it is declined', async () => {
    const store = createRecipeStore(undefined);
    const before = store.getState().config;
    const config = make();
    store.getState().offer({ config, bringer: 'run.json' });
    answer(false);
    await settled();
    expect(store.getState().config).toBe(before);
    expect(JSON.stringify([store.getState().past, store.getState().alternatives])).not.toContain(
      JSON.stringify(codeIn(config)[0]?.source),
    );
    store.getState().offer({ config, bringer: 'run.json' });
    expect(asked()).toBeDefined();
  });
});

it('saved strategies are known', () => {
  const mine = strategy();
  useStrategies.getState().save(mine);
  expect(consentTo('x', mine, undefined)).toBe(true);
  useStrategies.getState().remove(mine.title);
  expect(consentTo('x', mine, undefined)).not.toBe(true);
});

it('the task of a checkpoint brings a reward only after consent', async () => {
  const store = createRecipeStore(undefined);
  const { task } = withReward();
  const before = store.getState().config;
  store.getState().startFrom({ id: 'local:theirs', task });
  expect(store.getState().config).toBe(before);
  expect(asked()).toMatchObject({ bringer: 'The model theirs', code: [{ kind: 'reward' }] });
  answer(true);
  await settled();
  expect(store.getState().config).toMatchObject({ model: { checkpoint: 'local:theirs' }, task });
});

it('a comparison and an evaluation of others ask before anything starts', async () => {
  const started = useCompare
    .getState()
    .start(parseSweep({ base: DEMO_CONFIG, strategies: ['ppo', strategy()], seeds: [1] }, 'x'), '');
  expect(asked()).toMatchObject({ bringer: 'The comparison', code: [{ kind: 'strategy' }] });
  answer(false);
  await started;
  expect(useCompare.getState()).toMatchObject({ state: 'idle', sweep: undefined });
  const run = useEvaluate.getState().run(withReward().task);
  expect(asked()).toMatchObject({ bringer: 'The task', code: [{ kind: 'reward' }] });
  answer(false);
  await run;
  expect(useEvaluate.getState().evaluations).toEqual([]);
});
