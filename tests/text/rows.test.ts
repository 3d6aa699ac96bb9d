/**
 * The whole way from the rows of a file to the tokens that SFT and RL read, for every recorded family, against those of
 * transformers and TRL (tests/fixtures/chat-templates/examples.json).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blobFile } from '../../src/data/data-file.ts';
import { stream } from '../../src/random.ts';
import { TaskConfig } from '../../src/run/config/task.ts';
import { ModelTask } from '../../src/tasks/model-task.ts';
import { createTask } from '../../src/tasks/registry.ts';
import { loadTokenizer } from '../../src/text/load-tokenizer.ts';
import type { ChatMessage, Tokenizer } from '../../src/text/tokenizer.ts';
import { tokenizerFiles, type RealTokenizer } from '../support/real-tokenizer.ts';

interface Family {
  family: RealTokenizer;
  template: string | null;
  conversations: { prompt: number[]; tokens: number[]; mask?: number[]; completion_mask: number[] }[];
  pairs: [tokens: number[], promptLength: number][];
}

function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')) as T;
}

const { marked, conversations, pairs, families } = fixture<{
  marked: string;
  conversations: ChatMessage[][];
  pairs: [string, string][];
  families: Family[];
}>('chat-templates/examples.json');
const { templates } = fixture<{ templates: Record<string, string> }>('tokenizers/chat.json');
const HELD_OUT: ChatMessage[] = [
  { role: 'user', content: 'A question' },
  { role: 'assistant', content: 'An answer' },
];
/** Draws of a training problem after which every row must have been seen. */
const DRAWS = 100;

function tokenizerOf({ family, template }: Family): Promise<Tokenizer> {
  const text = template === null ? undefined : (templates[template] ?? marked);
  return loadTokenizer(
    [...tokenizerFiles(family), ...(text === undefined ? [] : [{ path: 'chat_template.jinja', text }])],
    [],
    family,
  );
}

interface Read {
  prompt: number[];
  tokens: readonly number[];
  lossMask: readonly (0 | 1)[];
}

/** What a run makes of each row but the last, which is held out, in the order of the rows. */
async function read(tokenizer: Tokenizer, columns: Record<string, string>, rows: readonly object[]): Promise<Read[]> {
  const last = rows.length - 1;
  const lines = rows.map((row, i) => JSON.stringify({ ...row, row: i, held: i === last ? 1 : 0 }));
  const config = TaskConfig.parse({
    name: 'dataset',
    data: { path: 'rows.jsonl' },
    columns,
    format: 'messages' in columns ? 'chat' : 'text',
    held_out: { column: 'held', value: 1 },
    date: '2026-11-28',
    rewards: [{ name: 'length', max_tokens: 512, cache_tokens: 8 }],
  });
  const data = ({ path }: { path: string }) => Promise.resolve(blobFile(new Blob([lines.join('\n')]), path));
  const task = await createTask(config, { data });
  const { vocabularySize } = tokenizer;
  const measured = await ModelTask.measure({ task, tokenizer, vocabularySize, positions: 1024 });
  const used = measured.forStages({ sft: { wrong_fraction: 0 } } as Parameters<ModelTask['forStages']>[0]);
  const random = stream(1, 'rows');
  const found: Read[] = [];
  for (let index = 0; index < DRAWS; index++) {
    const problem = used.trainingProblem(random, { stage: 'sft', seed: 1, index });
    const row = Number(problem.row?.['row']);
    found[row] ??= { prompt: used.prompt(problem), ...used.example(problem, random, false) };
  }
  return found;
}

/** Mistral's template moves the system message to the last turn of the user, so that no loss mask is known. */
function isWrittenByTurns({ family }: Family, messages: readonly ChatMessage[]): boolean {
  return family !== 'mistral' || messages[0]?.role !== 'system';
}

it('eight families are recorded', () => {
  expect(new Set(families.map(({ family }) => family)).size).toBe(8);
});

describe.each(families)('$family $template', (recorded) => {
  it('reads conversations as the prompt of RL and the example of SFT', async () => {
    const rows = conversations.flatMap((messages, i) =>
      isWrittenByTurns(recorded, messages) ? [{ messages, expected: recorded.conversations[i]! }] : [],
    );
    const found = await read(
      await tokenizerOf(recorded),
      { messages: 'messages' },
      [...rows.map(({ messages }) => messages), HELD_OUT].map((messages) => ({ messages })),
    );
    expect(found.map(({ prompt }) => prompt)).toEqual(rows.map(({ expected }) => expected.prompt));
    expect(found.map(({ tokens }) => tokens)).toEqual(rows.map(({ expected }) => expected.tokens));
    for (const [i, { messages, expected }] of rows.entries()) {
      const turns = messages.filter(({ role }) => role === 'assistant').length;
      // Of several turns all are trained, of one turn all that follows its prompt.
      const mask = turns === 1 ? expected.completion_mask.slice(0, expected.tokens.length) : expected.mask;
      if (mask) expect(found[i]!.lossMask).toEqual(mask);
    }
  });

  it('reads prompts and completions', async () => {
    const tokenizer = await tokenizerOf(recorded);
    const eos = tokenizer.tokenText(tokenizer.eosToken!);
    const given = pairs.map(([prompt, completion]) => ({ prompt, completion: completion.replace('<eos>', eos) }));
    // A row without a prompt is left out of a data set.
    const rows = given.flatMap((row, i) => (row.prompt === '' ? [] : [{ row, expected: recorded.pairs[i]! }]));
    const found = await read(tokenizer, { prompt: 'prompt', completion: 'completion' }, [
      ...rows.map(({ row }) => row),
      { prompt: HELD_OUT[0]!.content, completion: HELD_OUT[1]!.content },
    ]);
    expect(found.map(({ tokens }) => tokens)).toEqual(rows.map(({ expected }) => expected[0]));
    for (const [i, { expected }] of rows.entries())
      expect(found[i]!.lossMask).toEqual(expected[0].map((_, at) => (at < expected[1] ? 0 : 1)));
  });
});
