/** The tokenizer of a checkpoint folder; its tokenizer files alone are enough. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOKENIZER_FILES } from '../checkpoint/checkpoint.ts';
import { endTokensOf } from '../checkpoint/hugging-face-config.ts';
import { parseObject } from '../checkpoint/json-fields.ts';
import { inputError } from '../errors.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { folderSource } from './folder-source.ts';

const MODELS = fileURLToPath(new URL('../../public/models/', import.meta.url));
const EMBEDDED = 'embedded:';

/**
 * @param name a folder, or `embedded:NAME` for an embedded checkpoint
 * @throws StudioError `input` if it has no tokenizer, or an unsupported one
 */
export async function tokenizerOfFolder(name: string): Promise<Tokenizer> {
  const folder = name.startsWith(EMBEDDED) ? join(MODELS, name.slice(EMBEDDED.length)) : resolve(name);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw inputError(name, 'folder not found; expected one with tokenizer.json');
  const source = folderSource(folder);
  const present = new Set((await source.list()).map(({ path }) => path));
  const text = async (path: string) => new TextDecoder().decode(await source.read(path));
  const files = await Promise.all(
    TOKENIZER_FILES.filter((path) => present.has(path)).map(async (path) => ({ path, text: await text(path) })),
  );
  let endTokens: number[] | undefined;
  for (const path of ['generation_config.json', 'config.json'])
    if (present.has(path))
      endTokens ??= endTokensOf(parseObject(await text(path), `${name}/${path}`), `${name}/${path}`);
  return loadTokenizer(files, endTokens ?? [], name);
}
