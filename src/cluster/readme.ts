/** README.md of an exported recipe: how to run it, what maps, what does not, and why. */
import type { RunConfig } from '../run/config.ts';
import { CONFIG_FIELDS } from '../run/config-fields.ts';
import { strategyInfo, strategyLabel } from '../run/strategies/strategy-config.ts';
import { mappingOf, type Engine } from './mapping.ts';
import type { Recipe } from './recipe.ts';
import { NEEDS_ENTROPY } from './verl-launch.ts';

export interface ReadmeFacts {
  engine: Engine;
  config: RunConfig;
  recipe: Recipe;
  rows: { training: number; heldOut: number; wanted: number };
  /** The starting checkpoint: copied into the folder, or named. */
  model: { copied: boolean; name: string };
  texts: boolean;
}

const ENGINE_NAMES: Record<Engine, string> = { verl: 'verl', trl: 'TRL' };

export function readmeOf(facts: ReadmeFacts): string {
  const { engine, config, recipe, rows, model } = facts;
  const name = ENGINE_NAMES[engine];
  const strategy = strategyLabel(config.rl?.strategy ?? { name: recipe.strategy.name });
  const notes = notesOf(facts);
  return `# ${recipe.name} on ${name}

The RL stage of a recipe of GPPO Studio, exported for ${name}: strategy ${strategy}, ${recipe.steps} rollouts of
${recipe.prompts} prompts with ${recipe.responses} responses each, ${recipe.minibatches} minibatches x ${recipe.epochs} epochs.

    pip install -r requirements.txt
    python3 check.py${engine === 'verl' ? ' --verl' : '       '}          # losses, gradients and rewards against recorded values
    ./launch.sh                       # its head says how to use several nodes

| file | contents |
|---|---|
| \`data/train.jsonl\` | ${rows.training} problems in the order of the run${rows.training < rows.wanted ? `, of ${rows.wanted}` : ''}; reward columns beside the prompt |
| \`data/test.jsonl\` | ${rows.heldOut} held-out problems, which training never shows |
| \`reward.py\` | the reward: \`${engine === 'verl' ? 'compute_score' : 'reward'}\`, by \`gppo_studio/graders.py\` |
${
  engine === 'verl'
    ? '| `gppo_studio/verl_policy_loss.py` | the policy loss, registered as `gppo_studio` with `register_policy_loss` |\n| `launch.sh` | verl.trainer.main_ppo with every setting, on one node or on a Ray cluster; FSDP |'
    : "| `gppo_studio/trl_trainer.py` | `StudioGRPOTrainer`, a GRPOTrainer with the studio's advantages and loss |\n| `train_trl.py`, `launch.sh`, `fsdp.yaml`, `ray_launch.py` | training on one process, one node, several nodes, or Ray; FSDP |"
}
| \`gppo_studio/strategies.py\` | all ${Object.keys(recipe.defaults).length} built-in strategies in PyTorch |
| \`check.py\`, \`recorded.json\`, \`recorded_rewards.json\` | the comparison with the studio, tolerance 1e-5 relative |
| \`recipe.json\`, \`config.json\` | what the Python reads; the RunConfig that was exported |
${model.copied ? '| `model/` | the starting checkpoint, in Hugging Face layout |\n' : ''}
The starting checkpoint is ${model.copied ? '`model/`' : `\`${model.name}\``}; \`MODEL=... ./launch.sh\` takes another one.
Another strategy: \`GPPO_STUDIO_STRATEGY=ppo\`; other parameters: \`GPPO_STUDIO_PARAMETERS='{"eps_high": 0.3}'\`.

## Know before you run it

${notes.map((note) => `- ${note}`).join('\n')}

## What maps

| field | here | remark |
|---|---|---|
${tableOf(facts, true)}

## What does not, and why

| field | value | why |
|---|---|---|
${tableOf(facts, false)}
`;
}

