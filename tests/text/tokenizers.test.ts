/** Tokenizers of published models against ids of an independent implementation (the Rust library tokenizers). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import type { Tokenizer } from '../../src/text/tokenizer.ts';
import { REAL_TOKENIZERS, realTokenizer, tokenizerFiles, type RealTokenizer } from '../support/real-tokenizer.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/tokenizers/${name}.json`, import.meta.url), 'utf8')) as unknown;
const STRINGS = fixture('strings') as string[];

/** Tokens that transformers 4 puts before a text, and those that end a response, without a generation_config.json. */
const SPECIAL: Record<RealTokenizer, { end?: string; begin: string[] }> = {
  gpt2: { end: '<|endoftext|>', begin: [] },
  qwen3: { end: '<|im_end|>', begin: [] },
  llama3: { end: '<|eot_id|>', begin: [] },
  llama2: { end: '</s>', begin: ['<s>'] },
  gemma3: { end: '<end_of_turn>', begin: ['<bos>'] },
  // Its post-processor adds nothing; add_bos_token of tokenizer_config.json does.
  deepseek3: { end: '<｜end▁of▁sentence｜>', begin: ['<｜begin▁of▁sentence｜>'] },
  mistral: { end: '</s>', begin: ['<s>'] },
  gptoss: { end: '<|return|>', begin: [] },
  bert: { begin: ['[CLS]'] },
  unigram: { end: '</s>', begin: [] },
};

const CONTINUATIONS = [
  ['12+34=', '46'],
  ['Hello', ' world'],
  ['a\n', '\nb'],
  ['', ' x'],
  ['Answer:', '42 is it'],
] as const;

describe.each([...REAL_TOKENIZERS])('%s', (name) => {
  const reference = fixture(name) as { vocabulary: number; ids: number[][]; decoded: Record<string, string> };
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await realTokenizer(name);
  });

  it(`encodes ${STRINGS.length} texts to the reference's ids`, () => {
    expect(STRINGS.length).toBeGreaterThanOrEqual(200);
    expect(STRINGS.map((text) => tokenizer.encode(text))).toEqual(reference.ids);
    expect(tokenizer.vocabularySize).toBe(reference.vocabulary);
  });

  it("decodes them to the reference's texts", () => {
    expect(reference.ids.map((ids) => tokenizer.decode(ids))).toEqual(
      STRINGS.map((text, i) => reference.decoded[i] ?? text),
    );
  });

  it('decodes a continuation to the text that it adds to its context', () => {
    for (const [i, ids] of reference.ids.entries()) {
      const text = reference.decoded[i] ?? STRINGS[i]!;
      for (const cut of [1, Math.floor(ids.length / 2), ids.length - 1].filter((at) => at > 0 && at < ids.length)) {
        const [before, after] = [ids.slice(0, cut), ids.slice(cut)];
        const head = tokenizer.decode(before);
        const added = tokenizer.decodeAfter(before, after);
        // A character split by the boundary reads as U+FFFD in the first part and is complete in the added text.
        expect(text.startsWith(head) ? head + added : text.slice(text.length - added.length)).toBe(
          text.startsWith(head) ? text : added,
        );
      }
    }
    for (const [context, text] of CONTINUATIONS) {
      const ids = tokenizer.encodeAfter(context, text);
      const before = tokenizer.encode(context);
      // A tokenizer that normalizes its text, as BERT's does, decodes to another text.
      const whole = tokenizer.decode(tokenizer.encode(context + text));
      if (whole === context + text) expect(tokenizer.decodeAfter(before, ids)).toBe(text);
      else expect(['bert', 'unigram', 'llama2']).toContain(name);
    }
  });

  it('ends a turn with the end token of its chat template, else of its text', () => {
    const { end, begin } = SPECIAL[name];
    expect(tokenizer.beginTokens.map((id) => tokenizer.tokenText(id))).toEqual(begin);
    if (end === undefined) {
      expect(tokenizer.endTokens).toEqual([]);
      expect(() => tokenizer.endToken).toThrow(/bert: the tokenizer has no end token/);
      return;
    }
    expect(tokenizer.tokenText(tokenizer.endToken)).toBe(end);
    const both = [tokenizer.endToken, ...(tokenizer.eosToken === undefined ? [] : [tokenizer.eosToken])];
    expect(tokenizer.endTokens).toEqual([...new Set(both)]);
    expect(tokenizer.decode([...tokenizer.encode('yes'), tokenizer.endToken])).toBe('yes');
  });

  it('decodes ids outside the vocabulary to U+FFFD, and shows a single token', () => {
    expect(tokenizer.decode([...tokenizer.encode('a'), 9_000_000, ...tokenizer.encode('b')])).toBe(
      `${tokenizer.decode(tokenizer.encode('a'))}\ufffdb`,
    );
    expect(tokenizer.tokenText(tokenizer.encode('Hello world').at(-1)!)).toBe(' world');
    expect(tokenizer.decode([])).toBe('');
  });

  it('is saved in a checkpoint as its original files', () => {
    expect(tokenizer.files()).toEqual(tokenizerFiles(name));
  });
});

