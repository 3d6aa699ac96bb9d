import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { data } from './data.ts';

const FIXTURES = 'tests/fixtures/data';
let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'studio-data-'));
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
async function json(...args: string[]): Promise<unknown> {
  await data([...args, '--json']);
  return JSON.parse(printed) as unknown;
}

it('prints rows, columns, the guess and bad rows as JSON', async () => {
  expect(await json(write('a.csv', 'question,answer\n2+2?,4\n3+3\n5+5?,10\n'))).toEqual({
    rows: 2,
    columns: { question: 'string', answer: 'number' },
    guessed: { prompt: 'question', answer: 'answer' },
    bad_rows: [{ line: 3, reason: 'expected 2 fields, found 1' }],
  });
});

it('names a bad row of Parquet by row group and row', async () => {
  expect(await json(`${FIXTURES}/bad-utf8.parquet`)).toMatchObject({
    rows: 2,
    bad_rows: [{ row_group: 1, row: 2, reason: 'question: not UTF-8' }],
  });
});

it('lists every bad row', async () => {
  const { bad_rows } = (await json(write('a.jsonl', '{"a": 1}\n'.padEnd(3009, 'x\n')))) as { bad_rows: unknown[] };
  expect(bad_rows).toHaveLength(1500);
});

it('measures tokens with a folder that has tokenizer files alone, messages by its chat template', async () => {
  const model = 'tests/fixtures/tokenizers/qwen3';
  const text = write('a.jsonl', '{"prompt": "a", "completion": "a a a"}\n');
  expect(await json(text, '--model', model)).toMatchObject({
    tokens: { prompt: { median: 1, max: 1 }, completion: { median: 3, max: 3 } },
  });
  printed = '';
  const talk = write('b.jsonl', '{"messages": [{"role": "user", "content": "a"}]}\n');
  // <|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n
  expect(await json(talk, '--model', model)).toMatchObject({ tokens: { prompt: { median: 9, max: 9 } } });
});

it('prints a text for people', async () => {
  await data([`${FIXTURES}/gsm8k-8.jsonl`]);
  expect(printed).toContain('gsm8k-8.jsonl: jsonl, 8 rows');
  expect(printed).toMatch(/^sha256: [0-9a-f]{64}$/m);
  expect(printed).toContain('guessed: prompt = question, answer = answer');
  expect(printed).toContain('bad rows: 0');
});

it.each([
  [[], 'data: expected a file'],
  [['no-such-file.jsonl'], 'no-such-file.jsonl: no such file'],
  [[FIXTURES], 'expected a file of data, found a folder'],
  [[`${FIXTURES}/gsm8k-8.jsonl`, '--model', 'no-such-folder'], 'no-such-folder: folder not found'],
  [[`${FIXTURES}/gsm8k-8.jsonl`, '--model', FIXTURES], 'tokenizer.json is missing'],
  [[`${FIXTURES}/verl.parquet`, '--model', 'embedded:addition-0.1M'], 'has no chat template'],
  [[`${FIXTURES}/gsm8k-8.jsonl`, '--model', 'embedded:addition-0.1M'], 'gsm8k-8.jsonl: line 1: text: the character'],
])('refuses %j', async (args, message) => {
  await expect(data(args)).rejects.toThrow(message);
});
