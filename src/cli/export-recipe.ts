/** `export-recipe`: a recipe as a folder that trains it on a cluster, with verl or TRL. */
import { chmod, cp, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ENGINES, type Engine } from '../cluster/engines.ts';
import { exportableRl } from '../cluster/recipe.ts';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig } from '../run/config.ts';
import { newModelFiles, recipeFiles } from '../session/recipe-files.ts';
import type { ResolvedRun } from '../session/resolved-run.ts';
import { checkPositionals, optionalNumber, readArguments, required } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readText, writeWhole } from './files.ts';

const EMBEDDED = 'embedded:';

export async function exportRecipeCommand(args: string[]): Promise<void> {
  const given = readArguments('export-recipe', args, ['engine', 'output', 'model', 'data', 'seed']);
  checkPositionals(given, 'export-recipe', 1);
  const [path] = given.positionals;
  if (path === undefined) throw inputError('export-recipe', 'expected a run config with a section rl');
  const output = required(given, 'export-recipe', 'output');
  const engine = engineOf(required(given, 'export-recipe', 'engine'));
  const written = parseRunConfig(parseJsonText(await readText(path), path), path);
  const seed = optionalNumber(given, 'export-recipe', 'seed', written.seed, { integer: true, min: 0, max: 0xffffffff });
  const { model } = given.values;
  const { freeze, lora } = written.model;
  const config = {
    ...written,
    seed,
    // Another checkpoint to start from: that after SFT.
    ...(typeof model === 'string' && {
      model: { checkpoint: model, ...(freeze && { freeze }), ...(lora && { lora }) },
    }),
  };
  exportableRl(config);
  await checkEmpty(output);
  const name = 'checkpoint' in config.model ? config.model.checkpoint : undefined;
  const checkpoint = name === undefined ? undefined : await loadCheckpoint(name);
  const named = name === undefined || name.startsWith(EMBEDDED) ? undefined : resolve(name);
  const sources = cliSources(given, path);
  const { files, executable, run, problems } = await recipeFiles({ engine, config, checkpoint, sources, named });
  if (named === undefined) await writeModel(run, join(output, 'model'));
  for (const [file, text] of files) await writeWhole(join(output, file), text);
  for (const file of executable) await chmod(join(output, file), 0o755);
  console.log(
    `${output}: ${problems.training.length} training and ${problems.heldOut.length} held-out rows for ${engine}; ` +
      `the starting checkpoint is ${named ?? join(output, 'model')}`,
  );
  if (config.sft && typeof model !== 'string')
    console.error('Warning: the SFT stage is not exported; give the checkpoint after it with --model.');
}

function engineOf(text: string): Engine {
  const found = ENGINES.find((one) => one === text);
  if (!found) throw inputError('export-recipe', `--engine: expected ${ENGINES.join(' or ')}, found ${text}`);
  return found;
}

/** A folder with other files might lose or mix them. */
async function checkEmpty(output: string): Promise<void> {
  const facts = await stat(output).catch(() => undefined);
  if (!facts) return;
  if (!facts.isDirectory()) throw inputError(output, 'expected a folder for the recipe, found a file');
  const files = await readdir(output);
  if (files.length > 0 && !files.includes('recipe.json'))
    throw inputError(output, 'expected a new folder, an empty one, or one with an exported recipe, found other files');
}

/** The starting checkpoint in Hugging Face layout: an embedded one unchanged, or the new weights of an architecture. */
async function writeModel(run: ResolvedRun, folder: string): Promise<void> {
  const { config, checkpoint } = run;
  if (checkpoint && 'checkpoint' in config.model) {
    const shipped = new URL(`../../public/models/${config.model.checkpoint.slice(EMBEDDED.length)}/`, import.meta.url);
    return cp(shipped, folder, { recursive: true });
  }
  for (const { path, data } of newModelFiles(run)) await writeWhole(join(folder, path), data);
}