describe('a begin-of-text token', () => {
  it('is detected from the post-processor', async () => {
    const [json, config] = tokenizerFiles('gpt2').map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const template = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|endoftext|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [50_256], tokens: ['<|endoftext|>'] } },
    };
    const files = [
      { path: 'tokenizer.json', text: JSON.stringify({ ...json, post_processor: template }) },
      { path: 'tokenizer_config.json', text: JSON.stringify(config) },
    ];
    const tokenizer = await loadTokenizer(files, [], 'model');
    expect(tokenizer.beginTokens).toEqual([50_256]);
    expect(tokenizer.encode('a')).toEqual([64]);
  });
});

describe('a tokenizer that cannot be read', () => {
  const [original] = tokenizerFiles('gpt2');
  const json = JSON.parse(original!.text) as Record<string, unknown>;
  const small = { ...json, model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] } };
  it.each([
    ['not JSON', '{', /tokenizer\.json: not JSON/],
    [
      'no model',
      JSON.stringify({ ...small, model: undefined }),
      /tokenizer\.json: model: expected an object, found nothing$/,
    ],
    [
      'an unknown model',
      JSON.stringify({ ...small, model: { type: 'Quantum', vocab: {} } }),
      /model\.type: expected .*, found "Quantum"/,
    ],
    ['no vocabulary', JSON.stringify({ ...small, model: { type: 'BPE' } }), /model\.vocab: expected an object/],
    [
      'an absurd id',
      JSON.stringify({ ...small, model: { type: 'BPE', vocab: { a: 4e9 }, merges: [] } }),
      /"a": expected an id from 0/,
    ],
    [
      'an absurd added token',
      JSON.stringify({ ...small, added_tokens: [{ id: -1, content: 'x' }] }),
      /added_tokens: "x": expected an id/,
    ],
    ['an added token without a text', JSON.stringify({ ...small, added_tokens: [5] }), /added_tokens: entry 0/],
    [
      'an unknown pre-tokenizer',
      JSON.stringify({ ...small, pre_tokenizer: { type: 'Telepathy' } }),
      /tokenizer\.json: pre_tokenizer\.type: expected one of .*Whitespace.*, found "Telepathy"$/,
    ],
    [
      'a broken expression',
      JSON.stringify({
        ...small,
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated', invert: false },
      }),
      /pre_tokenizer\.pattern\.Regex: this regular expression is not supported .*Unterminated group/,
    ],
  ] as [string, string, RegExp][])('%s', async (_, text, message) => {
    const loading = loadTokenizer([{ path: 'tokenizer.json', text }], [], 'model');
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toBeInstanceOf(StudioError);
  });

  it('omits characters that its vocabulary lacks, like the reference', async () => {
    const tokenizer = await loadTokenizer(
      [{ path: 'tokenizer.json', text: JSON.stringify({ ...small, added_tokens: [] }) }],
      [],
      'model',
    );
    expect(tokenizer.encode('ab\u4e2dc')).toEqual([0, 1]);
  });
});
