/** `publish`: the checkpoint or adapter of a run that `train` made, pushed to the hub with a model card. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMetrics } from '../archive/run-folder.ts';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { publish, repositoryName } from '../publish/publish.ts';
import { commitTitle, publishedFiles } from '../publish/run-files.ts';
import { parseRunConfig } from '../run/config.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readText } from './files.ts';
import { hubAddress } from './hub-data.ts';

const COMMAND = 'publish';
/** Line of --help; the name is that of the hub's own tools. */
export const TOKEN_VARIABLE: [string, string] = [
  'HF_TOKEN',
  'Access token of the hub with write permission. It is not an option, because other processes can read those.',
];

export async function publishCommand(args: string[]): Promise<void> {
  const given = readArguments(COMMAND, args, ['repository'], ['adapter', 'public']);
  checkPositionals(given, COMMAND, 1);
  const [folder] = given.positionals;
  if (folder === undefined) throw inputError(COMMAND, 'expected the folder of a run that train made');
  const repository = repositoryName(required(given, COMMAND, 'repository'));
  const token = process.env[TOKEN_VARIABLE[0]];
  if (!token) throw inputError(COMMAND, `expected an access token in the environment variable ${TOKEN_VARIABLE[0]}`);
  const kind = given.values['adapter'] === true ? 'adapter' : 'checkpoint';
  const [configPath, metricsPath] = [join(folder, 'config.json'), join(folder, 'metrics.jsonl')];
  const card = {
    repository,
    kind,
    config: parseRunConfig(parseJsonText(await readText(configPath), configPath), configPath),
    records: parseMetrics(await readText(metricsPath), metricsPath),
  } as const;
  const model = await filesIn(join(folder, kind), kind);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const { page, commit } = await publish({
      repository,
      token,
      base: hubAddress(),
      files: publishedFiles(card, model),
      visibility: given.values['public'] === true ? 'public' : 'private',
      title: commitTitle(card),
      signal: interrupt.signal,
    });
    console.log(`${page} (commit ${commit.slice(0, 8)})`);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function filesIn(folder: string, kind: string): Promise<{ path: string; data: Uint8Array<ArrayBuffer> }[]> {
  const names = (await stat(folder).catch(() => undefined))?.isDirectory() ? (await readdir(folder)).sort() : [];
  if (names.length === 0)
    throw inputError(
      folder,
      kind === 'adapter'
        ? 'no adapter; expected a run that trained one (model.lora)'
        : 'no checkpoint; expected a complete run: resume it with train --resume',
    );
  return Promise.all(names.map(async (path) => ({ path, data: new Uint8Array(await readFile(join(folder, path))) })));
}
