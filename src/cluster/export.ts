/** A recipe as the files of a folder for verl or TRL. */
import type { RunConfig } from '../run/config.ts';
import type { Engine } from './engines.ts';
import type { RunProblems } from './problems.ts';
import { PYTHON_FILES } from './python-files.ts';
import { readmeOf } from './readme.ts';
import { recipeOf } from './recipe.ts';
import { dataLines } from './rows.ts';
import { fsdpConfig, rayLaunch, trlLaunch, trlRequirements } from './trl-launch.ts';
import { verlLaunch, verlRequirements } from './verl-launch.ts';

export interface ExportedRecipe {
  /** Text of each file by its path in the folder. */
  files: Map<string, string>;
  /** Those that are to be executable. */
  executable: readonly string[];
}

export interface RecipeParts {
  engine: Engine;
  /** Checked, with defaults. */
  config: RunConfig;
  problems: RunProblems;
  /** Longest response of the task in tokens, where the config has no length. */
  responseTokens: number;
  /** The starting checkpoint; undefined for one that is written to model/. */
  model: string | undefined;
}

/** All files but those of the checkpoint. @throws StudioError `input` for a config that has no counterpart */
export function exportRecipe({ engine, config, problems, responseTokens, model }: RecipeParts): ExportedRecipe {
  const recipe = recipeOf(config, { prompt: problems.promptTokens, response: responseTokens });
  const source =
    config.task.name === 'dataset' ? (config.task.data?.path.split(/[/\\]/).at(-1) ?? 'dataset') : config.task.name;
  const { training, heldOut, texts, begins } = problems;
  const custom = (config.task.rewards ?? []).flatMap((one) => (one.name === 'custom' ? [one.source] : []));
  const rows = { training: training.length, heldOut: heldOut.length, wanted: recipe.steps * recipe.prompts };
  const named = { copied: model === undefined, name: model ?? 'model' };
  const holdsOut = heldOut.length > 0;
  const validated = { recipe, evaluation: holdsOut ? config.evaluation : undefined, holdsOut, texts, begins };
  const files = new Map<string, string>([
    ['README.md', readmeOf({ engine, config, recipe, rows, model: named, texts })],
    ['recipe.json', json(recipe)],
    ['config.json', json(config)],
    ['data/train.jsonl', dataLines(engine, training, { source, split: 'train' })],
    ['data/test.jsonl', dataLines(engine, heldOut, { source, split: 'test' })],
    ...Object.entries(PYTHON_FILES[engine]),
    ...(custom.length > 0 ? [['custom_reward.py', customReward(custom)] as const] : []),
    ...(engine === 'verl'
      ? ([
          ['launch.sh', verlLaunch(validated, model)],
          ['requirements.txt', verlRequirements(recipe)],
        ] as const)
      : ([
          ['launch.sh', trlLaunch(model)],
          ['fsdp.yaml', fsdpConfig],
          ['ray_launch.py', rayLaunch],
          ['requirements.txt', trlRequirements(recipe)],
        ] as const)),
  ]);
  return { files, executable: ['launch.sh'] };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Fails until it is written: a wrong reward would train without a sign of it. */
function customReward(sources: readonly string[]): string {
  const commented = sources
    .map((source, i) => [`# Custom reward ${i + 1}:`, ...source.split(/\r?\n/).map((line) => `#   ${line}`.trimEnd())])
    .flat()
    .join('\n');
  return `"""The custom reward, to be written in Python: its JavaScript was not translated.

\`config\` is the reward's entry in recipe.json, with its \`source\`; \`response\` has \`text\`, \`row\`, \`answer\`,
\`finished\` and \`tokens\`. Return a number, or {"reward": number, "correct": bool}.
"""

${commented}


def reward(config, response):
    raise NotImplementedError("custom_reward.py: write the custom reward in Python; its JavaScript is in this file")
`;
}
