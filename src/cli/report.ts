/** `report`: a run or a sweep, as `train`, `compare` and the page's archives have it, as one HTML or Markdown file. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { rolloutFileOf } from '../archive/rollout-files.ts';
import { fileName, folderName, isRunFile, METRICS, type TextFile } from '../archive/run-folder.ts';
import { readFolder, type ReadFolder } from '../archive/sweep-folder.ts';
import { inputError } from '../errors.ts';
import { readStepFile } from '../rollouts/step-file.ts';
import { shownResponses } from '../rollouts/shown-responses.ts';
import { SHOWN_RESPONSES, type ReportedRun } from '../sharing/run-facts.ts';
import { runMarkdown } from '../sharing/run-markdown.ts';
import { runPage } from '../sharing/run-page.ts';
import { sweepPage } from '../sharing/sweep-page.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readBytes, readText, writeWhole } from './files.ts';

const COMMAND = 'report';
const FORMATS = ['.html', '.md'];

export async function report(args: string[]): Promise<void> {
  const given = readArguments(COMMAND, args, ['output']);
  checkPositionals(given, COMMAND, 1);
  const folder = given.positionals[0];
  if (folder === undefined) throw inputError(COMMAND, 'expected the folder of a run or of a sweep');
  const output = required(given, COMMAND, 'output');
  const format = extname(output).toLowerCase();
  if (!FORMATS.includes(format))
    throw inputError(COMMAND, `--output: expected a file name that ends in .html or .md, found ${output}`);
  const paths = await pathsIn(folder);
  const files = await Promise.all(
    paths
      .filter(isRunFile)
      .map(async (path): Promise<TextFile> => ({ path, text: await readText(join(folder, path)) })),
  );
  const { runs, sweeps } = await readFolder(files, folder, await modifiedOf(folder, paths));
  const [sweep, ...others] = sweeps;
  if (sweep && others.length === 0 && runs.every((run) => run.run.sweep)) {
    if (format === '.md')
      throw inputError(COMMAND, '--output: expected a name that ends in .html; compare writes table.md of a sweep');
    await writeWhole(output, sweepText(sweep, runs));
  } else {
    const [run] = runs;
    if (!run || runs.length > 1)
      throw inputError(folder, `expected one run, or one sweep with sweep.json; found ${runs.length} runs`);
    const reported: ReportedRun = { ...run, ...(await rolloutsOf(folder, run.folder, paths)) };
    await writeWhole(output, format === '.md' ? runMarkdown(reported) : runPage(reported));
  }
  console.log(`wrote ${output}`);
}

function sweepText({ sweep }: ReadFolder['sweeps'][number], runs: ReadFolder['runs']): string {
  return sweepPage({
    sweep,
    runs: runs.map(({ run, records }) => ({
      label: run.sweep?.label ?? '',
      seed: run.config.seed,
      records,
      ...(run.error !== undefined && { error: run.error }),
    })),
    ...(runs.length > 0 && { started: Math.min(...runs.map(({ run }) => run.started)) }),
    places: runs.map(({ run }) => run),
  });
}

/** Relative paths with forward slashes. @throws StudioError `input` if the folder cannot be read */
async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => undefined);
  if (!entries) throw inputError(folder, 'folder not found; expected the folder of a run or of a sweep');
  return entries.map((path) => path.replaceAll('\\', '/')).sort();
}

/** When the run's records were written, for runs without dates of their own. */
async function modifiedOf(folder: string, paths: readonly string[]): Promise<number> {
  const metrics = paths.find((path) => fileName(path) === METRICS);
  return metrics === undefined ? 0 : Math.round((await stat(join(folder, metrics))).mtimeMs);
}

/** The newest kept step, which archives of the page have. */
async function rolloutsOf(
  folder: string,
  run: string,
  paths: readonly string[],
): Promise<Pick<ReportedRun, 'rollouts'>> {
  const newest = paths.findLast((path) => {
    const file = rolloutFileOf(path);
    return file?.kind === 'step' && file.folder === folderName(run);
  });
  if (newest === undefined) return {};
  const path = join(folder, newest);
  const step = readStepFile(await readBytes(path), path);
  return { rollouts: { step: step.step, responses: shownResponses(step, SHOWN_RESPONSES) } };
}
