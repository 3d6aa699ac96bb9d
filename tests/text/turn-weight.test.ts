/** `"weight": 0` of an assistant's turn, from the row of a file to the tokens that SFT trains on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/cli/tokenize.ts';
import { blobFile } from '../../src/data/data-file.ts';
import { stream } from '../../src/random.ts';
import { TaskConfig } from '../../src/run/config/task.ts';
import { ModelTask } from '../../src/tasks/model-task.ts';
import { createTask } from '../../src/tasks/registry.ts';
import { encodeConversation, encodePromptCompletion } from '../../src/text/examples.ts';
import { realTokenizer } from '../support/real-tokenizer.ts';

const LLAMA3 = fileURLToPath(new URL('../fixtures/tokenizers/llama3', import.meta.url));
const MESSAGES = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello', weight: 0 },
  { role: 'user', content: 'world' },
  { role: 'assistant', content: 'Hello world' },
];
const counted = (tokens: readonly number[], mask: readonly number[]) => tokens.filter((_, i) => mask[i] === 1);

async function lossMaskOfCommand(line: object): Promise<{ tokens: number[]; loss_mask: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'turn-weight-'));
  try {
    const [input, output] = [join(folder, 'in.jsonl'), join(folder, 'out.jsonl')];
    writeFileSync(input, JSON.stringify(line));
    await tokenize(['--model', LLAMA3, '--input', input, '--output', output]);
    return JSON.parse(readFileSync(output, 'utf8')) as { tokens: number[]; loss_mask: number[] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a turn of weight 0', () => {
  it('is left out of the loss by tokenize and by SFT on data alike', async () => {
    const tokenizer = await realTokenizer('llama3');
    const { tokens, loss_mask: mask } = await lossMaskOfCommand({ messages: MESSAGES });
    const all = await lossMaskOfCommand({ messages: MESSAGES.map(({ role, content }) => ({ role, content })) });
    expect(all.tokens).toEqual(tokens);
    const turn = tokenizer.encode('Hello<|eot_id|>');
    const whole = counted(all.tokens, all.loss_mask);
    expect(whole.slice(0, turn.length)).toEqual(turn);
    expect(counted(tokens, mask)).toEqual(whole.slice(turn.length));
    expect(counted(tokens, mask).slice(0, 3)).toEqual(tokenizer.encode('Hello world<|eot_id|>'));

    const config = TaskConfig.parse({
      name: 'dataset',
      data: { path: 'rows.jsonl' },
      columns: { messages: 'm' },
      held_out: { column: 'level', value: 1 },
      rewards: [{ name: 'length', max_tokens: 64, cache_tokens: 8 }],
    });
    const heldOut = [{ role: 'user', content: 'Hello' }, MESSAGES[3]];
    const rows = [
      { m: MESSAGES, level: 0 },
      { m: heldOut, level: 1 },
    ];
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    const made = await createTask(config, { data: ({ path }) => Promise.resolve(blobFile(new Blob([text]), path)) });
    const { vocabularySize } = tokenizer;
    const measured = await ModelTask.measure({ task: made, tokenizer, vocabularySize, positions: 256 });
    const used = measured.forStages({ sft: { wrong_fraction: 0 } } as Parameters<ModelTask['forStages']>[0]);
    const random = stream(1, 'turn weight');
    const problem = used.trainingProblem(random, { stage: 'sft', seed: 1, index: 0 });
    const example = used.example(problem, random, false);
    expect(example.tokens).toEqual(tokens);
    expect(example.lossMask).toEqual(mask);
  });

  it('is left out of a completion, whether it is the only turn or one of several', async () => {
    const tokenizer = await realTokenizer('llama3');
    const [first, ...rest] = MESSAGES;
    if (!first) throw new Error('no messages');
    const several = encodePromptCompletion(tokenizer, { prompt: [first], completion: rest });
    const hello = encodeConversation(tokenizer, MESSAGES.slice(0, 2), { assistantOnly: true });
    expect(hello.lossMask).not.toContain(1);
    // What follows the prompt counts but for the turn itself, with its end token.
    expect(counted(several.tokens, several.lossMask)).toEqual(
      several.tokens.slice(several.promptLength + tokenizer.encode('Hello<|eot_id|>').length),
    );
    const alone = encodePromptCompletion(tokenizer, { prompt: [first], completion: rest.slice(0, 1) });
    expect(alone.lossMask).not.toContain(1);
  });

  it('has a weight of 0 or 1', async () => {
    const messages = [MESSAGES[0], { ...MESSAGES[1], weight: 0.5 }];
    await expect(lossMaskOfCommand({ messages })).rejects.toThrow('messages.1.weight: expected 0 or 1, found 0.5');
  });
});