function notesOf({ engine, config, recipe, rows, texts }: ReadmeFacts): string[] {
  const { name } = recipe.strategy;
  const { context } = strategyInfo(name);
  const updates = recipe.minibatches * recipe.epochs;
  return [
    ...(updates === 1
      ? [
          'Minibatches x epochs is 1: each rollout is used for one update, every ratio is 1, and all strategies have ' +
            `the same gradient.${engine === 'trl' ? ' train_trl.py refuses this unless GPPO_STUDIO_ALLOW_RATIO_ONE=1.' : ''}`,
        ]
      : []),
    ...(config.sft
      ? [
          'The config has an SFT stage, which is not exported. Run it in the studio (`train` with a config without ' +
            '`rl`) and export with `--model` and its `checkpoint/`, or RL starts from the checkpoint before SFT.',
        ]
      : []),
    ...((config.task.rewards ?? []).some((one) => one.name === 'custom')
      ? ['The custom reward is JavaScript: `custom_reward.py` fails until you write it in Python. Its text is there.']
      : []),
    ...(rows.training < rows.wanted ? [`Only the first ${rows.training} rows were written.`] : []),
    ...(['clip-cov', 'kl-cov', 'balance', 'second-moment'].includes(context) && engine === 'verl'
      ? [
          `${name} chooses tokens over the minibatch; a policy loss of verl sees a micro-batch. Raise MICRO_BATCH to ` +
            'the minibatch per GPU to come closest.',
        ]
      : []),
    ...(['clip-cov', 'kl-cov', 'balance', 'second-moment'].includes(context) && engine === 'trl'
      ? [
          `${name} chooses tokens over the minibatch; the loss here sees PER_DEVICE_BATCH responses at a time. Raise ` +
            'it to the minibatch per GPU to come closest.',
        ]
      : []),
    ...(engine === 'verl' ? verlNotes(name, texts) : trlNotes()),
    'Models of the studio are tiny. An inference engine may not support their head size; then give another MODEL.',
  ];
}

function verlNotes(name: string, texts: boolean): string[] {
  return [
    'verl 0.6.1 to 0.9. `register_policy_loss` is there since 0.5.0 and returns (loss, dict) since 0.6.1, which ' +
      '`gppo_studio` finds out by itself; `global_batch_info` (means over the whole update) since 0.7.0; JSONL data ' +
      'since 0.7.1, before which launch.sh writes Parquet; the key `reward.custom_reward_function` since 0.9, from ' +
      'which the old key is ignored.',
    ...(NEEDS_ENTROPY.includes(name)
      ? [
          `${name} reads entropies, which verl gives to no policy loss: they are taken from the FSDP actor of verl ` +
            '0.6.1 to 0.7.1. launch.sh refuses other versions.',
        ]
      : []),
    ...(name === 'opsm'
      ? ['opsm reads the log-probs of the sampler in verl 0.6.1 to 0.7.1; later, the old log-probs stand in.']
      : []),
    ...(texts
      ? ['Prompts are texts: launch.sh replaces the chat template by one that writes the message as it is.']
      : []),
    'A reward of verl sees the decoded text alone: whether a response ended and its length come from encoding it ' +
      'again. Responses whose tokens are not those that the tokenizer would choose may be counted otherwise.',
  ];
}

const trlNotes = (): string[] => [
  'TRL 0.24 and later. StudioGRPOTrainer overrides `_compute_loss` and `_generate_and_score_completions`, which are ' +
    'not public: run check.py and a few steps after an update of TRL.',
  '`clip_ratio/*` counts the tokens outside of the clip range by the sign of A, as the studio does.',
];

/** One row per field that the config has. */
function tableOf({ engine, config }: ReadmeFacts, mapped: boolean): string {
  const task = config.task.name;
  const paths = new Set(
    CONFIG_FIELDS.filter(({ path, variant }) => !path.startsWith('task.') || variant === undefined || variant === task)
      .map(({ path }) => (path.startsWith('rl.strategy.') ? 'rl.strategy' : path))
      .filter((path) => path !== 'task' && path !== 'model' && path !== 'rl'),
  );
  return [...paths]
    .flatMap((path) => {
      const place = mappingOf(path)?.[engine];
      const value = valueAt(config, path);
      if (!place || value === undefined || 'to' in place !== mapped) return [];
      const shown = typeof value === 'object' && value !== null ? 'given' : String(value as string | number | boolean);
      return 'to' in place
        ? [`| \`${path}\` | ${place.to} | ${place.note ?? ''} |`]
        : [`| \`${path}\` | ${shown} | ${place.why} |`];
    })
    .join('\n');
}

function valueAt(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], config);
}
