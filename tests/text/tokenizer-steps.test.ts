/** Every step of tokenizer.json against ids and texts that the Rust library tokenizers gave (tests/fixtures). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import { checkTokenIds } from '../../src/text/token-ids.ts';
import { Pipeline } from '../../src/text/tokenizer-json/pipeline.ts';

type Fields = Record<string, unknown>;
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/tokenizers/${name}.json`, import.meta.url), 'utf8')) as unknown;

/** `ids` null: the vocabulary cannot encode the text. `decoded` null: not recorded. */
type Text = [text: string, ids: number[] | null, decoded: string | null];
const STEPS = fixture('steps') as { tokenizer: Fields; texts: Text[]; decoded?: [number[], string][] }[];
const REPORTS = fixture('reports') as Record<
  string,
  { files: Record<string, Fields>; texts: Text[]; begin?: number[]; end?: number }
>;

/** All values of `type`, with the behavior of Split and Punctuation. */
function* types(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const { type, behavior } = value as Fields;
  if (typeof type === 'string') yield `${type} ${typeof behavior === 'string' ? behavior : ''}`.trim();
  for (const one of Object.values(value)) yield* types(one);
}

describe('the steps of tokenizer.json', () => {
  it('are all recorded', () => {
    const recorded = new Set(STEPS.flatMap(({ tokenizer }) => [...types(tokenizer)]));
    for (const behavior of ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'])
      for (const type of ['Split', 'Punctuation']) expect(recorded).toContain(`${type} ${behavior}`);
    // One entry for each type of normalizer, pre-tokenizer, model and decoder but Precompiled, which `unigram` has.
    expect(recorded.size).toBeGreaterThanOrEqual(40);
  });

  it.each(STEPS.map((step, i) => [i, step] as const))('encode and decode like the Rust library (%i)', (_, step) => {
    const pipeline = new Pipeline(step.tokenizer, 'tokenizer.json');
    for (const [text, ids, decoded] of step.texts) {
      if (ids === null) {
        expect(() => pipeline.encode(text)).toThrow(StudioError);
        continue;
      }
      expect({ text, ids: pipeline.encode(text) }).toEqual({ text, ids });
      if (decoded !== null) expect(pipeline.decode(ids)).toBe(decoded);
    }
    for (const [ids, decoded] of step.decoded ?? []) expect(pipeline.decode(ids)).toBe(decoded);
  });
});

const load = (files: Record<string, Fields>, endTokens: number[] = []) =>
  loadTokenizer(
    Object.entries(files).map(([path, fields]) => ({ path, text: JSON.stringify(fields) })),
    endTokens,
    'model',
  );

describe('tokenizers that were read otherwise than by the Rust library and transformers', () => {
  it.each(Object.entries(REPORTS))('%s', async (_, { files, texts, begin, end }) => {
    const tokenizer = await load(files);
    for (const [text, ids, decoded] of texts) {
      const found = tokenizer.encode(text);
      if (ids !== null) expect({ text, ids: found }).toEqual({ text, ids });
      if (decoded !== null) expect(tokenizer.decode(found)).toBe(decoded);
    }
    if (begin) expect(tokenizer.beginTokens).toEqual(begin);
    if (end !== undefined) expect(tokenizer.endToken).toBe(end);
  });

  it('refuses only a text that has a token beyond the vocabulary of the model, and names token and id', async () => {
    const tokenizer = await load(REPORTS['tokenizer-one-larger-than-model']!.files);
    expect(tokenizer.vocabularySize).toBe(65);
    expect(() => checkTokenIds(tokenizer.encode('1+2'), 64, tokenizer, 'prompt')).not.toThrow();
    expect(() => checkTokenIds(tokenizer.encode('1<image>2'), 64, tokenizer, 'prompt')).toThrow(
      /^prompt: tokens\.1: expected a token id from 0 to 63, found 64, "<image>"$/,
    );
  });
});

const SMALL = {
  added_tokens: [{ id: 0, content: '<bos>', special: true }],
  model: { type: 'BPE', vocab: { '<bos>': 0, a: 1, b: 2 }, merges: [] },
};

describe('the end of a response', () => {
  it('is every id of the configs, none of them invented', async () => {
    const both = await load({ 'tokenizer.json': SMALL }, [2, 1, 9]);
    expect([both.endToken, both.endTokens]).toEqual([2, [2, 1]]);
    const named = await load({ 'tokenizer.json': SMALL, 'tokenizer_config.json': { eos_token: '<eos>' } });
    expect(named.endTokens).toEqual([3]);
    expect(named.encode('a<eos>')).toEqual([1, 3]);
    const none = await load({ 'tokenizer.json': SMALL });
    expect(none.endTokens).toEqual([]);
    expect(() => none.endToken).toThrow(/model: the tokenizer has no end token/);
    expect(none.encode('ab')).toEqual([1, 2]);
  });
});

describe('the begin token of Llama-like classes', () => {
  const llama = (fields: Fields) =>
    load({
      'tokenizer.json': SMALL,
      'tokenizer_config.json': { tokenizer_class: 'LlamaTokenizerFast', bos_token: '<bos>', ...fields },
    });
  it('is added unless add_bos_token is false; another class adds what the post-processor adds', async () => {
    expect((await llama({})).beginTokens).toEqual([0]);
    expect((await llama({ add_bos_token: true })).beginTokens).toEqual([0]);
    expect((await llama({ add_bos_token: false })).beginTokens).toEqual([]);
    expect((await llama({ tokenizer_class: 'PreTrainedTokenizerFast', add_bos_token: true })).beginTokens).toEqual([]);
  });
});

describe('what is not supported is refused by name', () => {
  const split = (Regex: string) => ({
    ...SMALL,
    pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated' },
  });
  it.each([
    [{ ...SMALL, model: { ...SMALL.model, dropout: 0.1 } }, /model\.dropout: expected null/],
    [
      { ...SMALL, model: { ...SMALL.model, merges: [['a', 'c']] } },
      /model\.merges\.0: the vocabulary has no token "c"/,
    ],
    [{ ...SMALL, model: { vocab: {} } }, /model\.type: expected BPE, Unigram, WordPiece or WordLevel/],
    [split('(?m:.)'), /pre_tokenizer\.pattern\.Regex: .*the options \(\?m:/],
    [split('\\G.'), /not supported \(\\G\)/],
    [split('(?i:stra\u00dfe)'), /the letters of a case-insensitive group/],
    [{ ...SMALL, added_tokens: [{ id: 1, content: '<x>' }] }, /"<x>" and "a" have the same id 1/],
    [{ ...SMALL, post_processor: { type: 'Oracle' } }, /post_processor\.type: expected one of .*found "Oracle"/],
    [
      {
        ...SMALL,
        normalizer: { type: 'Strip' },
        added_tokens: [{ id: 3, content: '\n\n', normalized: true, special: false }],
      },
      /added_tokens: "\\n\\n": nothing is left of it after the normalizer/,
    ],
    [{ ...SMALL, version: '2.0' }, /version: expected "1\.0", found "2\.0"/],
  ] as [Fields, RegExp][])('%#', (json, message) => {
    expect(() => new Pipeline(json, 'tokenizer.json')).toThrow(message);
  });

  it('also a text in which two added tokens cannot be told apart', () => {
    const added_tokens = ['AB', 'aB'].map((content, i) => ({ id: 3 + i, content, normalized: true, special: false }));
    const pipeline = new Pipeline({ ...SMALL, added_tokens, normalizer: { type: 'Lowercase' } }, 'tokenizer.json');
    expect(pipeline.encode('a')).toEqual([1]);
    expect(() => pipeline.encode('ab')).toThrow(/"aB" and "AB" are the same normalized text; "ab" could be either/);
  });
});
