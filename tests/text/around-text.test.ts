/** Tokens around a text against those of transformers 4 and 5; tests/fixtures/README.md says how they were recorded. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodePrompt, encodePromptCompletion, encodeText } from '../../src/text/examples.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import { Pipeline } from '../../src/text/tokenizer-json/pipeline.ts';
import type { Tokenizer } from '../../src/text/tokenizer.ts';

type Fields = Record<string, unknown>;
type Table = Record<string, Record<string, string[]>>;

const { flags, tokenizers, versions, saved } = JSON.parse(
  readFileSync(new URL('../fixtures/tokenizers/around-text.json', import.meta.url), 'utf8'),
) as {
  /** `add_bos_token` and `add_eos_token`. */
  flags: [boolean | null, boolean | null][];
  /** By the name of their post-processor. */
  tokenizers: Record<string, Fields>;
  /** By class, post-processor and flags: B and E are the begin and the end token around a text. */
  versions: Record<'4' | '5', { transformers: string; tokens: Table }>;
  saved: { 'tokenizer.json': Fields; 'tokenizer_config.json': Fields; before: number[]; after: number[] }[];
};
const [END, BEGIN] = [1, 2];

const load = (files: Record<string, Fields>) =>
  loadTokenizer(
    Object.entries(files).map(([path, fields]) => ({ path, text: JSON.stringify(fields) })),
    [],
    'model',
  );
const around = ({ beginTokens, finalTokens }: Tokenizer) =>
  [
    ...beginTokens.map((id) => (id === BEGIN ? 'B' : '?')),
    'x',
    ...finalTokens.map((id) => (id === END ? 'E' : '?')),
  ].join('');

async function tableOf(name: string): Promise<Record<string, string[]>> {
  const special = { bos_token: '<bos>', eos_token: '<eos>', unk_token: '<unk>' };
  const rows = Object.entries(tokenizers).map(async ([postProcessor, json]) => {
    const cells = flags.map(async ([begin, end]) =>
      around(
        await load({
          'tokenizer.json': json,
          'tokenizer_config.json': {
            tokenizer_class: name,
            ...special,
            ...(begin !== null && { add_bos_token: begin }),
            ...(end !== null && { add_eos_token: end }),
          },
        }),
      ),
    );
    return [postProcessor, await Promise.all(cells)] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

describe('the tokens around a text, by class, post-processor, add_bos_token and add_eos_token', () => {
  const { tokens } = versions[4];
  it.each(Object.keys(tokens))('%s: as transformers 4', async (name) => {
    expect(await tableOf(name)).toEqual(tokens[name]);
  });

  it('are the same in transformers 5 for classes that keep the post-processor', () => {
    for (const name of ['Qwen2Tokenizer', 'GPT2Tokenizer', 'PreTrainedTokenizerFast'])
      expect(versions[5].tokens[name]).toEqual(tokens[name]);
  });

  it.each(saved.map((one, i) => [one['tokenizer_config.json']['tokenizer_class'], i, one] as const))(
    '%s, saved by transformers 5 (%i): as transformers 5',
    async (_name, _i, { before, after, ...files }) => {
      const { beginTokens, finalTokens } = await load(files);
      expect({ before: beginTokens, after: finalTokens }).toEqual({ before, after });
    },
  );
});

describe('a token that ends texts', () => {
  const tokenizer = load({
    'tokenizer.json': tokenizers['begin and end']!,
    'tokenizer_config.json': { bos_token: '<bos>', eos_token: '<eos>' },
  });

  it('is read after a complete text, and not after a prompt', async () => {
    const loaded = await tokenizer;
    expect(encodeText(loaded, 'ab')).toEqual({ tokens: [BEGIN, 3, 4, END], begin: 1 });
    expect(encodePrompt(loaded, { text: 'ab' })).toEqual({ tokens: [BEGIN, 3, 4], begin: 1 });
    expect(loaded.encode('ab')).toEqual([3, 4]);
  });

  it('follows the end token of a completion, all of which is trained', async () => {
    expect(encodePromptCompletion(await tokenizer, { prompt: 'a', completion: 'b' })).toEqual({
      tokens: [BEGIN, 3, 4, END, END],
      begin: 1,
      promptLength: 2,
      promptKept: true,
      lossMask: [0, 0, 1, 1, 1],
    });
  });
});

describe('post-processors', () => {
  const read = (post_processor: Fields) =>
    new Pipeline({ ...tokenizers['none'], post_processor }, 'tokenizer.json').aroundText;
  const template = (single: Fields[]) => ({ ...(tokenizers['begin and end']!['post_processor'] as Fields), single });
  const text = { Sequence: { id: 'A', type_id: 0 } };
  const token = { SpecialToken: { id: '<bos>', type_id: 0 } };

  it('that are nested put the tokens of the last one outside', () => {
    const bert = { type: 'BertProcessing', cls: ['a', 3], sep: ['b', 4] };
    const processors = [bert, tokenizers['begin and end']!['post_processor']];
    expect(read({ type: 'Sequence', processors })).toEqual({ before: [BEGIN, 3], after: [4, END] });
  });

  it.each([
    [template([token]), /post_processor\.single: expected the sequence A among its pieces/],
    [template([text, text]), /post_processor\.single\.1: expected a special token, or the sequence A once/],
    [{ type: 'RobertaProcessing', cls: ['a', 3] }, /post_processor\.sep: expected \[token, id\], found nothing/],
  ])('that cannot be read are refused by name (%#)', (postProcessor, message) => {
    expect(() => read(postProcessor)).toThrow(message);
  });
});
