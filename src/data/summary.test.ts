import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { memoryFile } from './data-file.ts';
import { Lengths } from './lengths.ts';
import { placeText } from './records.ts';
import { keysOf, sha256Of, summarize, tokenLengths } from './summary.ts';

const lines = (rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const read = (name: string) => readFileSync(new URL(`../../tests/fixtures/data/${name}`, import.meta.url));
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

it('describes a file in one pass', async () => {
  const text = `${lines([
    { question: 'a', answer: 1 },
    { question: 'b b', answer: '22' },
  ])}oops\n${lines([
    { question: ' a ', answer: 3 },
    { question: 'c', answer: null },
  ])}`;
  const heldOut = await keysOf(memoryFile('held.csv', 'question\na\nx\n'), { prompt: 'question' });
  const summary = await summarize(memoryFile('a.jsonl', text), { heldOut, preview: 1 });
  expect(summary).toMatchObject({
    format: 'jsonl',
    bytes: text.length,
    sha256: sha256(text),
    rows: 4,
    columns: { question: 'string', answer: 'mixed' },
    guessed: { prompt: 'question', answer: 'answer' },
    preview: [{ row: { question: 'a', answer: 1 }, place: { record: 1, line: 1 } }],
    duplicates: 1,
    overlap: 2,
    characters: { prompt: { count: 3, median: 3, max: 3 }, answer: { count: 3, median: 1, max: 2 } },
  });
  expect(summary.bad.count).toBe(2);
  expect(summary.bad.list.map(({ place, reason }) => `${placeText(place)}: ${reason}`)).toEqual([
    expect.stringContaining('line 3: not JSON: '),
    'line 5: answer: expected text, a number, true or false, found null',
  ]);
});

it.each(['gsm8k-8.jsonl', 'gsm8k-8-zstd.parquet'])('describes %s alike, with its own checksum', async (name) => {
  const content = read(name);
  const summary = await summarize(memoryFile(name, content));
  expect(summary).toMatchObject({
    rows: 8,
    sha256: sha256(content),
    columns: { question: 'string', answer: 'string' },
    guessed: { prompt: 'question', answer: 'answer' },
    duplicates: 0,
    bad: { count: 0 },
  });
  expect(await sha256Of(memoryFile(name, content))).toBe(summary.sha256);
});

it('guesses columns from the first rows and uses them for all', async () => {
  const rows = Array.from({ length: 2500 }, (_, i) => ({ question: `q ${i % 2000}`, answer: i }));
  const summary = await summarize(memoryFile('a.jsonl', lines(rows)));
  expect(summary).toMatchObject({ rows: 2500, duplicates: 500, characters: { prompt: { count: 2500 } } });
});

it('lists as many bad rows as asked and counts all', async () => {
  const { bad } = await summarize(memoryFile('a.jsonl', 'x\n'.repeat(50)), { listed: 3 });
  expect([bad.count, bad.list.length]).toEqual([50, 3]);
});

it('measures lengths with the counts that it is given', async () => {
  const file = memoryFile('a.csv', 'prompt,answer\none two,3\none,4\none two three,5\n');
  const lengths = await tokenLengths(file, { prompt: 'prompt', answer: 'answer' }, ({ prompt, answer }) => ({
    prompt: String(prompt).split(' ').length,
    ...(answer !== undefined && { answer: 1 }),
  }));
  const prompt = lengths.get('prompt');
  expect([prompt?.median, prompt?.max, prompt?.fit(2), lengths.get('answer')?.count]).toEqual([2, 3, 2, 3]);
});

it('keeps a distribution of lengths', () => {
  const lengths = new Lengths();
  [5, 1, 9, 1].forEach((length) => lengths.add(length));
  expect([lengths.count, lengths.mean, lengths.median, lengths.max, lengths.fit(5)]).toEqual([4, 4, 3, 9, 3]);
  expect(lengths.histogram(3)).toEqual([
    { from: 1, to: 3, count: 2 },
    { from: 4, to: 6, count: 1 },
    { from: 7, to: 9, count: 1 },
  ]);
  expect(new Lengths().histogram()).toEqual([]);
});
