/**
 * Writes a checkpoint of a published model's shape with random weights:
 *
 *     npm run --silent random-checkpoint -- gpt2-124m|qwen2-0.5b DIR [--dtype f32|f16|bf16] [--seed n] [--shard-mb n]
 *     [--tokenizer DIR]
 *
 * `--tokenizer` names a folder whose tokenizer.json and tokenizer_config.json are copied into the checkpoint; without
 * it the checkpoint reads and writes token ids only.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dtypeByName } from '../src/checkpoint/export-checkpoint.ts';
import { optionalNumber, readArguments } from '../src/cli/arguments.ts';
import { inputError, StudioError } from '../src/errors.ts';
import { SHAPES, writeRandomCheckpoint } from './random-checkpoint.ts';

const COMMAND = 'random-checkpoint';

async function main(args: string[]): Promise<void> {
  const given = readArguments(COMMAND, args, ['dtype', 'seed', 'shard-mb', 'tokenizer']);
  const [name = '', folder] = given.positionals;
  const fields = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (!fields || folder === undefined)
    throw inputError(COMMAND, `expected a shape (${Object.keys(SHAPES).join(', ')}) and a folder`);
  const dtype = dtypeByName(typeof given.values['dtype'] === 'string' ? given.values['dtype'] : 'f32');
  const { tokenizer } = given.values;
  const files =
    typeof tokenizer === 'string'
      ? await Promise.all(['tokenizer.json', 'tokenizer_config.json'].map((path) => tokenizerFile(tokenizer, path)))
      : [];
  const parameters = await writeRandomCheckpoint(folder, {
    fields,
    dtype,
    seed: optionalNumber(given, COMMAND, 'seed', 0, { integer: true, min: 0, max: 0xffffffff }),
    shardBytes: optionalNumber(given, COMMAND, 'shard-mb', 400, { min: 1 }) * 1e6,
    files,
  });
  console.log(`${folder}: ${name}, ${(parameters / 1e6).toFixed(1)}M parameters in ${dtype}`);
}

async function tokenizerFile(folder: string, path: string): Promise<{ path: string; text: string }> {
  try {
    return { path, text: await readFile(join(folder, path), 'utf8') };
  } catch {
    throw inputError(COMMAND, `--tokenizer: expected a folder with ${path}, cannot read ${join(folder, path)}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof StudioError ? error.line : error);
  process.exit(error instanceof StudioError && error.kind === 'input' ? 2 : 1);
});
