/** The command `tokenize`, which needs no GPU. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenize } from '../../src/cli/tokenize.ts';
import { StudioError } from '../../src/errors.ts';
import { realTokenizer } from '../support/real-tokenizer.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenize-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** @param lines objects, or text as it stands */
async function run(lines: unknown[], model = fixture('llama3')): Promise<Record<string, unknown>[]> {
  const [input, output] = [join(folder, 'in.jsonl'), join(folder, 'out.jsonl')];
  writeFileSync(input, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  rmSync(output, { force: true });
  await tokenize(['--model', model, '--input', input, '--output', output]);
  const written = readFileSync(output, 'utf8').trimEnd().split('\n');
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a line', () => {
  it('of text begins as the model reads it', async () => {
    const { beginTokens, encode } = await realTokenizer('llama2');
    expect(beginTokens).toHaveLength(1);
    expect(await run([{ text: 'Hello world' }, '', { text: '' }], fixture('llama2'))).toEqual([
      { tokens: [...beginTokens, ...encode('Hello world')], begin: 1, text: 'Hello world' },
      { tokens: [...beginTokens], begin: 1, text: '' },
    ]);
  });

  it('of messages goes through the chat template, with one begin token', async () => {
    const { encode, endToken } = await realTokenizer('llama3');
    const messages = [{ role: 'user', content: 'Hi' }];
    const [prompt] = await run([{ messages, add_generation_prompt: true }]);
    const rendered =
      '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>' +
      '<|start_header_id|>assistant<|end_header_id|>\n\n';
    expect(prompt).toMatchObject({ tokens: encode(rendered), begin: 1, rendered });
    expect(prompt!['loss_mask']).toEqual(encode(rendered).map(() => 0));
    const answered = [...messages, { role: 'assistant', content: 'Hello' }];
    const [example] = await run([{ prompt: messages, completion: answered.slice(1) }]);
    const mask = example!['loss_mask'] as number[];
    const tokens = example!['tokens'] as number[];
    expect(tokens.slice(mask.indexOf(1), mask.indexOf(1) + 2)).toEqual([...encode('Hello'), endToken]);
  });

  it('of messages has no second begin token', async () => {
    const { beginTokens } = await realTokenizer('gemma3');
    const [line] = await run([{ messages: [{ role: 'user', content: 'Hi' }] }], fixture('gemma3'));
    expect(beginTokens).toHaveLength(1);
    expect(line).toMatchObject({ begin: 1, rendered: expect.stringMatching(/^<bos><start_of_turn>/) as unknown });
    expect((line!['tokens'] as number[]).filter((id) => id === beginTokens[0])).toHaveLength(1);
  });

  it('of prompt and completion has a loss mask and the end token', async () => {
    const { beginTokens, encode, eosToken } = await realTokenizer('llama2');
    const tokens = [...beginTokens, ...encode('1+1= 2'), eosToken];
    const prompt = 1 + encode('1+1=').length;
    expect(await run([{ prompt: '1+1=', completion: ' 2' }], fixture('llama2'))).toEqual([
      { tokens, begin: 1, text: '1+1= 2', loss_mask: tokens.map((_, i) => (i < prompt ? 0 : 1)) },
    ]);
  });

  it('may set the date and variables of the template', async () => {
    const model = join(folder, 'dated');
    cpSync(fixture('qwen3'), model, { recursive: true });
    writeFileSync(
      join(model, 'chat_template.jinja'),
      "{{ strftime_now('%d %b %Y') }} {{ style }} {{ messages[0].name }}",
    );
    const messages = [{ role: 'user', content: 'Hi', name: 'Ada' }];
    const [line] = await run([{ messages, now: '2026-11-28', variables: { style: ['a', null] } }], model);
    expect(line).toMatchObject({ rendered: "28 Nov 2026 ['a', None] Ada" });
  });

  it('keeps its tokens if the loss mask of a conversation is not known', async () => {
    const model = join(folder, 'changing');
    cpSync(fixture('qwen3'), model, { recursive: true });
    writeFileSync(join(model, 'chat_template.jinja'), '{{ messages | length }}{{ messages[-1].content }}');
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ];
    const [line] = await run([{ messages }], model);
    expect(line).toMatchObject({
      rendered: '2Hello',
      loss_mask_error: expect.stringMatching(/messages\.1: .*generation/) as unknown,
    });
    expect(line).not.toHaveProperty('loss_mask');
  });
});

it('needs tokenizer.json alone', async () => {
  const model = mkdtempSync(join(folder, 'model-'));
  copyFileSync(join(fixture('gpt2'), 'tokenizer.json'), join(model, 'tokenizer.json'));
  const [line] = await run([{ text: 'Hello world' }], model);
  expect(line).toMatchObject({ begin: 0, text: 'Hello world' });
});

describe('wrong input names line and field', () => {
  it.each([
    ['{"text": 1}', /in\.jsonl: line 2: text: expected text, found a number/],
    [
      '{"text": "a", "messages": []}',
      /line 2: expected text, messages, or prompt and completion, found text, messages/,
    ],
    ['{"tokens": [1]}', /line 2: tokens: unknown field/],
    ['{"prompt": "a"}', /line 2: expected text, messages, or prompt and completion, found prompt/],
    ['{"prompt": "a", "completion": []}', /line 2: completion: expected a list of messages if the prompt is one/],
    ['{"messages": []}', /line 2: messages: expected at least one message/],
    ['{"messages": [{"content": "a"}]}', /line 2: messages\.0\.role: expected text, found nothing/],
    ['{"messages": ["a"]}', /line 2: messages\.0: expected {"role"/],
    ['{"messages": [{"role": "user", "content": "a"}], "add_generation_prompt": 1}', /line 2: add_generation_prompt/],
    ['{"messages": [{"role": "user", "content": "a"}], "now": "noon"}', /line 2: now: expected a date/],
    ['{"text": "a", "now": "2026-11-28"}', /line 2: now: expected only with messages/],
    ['[1]', /line 2: expected text, .* found a list/],
    ['{"text"', /line 2: not JSON/],
  ])('%s', async (line, message) => {
    await expect(run([{ text: 'a' }, line])).rejects.toThrow(message);
    await expect(run([{ text: 'a' }, line])).rejects.toBeInstanceOf(StudioError);
  });

  it('a tokenizer without a chat template', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    await expect(run([{ messages }], fixture('gpt2'))).rejects.toThrow(/line 1: messages: the tokenizer has no chat/);
  });

  it('a folder that is not there, or has no tokenizer', async () => {
    await expect(run([{ text: 'a' }], join(folder, 'none'))).rejects.toThrow(/folder not found/);
    await expect(run([{ text: 'a' }], folder)).rejects.toThrow(/tokenizer\.json is missing/);
  });
});
