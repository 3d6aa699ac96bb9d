/**
 * Training examples and prompts of eight tokenizer families, token by token with their loss masks, against those of
 * transformers and TRL. tests/fixtures/README.md says how they were recorded.
 */
import { describe, expect, it } from 'vitest';
import { StudioError } from '../../src/errors.ts';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import { encodeConversation, encodePrompt, encodePromptCompletion, encodeText } from '../../src/text/examples.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import type { ChatMessage, Tokenizer } from '../../src/text/tokenizer.ts';
import { tokenizerFiles, type RealTokenizer } from '../support/real-tokenizer.ts';
import { conversations, families, marked, pairs, templates } from '../support/chat-examples.ts';

const NOW = { now: '2026-11-28' };

function tokenizerWith(name: RealTokenizer, template: string | undefined): Promise<Tokenizer> {
  const files = tokenizerFiles(name);
  return loadTokenizer(
    template === undefined ? files : [...files, { path: 'chat_template.jinja', text: template }],
    [],
    name,
  );
}

it('eight families are recorded', () => {
  expect(new Set(families.map(({ family }) => family)).size).toBe(8);
});

describe.each(families)(
  '$family $template',
  ({ family, template, texts, conversations: recorded, pairs: examples }) => {
    const source = template === null ? undefined : (templates[template] ?? marked);
    const tokenizer = tokenizerWith(family, source);

    it('texts begin as the model reads them', async () => {
      const loaded = await tokenizer;
      expect(texts.map(([text]) => encodeText(loaded, text).tokens)).toEqual(texts.map(([, tokens]) => tokens));
    });

    it('prompts of conversations', async () => {
      const loaded = await tokenizer;
      const prompts = conversations.map((messages) => encodePrompt(loaded, { messages: messages.slice(0, -1) }, NOW));
      expect(prompts.map(({ tokens }) => tokens)).toEqual(recorded.map(({ prompt }) => prompt));
      for (const { tokens, begin } of prompts) {
        expect(tokens.slice(0, begin)).toEqual(begin === 0 ? [] : [loaded.bosToken]);
        // Not a second one, whether the template writes the first or not.
        expect(loaded.beginTokens).not.toContain(tokens[begin]);
      }
    });

    it('conversations with a loss on every token, and on the last turn alone', async () => {
      const loaded = await tokenizer;
      const all = conversations.map((messages) =>
        encodeConversation(loaded, messages, { assistantOnly: false, ...NOW }),
      );
      expect(all.map(({ tokens }) => tokens)).toEqual(recorded.map(({ tokens }) => tokens));
      expect(all.every(({ lossMask, tokens }) => lossMask.length === tokens.length && !lossMask.includes(0))).toBe(
        true,
      );
      const last = conversations.map((messages) =>
        encodePromptCompletion(loaded, { prompt: messages.slice(0, -1), completion: messages.slice(-1) }, NOW),
      );
      expect(last.map(({ tokens, lossMask }) => [tokens, lossMask])).toEqual(
        // TRL's mask is longer than the tokens if the prompt alone has more than both.
        recorded.map(({ tokens, completion_mask: mask }) => [tokens, mask.slice(0, tokens.length)]),
      );
    });

    it('the assistant’s turns', async () => {
      const loaded = await tokenizer;
      for (const [i, { tokens, mask }] of recorded.entries()) {
        if (!mask) continue;
        const found = encodeConversation(loaded, conversations[i]!, { assistantOnly: true, ...NOW });
        expect([found.tokens, found.lossMask]).toEqual([tokens, mask]);
      }
    });

    it('prompts and completions', async () => {
      const loaded = await tokenizer;
      const eos = loaded.tokenText(loaded.eosToken!);
      const encoded = pairs.map(([prompt, completion]) =>
        encodePromptCompletion(loaded, { prompt, completion: completion.replace('<eos>', eos) }),
      );
      expect(encoded.map(({ tokens, promptLength }) => [tokens, promptLength])).toEqual(examples);
      for (const { tokens, lossMask, promptLength } of encoded)
        expect(lossMask).toEqual(tokens.map((_, i) => (i < promptLength ? 0 : 1)));
    });
  },
);

describe('a template without generation blocks', () => {
  const plain = marked.replace(/\{% (?:end)?generation %\}/g, '');
  const of = async (source: string, messages: ChatMessage[]) =>
    encodeConversation(await tokenizerWith('qwen3', source), messages, { assistantOnly: true, ...NOW });

  it('has the same loss mask with the line breaks behind the turns, found by rendering beginnings', async () => {
    for (const messages of conversations) {
      const [expected, found] = [await of(marked, messages), await of(plain, messages)];
      expect(found.tokens).toEqual(expected.tokens);
      const lineBreak = (i: number) => expected.lossMask[i] === 0 && expected.lossMask[i - 1] === 1;
      expect(found.lossMask).toEqual(expected.lossMask.map((bit, i) => (lineBreak(i) ? 1 : bit)));
      expect(found.lossMask).toContain(1);
    }
  });

  it('may write earlier turns differently, up to their end tokens', async () => {
    const { decode, chat, encode } = await tokenizerWith('qwen3', undefined);
    const messages = conversations[1]!;
    const { tokens, lossMask, rendered } = encodeConversation(await tokenizerWith('qwen3', undefined), messages, {
      assistantOnly: true,
      ...NOW,
    });
    // Qwen 3 writes an empty thought before the last response alone.
    expect(rendered).not.toContain(chat!.render(messages.slice(0, 2), false));
    const counted = tokens.filter((_, i) => lossMask[i] === 1);
    expect(decode(counted)).toBe(`Hello!  How are you?\n<think>\n\n</think>\n\n${String(messages[3]!.content)}\n`);
    expect(counted.filter((id) => id === encode('<|im_end|>')[0]).length).toBe(2);
  });

  it('is refused if it writes what is before a turn differently', async () => {
    const counted = `{{ messages | length }}${plain}`;
    await expect(of(counted, conversations[0]!)).rejects.toThrow(
      /messages\.1: the chat template writes what is before/,
    );
  });

  it('has an empty loss mask without a turn of the assistant', async () => {
    expect((await of(plain, conversations[0]!.slice(0, 1))).lossMask).not.toContain(1);
  });
});

describe('refusals', () => {
  it('of messages without a chat template', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles('gpt2'), [], 'gpt2');
    expect(() => encodePrompt(tokenizer, { messages: conversations[0]! })).toThrow(/no chat template/);
    expect(() => encodePrompt(tokenizer, { messages: conversations[0]! })).toThrow(StudioError);
  });
});

it('a tokenizer of characters ends a completion with its end token, which has no text', () => {
  const tokenizer = characterTokenizer([...'0123456789+=']);
  const { tokens, lossMask, promptKept } = encodePromptCompletion(tokenizer, { prompt: '1+2=', completion: '3' });
  expect(tokens).toEqual([...tokenizer.encode('1+2=3'), tokenizer.endToken]);
  expect(lossMask).toEqual([0, 0, 0, 0, 1, 1]);
  expect(promptKept).toBe(true);
});

it('says if a token holds the end of the prompt and the beginning of the completion', async () => {
  const tokenizer = await tokenizerWith('qwen3', undefined);
  expect(encodePromptCompletion(tokenizer, { prompt: 'ca', completion: 't' }).promptKept).toBe(false);
  expect(encodePromptCompletion(tokenizer, { prompt: 'a', completion: ' b' }).promptKept).toBe(true);
});
