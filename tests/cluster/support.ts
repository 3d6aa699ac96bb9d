/** Exported recipes without files of checkpoints: configs on a tokenizer of characters. */
import { readFileSync } from 'node:fs';
import { exportRecipe, type ExportedRecipe } from '../../src/cluster/export.ts';
import type { Engine } from '../../src/cluster/engines.ts';
import { runProblems, withEvaluation, type RunProblems } from '../../src/cluster/problems.ts';
import { blobFile } from '../../src/data/data-file.ts';
import { parseRunConfig, type RunConfig } from '../../src/run/config.ts';
import { ModelTask } from '../../src/tasks/model-task.ts';
import { createTask } from '../../src/tasks/registry.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';

export const shippedConfig = (name: string): RunConfig =>
  parseRunConfig(JSON.parse(readFileSync(`configs/${name}.json`, 'utf8')), name);

/** @param data text of the file that a dataset task reads */
async function problemsOf(config: RunConfig, data: string): Promise<{ problems: RunProblems; response: number }> {
  const task = await createTask(config.task, {
    data: ({ path }) => Promise.resolve(blobFile(new Blob([data]), path)),
  });
  const tokenizer = characterTokenizer(task.characters ?? []);
  const { vocabularySize } = tokenizer;
  const measured = await ModelTask.measure({ task, tokenizer, vocabularySize, positions: 2048 });
  const used = measured.forStages({ ...withEvaluation(config), sft: undefined });
  return { problems: runProblems(config, { task: used, tokenizer, vocabularySize }), response: used.lengths.response };
}

export async function exported(engine: Engine, config: RunConfig, data = ''): Promise<ExportedRecipe> {
  const { problems, response } = await problemsOf(config, data);
  return exportRecipe({ engine, config, problems, responseTokens: response, model: undefined });
}

export const textOf = ({ files }: ExportedRecipe, path: string): string => files.get(path) ?? '';

export const rowsOf = (recipe: ExportedRecipe, path: string): Record<string, unknown>[] =>
  textOf(recipe, path)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
