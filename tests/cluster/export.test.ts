/** The folder of an exported recipe, for generated tasks, data and every kind of setting. */
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../../src/cluster/engines.ts';
import { MAPPINGS, mappingOf } from '../../src/cluster/mapping.ts';
import { exportableRl } from '../../src/cluster/recipe.ts';
import type { StudioError } from '../../src/errors.ts';
import { parseRunConfig, type RunConfig, type RunConfigInput } from '../../src/run/config.ts';
import { CONFIG_FIELDS } from '../../src/run/config-fields.ts';
import { exported, rowsOf, shippedConfig, textOf } from './support.ts';

const demo = shippedConfig('demo-gppo');
const dapo = shippedConfig('recipe-dapo');
const withRl = (config: RunConfig, rl: Partial<RunConfig['rl']>): RunConfig =>
  ({ ...config, rl: { ...config.rl, ...rl } }) as RunConfig;

const QUESTIONS = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ question: `What is ${i}+1?`, answer: `${i + 1}` }),
);
const dataset = parseRunConfig(
  {
    name: 'data run',
    seed: 3,
    model: { architecture: {} },
    task: {
      name: 'dataset',
      data: { path: 'questions.jsonl' },
      columns: { prompt: 'question', answer: 'answer' },
      held_out: { share: 0.2 },
      rewards: [
        { name: 'regex', pattern: '[0-9]+$' },
        { name: 'custom', source: 'function reward() {\n  return 1;\n}' },
      ],
    },
    rl: {
      steps: 3,
      prompts: 8,
      responses: 4,
      strategy: { name: 'ppo' },
      max_response_tokens: 12,
      advantage: 'batch-std',
    },
  } satisfies RunConfigInput,
  'data run',
);

