/**
 * Cuts a published tokenizer down to what the tests' texts need, with the ids that it has:
 *
 *     npm run --silent record-tokenizer -- gpt2|qwen3|llama3|... FOLDER       (byte-level BPE)
 *
 * FOLDER holds the full tokenizer.json and tokenizer_config.json. Everything but `model.vocab` and `model.merges` stays
 * as it is. Of these, single bytes, added tokens, the largest id and, for each token of a text, the merges that build
 * it are kept: BPE takes the pair of lowest rank that exists, so removing merges that it never took changes nothing.
 * The result is compared with the full tokenizer on these texts and on random ones of their words.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { stream } from '../src/random.ts';
import { loadTokenizer } from '../src/text/load-tokenizer.ts';

interface TokenizerJson {
  added_tokens: { id: number; content: string }[];
  model: { vocab: Record<string, number>; merges: (string | [string, string])[] };
}

const FILES = ['tokenizer.json', 'tokenizer_config.json'];
const FIXTURES = fileURLToPath(new URL('../tests/fixtures/tokenizers', import.meta.url));
const RANDOM_TEXTS = 500;

const [name, folder] = process.argv.slice(2);
if (name === undefined || folder === undefined) {
  console.error('expected the name of a tokenizer and the folder of its full tokenizer.json');
  process.exit(2);
}

const readFiles = (from: string) =>
  FILES.map((path) => ({ path, text: readFileSync(join(from, path), 'utf8') }) as const);
const fixture = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as unknown;

const files = readFiles(folder);
const full = await loadTokenizer(files, [], folder);
const json = JSON.parse(files[0]?.text ?? '') as TokenizerJson;
const { vocab, merges } = json.model;
// The Rust library numbers special tokens that the vocabulary lacks by its size, which the cut changes.
for (const { id, content } of json.added_tokens) vocab[content] ??= id;
const textOf = new Map(Object.entries(vocab).map(([text, id]) => [id, text]));
const pairOf = (merge: string | [string, string]) =>
  typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge;
const rankOf = new Map(merges.map((merge, rank) => [JSON.stringify(pairOf(merge)), rank]));

// The texts: those with recorded ids, conversations as they are rendered, and every word, with and without a space.
const strings = fixture('strings.json') as string[];
const { renderings } = fixture('chat.json') as { renderings: Record<string, [string, string][]> };
const texts = [...strings, ...(renderings[name] ?? []).flat()];
const words = [...new Set(texts.flatMap((text) => text.split(/\s+/u)).filter((word) => word !== ''))];
const numbers = Array.from({ length: 200 }, (_, i) => String(i));
const all = [...texts, ...[...words, ...numbers].flatMap((word) => [word, ` ${word}`])];

const keptTokens = new Set(Object.keys(vocab).filter((token) => [...token].length === 1));
const keptMerges = new Set<number>();

/** Keeps a token and the merges by which BPE builds it from single bytes. */
function keep(token: string): void {
  if (keptTokens.has(token)) return;
  keptTokens.add(token);
  const symbols = [...token];
  for (;;) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < symbols.length; i++) {
      const rank = rankOf.get(JSON.stringify([symbols[i], symbols[i + 1]])) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return;
    keptMerges.add(best);
    symbols.splice(at, 2, `${symbols[at]}${symbols[at + 1]}`);
    keptTokens.add(symbols[at] ?? '');
  }
}

for (const text of all)
  for (const id of full.encode(text)) {
    const token = textOf.get(id);
    if (token !== undefined) keep(token);
  }
for (const { content } of json.added_tokens) if (Object.hasOwn(vocab, content)) keptTokens.add(content);
const last = textOf.get(Object.values(vocab).reduce((largest, id) => Math.max(largest, id), 0));
if (last !== undefined) keep(last);

json.model.vocab = Object.fromEntries(Object.entries(vocab).filter(([token]) => keptTokens.has(token)));
json.model.merges = merges.filter((_, rank) => keptMerges.has(rank));
const target = join(FIXTURES, name);
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'tokenizer.json'), `${JSON.stringify(json)}\n`);
writeFileSync(join(target, 'tokenizer_config.json'), files[1]?.text ?? '');

const trimmed = await loadTokenizer(readFiles(target), [], target);
const random = stream(1, 'tokenizer fixtures');
const randomTexts = Array.from({ length: RANDOM_TEXTS }, () =>
  Array.from({ length: 1 + random.integer(20) }, () => words[random.integer(words.length)]).join(' '),
);
for (const text of [...all, ...randomTexts]) {
  const [expected, found] = [full.encode(text), trimmed.encode(text)];
  if (!isDeepStrictEqual(found, expected) || trimmed.decode(found) !== full.decode(expected))
    throw new Error(`the trimmed tokenizer encodes ${JSON.stringify(text)} as ${found}, the full one as ${expected}`);
}
if (trimmed.vocabularySize !== full.vocabularySize)
  throw new Error(`the trimmed tokenizer has ${trimmed.vocabularySize} ids, the full one ${full.vocabularySize}`);
console.log(
  `${target}: ${keptTokens.size} of ${Object.keys(vocab).length} tokens, ${keptMerges.size} of ${merges.length} ` +
    `merges; same ids on ${all.length} texts and ${RANDOM_TEXTS} random ones`,
);
