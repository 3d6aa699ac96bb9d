/** README.md of an exported recipe: how to run it, what maps, what does not, and why. */
import type { RunConfig } from '../run/config.ts';
import { CONFIG_FIELDS } from '../run/config-fields.ts';
import { strategyInfo, strategyLabel } from '../run/strategies/strategy-config.ts';
import type { Engine } from './engines.ts';
import { mappingOf } from './mapping.ts';
import template from './python/README.template.md?raw';
import type { Recipe } from './recipe.ts';
import { filled } from './template.ts';
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

const RATIO_ONE = ' train_trl.py refuses this unless GPPO_STUDIO_ALLOW_RATIO_ONE=1.';
const ENGINE_NAMES: Record<Engine, string> = { verl: 'verl', trl: 'TRL' };

export function readmeOf(facts: ReadmeFacts): string {
  const { engine, config, recipe, model } = facts;
  const strategy = strategyLabel(config.rl?.strategy ?? { name: recipe.strategy.name });
  const { steps, prompts, responses, minibatches, epochs } = recipe;
  return filled(template, {
    NAME: recipe.name,
    ENGINE: ENGINE_NAMES[engine],
    STRATEGY: strategy,
    ROLLOUTS: `${steps} rollouts of ${prompts} prompts with ${responses} responses each`,
    UPDATES: `${minibatches} minibatches x ${epochs} epochs`,
    CHECK: engine === 'verl' ? 'python3 check.py --verl' : 'python3 check.py       ',
    FILES: fileRows(facts),
    MODEL: model.copied ? '`model/`' : `\`${model.name}\``,
    NOTES: notesOf(facts)
      .map((note) => `- ${note}`)
      .join('\n'),
    MAPPED: tableOf(facts, true),
    UNMAPPED: tableOf(facts, false),
  });
}

function fileRows({ engine, recipe, rows, model }: ReadmeFacts): string {
  const strategies = Object.keys(recipe.defaults).length;
  const scorer = engine === 'verl' ? 'compute_score' : 'reward';
  const lists: Record<Engine, [string, string][]> = {
    verl: [
      ['`gppo_studio/verl_policy_loss.py`', 'the policy loss `gppo_studio`, registered with `register_policy_loss`'],
      ['`launch.sh`', 'verl.trainer.main_ppo with every setting, on one node or on a Ray cluster; FSDP'],
      ['`to_parquet.py`', 'the data as Parquet, for verl before 0.7.1'],
    ],
    trl: [
      ['`gppo_studio/trl_trainer.py`', "`StudioGRPOTrainer`: a GRPOTrainer with the studio's advantages and loss"],
      ['`train_trl.py`, `launch.sh`', 'training in one process, on one node or on several'],
      ['`fsdp.yaml`, `ray_launch.py`', 'FSDP for accelerate; one process group over the nodes of a Ray cluster'],
    ],
  };
  const all: [string, string][] = [
    ['`data/train.jsonl`', `${rows.training} problems in the order of the run`],
    ['`data/test.jsonl`', `${rows.heldOut} held-out problems, which training never shows`],
    ['`reward.py`', `the reward: \`${scorer}\`, by \`gppo_studio/graders.py\``],
    ...lists[engine],
    ['`gppo_studio/strategies.py`', `all ${strategies} built-in strategies in PyTorch`],
    ['`gppo_studio/token_dump.py`', 'writes the tokens of updates for the studio (off by default)'],
    ['`ray_sweep.py`', 'a sweep of the studio on Ray'],
    ['`check.py`, `recorded*.json`', 'the comparison with values of the studio, tolerance 1e-5 relative'],
    ['`recipe.json`, `config.json`', 'what the Python reads; the RunConfig that was exported'],
    ...(model.copied ? ([['`model/`', 'the starting checkpoint, in Hugging Face layout']] as [string, string][]) : []),
  ];
  return all.map(([file, contents]) => `| ${file} | ${contents} |`).join('\n');
}

function notesOf({ engine, config, recipe, rows, texts }: ReadmeFacts): string[] {
  const { name } = recipe.strategy;
  const { context } = strategyInfo(name);
  const updates = recipe.minibatches * recipe.epochs;
  return [
    ...(updates === 1
      ? [
          'Minibatches x epochs is 1: each rollout is used for one update, every ratio is 1, and all strategies have ' +
            `the same gradient.${engine === 'trl' ? RATIO_ONE : ''}`,
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
      ? ['opsm reads the log-probs of the sampler in verl 0.6.1 to 0.7.1; later, it uses the old ones.']
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
