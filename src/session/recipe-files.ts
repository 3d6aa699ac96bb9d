/** A recipe resolved and written as the files of a cluster's folder, for the command line and the page alike. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { exportFiles, type ExportedFile } from '../checkpoint/export-checkpoint.ts';
import { exportRecipe, type ExportedRecipe } from '../cluster/export.ts';
import type { Engine } from '../cluster/engines.ts';
import { runProblems, withEvaluation, type RunProblems } from '../cluster/problems.ts';
import type { RunConfig } from '../run/config.ts';
import { newWeights, resolveRun, type ResolvedRun, type RunSources } from './resolved-run.ts';

export interface RecipeRequest {
  engine: Engine;
  /** Checked by `exportableRl`. */
  config: RunConfig;
  /** The one that the config names; undefined for new weights. */
  checkpoint: ModelCheckpoint | undefined;
  sources: RunSources;
  /** What the cluster calls the starting checkpoint; undefined for one that is copied to model/. */
  named: string | undefined;
}

export interface RecipeFiles extends ExportedRecipe {
  run: ResolvedRun;
  problems: RunProblems;
}

/** @throws StudioError as `resolveRun` and `exportRecipe` */
export async function recipeFiles(request: RecipeRequest): Promise<RecipeFiles> {
  const { engine, config, checkpoint, sources, named } = request;
  const run = await resolveRun(withEvaluation(config), checkpoint, sources);
  const problems = runProblems(run.config, {
    task: run.task,
    tokenizer: run.tokenizer,
    vocabularySize: run.model.vocabularySize,
  });
  const recipe = exportRecipe({
    engine,
    // With its data named by content.
    config: { ...config, task: run.config.task },
    problems,
    responseTokens: run.task.lengths.response,
    model: named,
  });
  return { ...recipe, run, problems };
}

/** The new weights of a run without a checkpoint, in Hugging Face layout. */
export function newModelFiles(run: ResolvedRun): ExportedFile[] {
  const { config, tokenizer, model } = run;
  const files = tokenizer.files();
  const tokenizerJson = files.find((file) => file.path === 'tokenizer.json')?.text;
  return [
    ...exportFiles({
      name: config.name,
      config: model,
      tensors: newWeights(run),
      ...(tokenizerJson !== undefined && { tokenizerJson }),
      tokenizerFiles: files,
      task: config.task,
      description: `New weights of the run ${config.name}.`,
    }),
  ];
}
