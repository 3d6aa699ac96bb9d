/** Tokenizers of published models, cut down to the tests' texts (tests/fixtures/README.md); ids are the real ones. */
import { readFileSync } from 'node:fs';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import type { TextFile } from '../../src/text/tokenizer-config.ts';
import type { Tokenizer } from '../../src/text/tokenizer.ts';

export const REAL_TOKENIZERS = [
  'gpt2',
  'qwen3',
  'llama3',
  'llama2',
  'gemma3',
  'deepseek3',
  'mistral',
  'gptoss',
  'bert',
  'unigram',
] as const;
export type RealTokenizer = (typeof REAL_TOKENIZERS)[number];

export function tokenizerFiles(name: RealTokenizer): TextFile[] {
  return ['tokenizer.json', 'tokenizer_config.json'].map((path) => ({
    path,
    text: readFileSync(new URL(`../fixtures/tokenizers/${name}/${path}`, import.meta.url), 'utf8'),
  }));
}

const loaded = new Map<RealTokenizer, Promise<Tokenizer>>();

/** Reads each tokenizer once. */
export function realTokenizer(name: RealTokenizer): Promise<Tokenizer> {
  const tokenizer = loaded.get(name) ?? loadTokenizer(tokenizerFiles(name), [], name);
  loaded.set(name, tokenizer);
  return tokenizer;
}