describe('fields of a RunConfig', () => {
  it('are all mapped or listed with a reason', () => {
    const missing = CONFIG_FIELDS.map(({ path }) => path).filter((path) => !mappingOf(path));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('that are listed exist', () => {
    const paths = new Set(CONFIG_FIELDS.map(({ path }) => path));
    const listed = MAPPINGS.flatMap(({ fields }) => fields).map((path) => path.replace(/\.\*$/, ''));
    expect(listed.filter((path) => !paths.has(path))).toEqual([]);
  });

  it('are in one table of the README each, the unmapped ones with their value and why', async () => {
    const readme = textOf(await exported('verl', withRl(demo, { split_every: 5 })), 'README.md');
    const [mapped = '', unmapped = ''] = readme.split('## What does not, and why');
    for (const name of Object.keys(demo.rl ?? {})) {
      const place = mappingOf(`rl.${name}`)?.verl;
      expect(place && 'to' in place ? mapped : unmapped, name).toContain(`| \`rl.${name}\` |`);
    }
    expect(unmapped).toContain('| `rl.split_every` | 5 | a measurement of the studio |');
  });
});

describe('data', () => {
  it('of verl has the columns of RLHFDataset, in the order in which the run asks', async () => {
    const recipe = await exported('verl', demo);
    const rows = rowsOf(recipe, 'data/train.jsonl');
    expect(rows).toHaveLength(40 * 32);
    const [first] = rows as [{ prompt: [{ role: string; content: string }]; reward_model: { ground_truth: string } }];
    const [a = 0, b = 0] = first.prompt[0].content.replace('=', '').split('+').map(Number);
    expect(first).toMatchObject({
      data_source: 'addition',
      prompt: [{ role: 'user' }],
      reward_model: { style: 'rule', ground_truth: String(a + b) },
      extra_info: { split: 'train', index: 0 },
    });
    expect(rowsOf(recipe, 'data/test.jsonl')).toHaveLength(256);
    const trl = rowsOf(await exported('trl', demo), 'data/train.jsonl');
    expect(trl[0]).toMatchObject({ prompt: first.prompt[0].content, answer: String(a + b) });
    // Rewards read the row as JSON, so that rows with different fields have one schema.
    expect(JSON.parse(String(trl[0]?.['row']))).toMatchObject({ prompt: first.prompt[0].content });
  });

  it('is the same for the same seed, and different for another', async () => {
    const text = async (config: RunConfig) => textOf(await exported('trl', config), 'data/train.jsonl');
    expect(await text(demo)).toBe(await text(demo));
    expect(await text({ ...demo, seed: 8 })).not.toBe(await text(demo));
  });

  it('of a file keeps training and held-out rows apart and deals each row once per epoch', async () => {
    const recipe = await exported('trl', dataset, QUESTIONS.join('\n'));
    const prompts = (path: string) => rowsOf(recipe, path).map(({ prompt }) => String(prompt));
    const [train, test] = [prompts('data/train.jsonl'), prompts('data/test.jsonl')];
    expect(train).toHaveLength(24);
    expect(new Set(train).size).toBe(24);
    expect(test.length).toBeGreaterThan(0);
    expect(train.filter((prompt) => test.includes(prompt))).toEqual([]);
    expect(train[0]).toMatch(/^What is \d+\+1\?\n$/);
  });
});

describe('settings', () => {
  it('of verl reach launch.sh', async () => {
    const script = textOf(await exported('verl', dapo), 'launch.sh');
    for (const override of [
      'data.train_batch_size=32',
      'actor_rollout_ref.rollout.n=8',
      'actor_rollout_ref.actor.ppo_mini_batch_size=2',
      'actor_rollout_ref.actor.optim.lr=0.0001',
      // 16 updates make a rollout.
      'actor_rollout_ref.actor.optim.lr_warmup_steps=1',
      'actor_rollout_ref.actor.policy_loss.loss_mode=gppo_studio',
      'actor_rollout_ref.model.external_lib=gppo_studio.verl_policy_loss',
      'data.max_response_length=10',
      'trainer.total_training_steps=40',
      'algorithm.adv_estimator=grpo',
    ])
      expect(script).toContain(`'${override}'`);
    expect(script).toContain('if at_least 0.9.0; then REWARD=reward.custom_reward_function; fi');
    expect(script).not.toContain('rollout_is');
  });

  it('that verl has no name for are those of gppo_studio', async () => {
    const recipe = await exported('verl', withRl(dataset, { tis_cap: 5, tis_floor: 0.5 }), QUESTIONS.join('\n'));
    const script = textOf(recipe, 'launch.sh');
    expect(script).toContain("'algorithm.adv_estimator=gppo_studio'");
    expect(script).toContain(`'algorithm.rollout_correction.rollout_is_threshold="0.5_5"'`);
    expect(script).toContain('at_least 0.9.0 || fail');
    expect(textOf(recipe, 'requirements.txt')).toContain('verl>=0.9');
  });

  it('reach recipe.json with the defaults of the strategy', async () => {
    const recipe = JSON.parse(textOf(await exported('trl', dapo), 'recipe.json')) as Record<string, unknown>;
    expect(recipe).toMatchObject({
      strategy: { name: 'clip-higher', parameters: { eps_low: 0.2, eps_high: 0.28, dual_clip: null } },
      aggregation: 'token-mean',
      max_response_tokens: 10,
      task: { name: 'addition', rewards: [{ name: 'exact' }, { name: 'length', max_tokens: 10 }] },
    });
  });

  it('are warned of where a rollout is used for one update', async () => {
    const once = withRl(demo, { minibatches: 1, epochs: 1 });
    expect(textOf(await exported('trl', once), 'README.md')).toContain('every ratio is 1');
    expect(textOf(await exported('trl', demo), 'README.md')).not.toContain('every ratio is 1');
  });

  it.each(ENGINES)('of an SFT stage are named in the README of %s', async (engine) => {
    const both = {
      ...demo,
      sft: shippedConfig('demo-arithmetic').sft ?? shippedConfig('train-addition').sft,
    } as RunConfig;
    const readme = textOf(await exported(engine, both), 'README.md');
    expect(readme).toContain('SFT stage, which is not exported');
    expect(readme).toContain('| `sft.learning_rate` |');
  });
});

describe('versions', () => {
  it('of verl are those whose actors show entropies, for ERC', async () => {
    const recipe = await exported('verl', withRl(demo, { strategy: { name: 'gppo-erc' } }));
    expect(textOf(recipe, 'requirements.txt')).toContain('verl>=0.6.1,<0.8');
    expect(textOf(recipe, 'launch.sh')).toContain('at_least 0.8.0 && fail');
    expect(textOf(await exported('verl', demo), 'requirements.txt')).toContain('verl>=0.7.1');
  });
});

describe('a custom reward', () => {
  it('is exported as a stub that fails, with its text', async () => {
    const stub = textOf(await exported('verl', dataset, QUESTIONS.join('\n')), 'custom_reward.py');
    expect(stub).toContain('raise NotImplementedError');
    expect(stub).toContain('#   function reward() {\n#     return 1;\n#   }');
    expect((await exported('verl', demo)).files.has('custom_reward.py')).toBe(false);
  });
});

describe('what has no counterpart', () => {
  const refusal = (config: RunConfig): StudioError | undefined => {
    try {
      exportableRl(config);
      return undefined;
    } catch (error) {
      return error as StudioError;
    }
  };

  it('is refused by the name of a custom strategy', () => {
    const strategy = { name: 'custom' as const, title: 'Soft roof', source: 'fn strategy', parameters: {} };
    expect(refusal(withRl(demo, { strategy }))?.message).toBe(
      'rl.strategy: the custom strategy "Soft roof" is WGSL, which is not translated to PyTorch.',
    );
  });

  it('is refused by field: no RL, one response, a pattern that Python reads otherwise', () => {
    const { rl: _rl, ...others } = demo;
    expect(refusal(others as RunConfig)?.field).toBe('rl');
    expect(refusal(withRl(demo, { responses: 1 }))?.field).toBe('rl.responses');
    const pattern = {
      name: 'regex' as const,
      weight: 1,
      pattern: String.raw`\pL+`,
      ignore_case: false,
      require_finished: false,
    };
    const config = { ...demo, task: { ...demo.task, rewards: [pattern] } } as RunConfig;
    expect(refusal(config)?.message).toContain(String.raw`expected a pattern that Python's re has too, found \p`);
    expect(refusal(config)?.field).toBe('task.rewards.0.pattern');
  });
});
