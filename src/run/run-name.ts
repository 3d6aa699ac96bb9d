/** Names of runs: a default made from the recipe, and names as file names. */
import type { RunConfig } from './config.ts';
import { resolveStrategy, type StrategyConfig } from './strategies/strategy-config.ts';

type Named = Pick<RunConfig, 'model' | 'task' | 'seed' | 'sft' | 'rl'>;

/** `GPPO, addition, seed 7`: what is trained how, on which task, with which seed. */
export function defaultRunName({ model, task, seed, sft, rl }: Named): string {
  const stages = [
    rl && sft ? 'SFT + ' : '',
    rl ? resolveStrategy(rl.strategy).title : sft ? 'SFT' : 'Evaluation',
    model.lora ? ' + LoRA' : '',
  ].join('');
  return `${stages}, ${taskTitle(task)}, seed ${seed}`;
}

/** A task on data is called by its data set: `gsm8k` of openai/gsm8k, or of gsm8k.jsonl. */
export function taskTitle(task: RunConfig['task']): string {
  if (task.name !== 'dataset' || !task.data) return task.name;
  const { path, repository } = task.data;
  const file =
    path
      .replace(/^embedded:/, '')
      .split(/[/\\]/)
      .at(-1) ?? '';
  return (repository?.split('/').at(-1) ?? file.replace(/\.[a-z]+$/i, '')).slice(0, 60) || task.name;
}

/** `PPO, GPPO, addition`: a comparison of strategies; a strategy is named once, however many settings it has. */
export function defaultSweepName({ task }: Pick<RunConfig, 'task'>, strategies: readonly StrategyConfig[]): string {
  const titles = [...new Set(strategies.map((strategy) => resolveStrategy(strategy).title))];
  const listed =
    titles.length > 4 ? `${titles.slice(0, 3).join(', ')} and ${titles.length - 3} more` : titles.join(', ');
  return `${listed}, ${taskTitle(task)}`;
}

/** `demo-seed-7`: the run's name and its seed, unless the name says it, as a file name. */
export function runFileName(config: Pick<RunConfig, 'seed'> | undefined, name: string): string {
  const file = fileNameOf(name);
  return !config || /(?:^|-)seed-\d+(?:-|$)/i.test(file) ? file : `${file}-seed-${config.seed}`;
}

/** A name as a file name: letters, digits, dots, dashes and underscores. */
export const fileNameOf = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 120) || 'run';
