import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommand } from './commands.ts';
import { traces } from './traces.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'studio-traces-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed.push(text);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const MODEL = { architecture: { hidden_size: 16, layers: 1, heads: 2, intermediate_size: 20, max_positions: 96 } };

function config(sources: object[]): string {
  const path = join(folder, 'run.json');
  const sft = { epochs: 1, batch_size: 8, sources };
  writeFileSync(path, JSON.stringify({ model: MODEL, task: { name: 'arithmetic' }, sft }));
  return path;
}

const rowsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('writes every trace of every teacher with its properties, and whether SFT trains on it', async () => {
  const path = config([
    { teacher: { name: 'weak', style: 'steps', correct: 0.5 }, amount: 40, filter: [{ correct: true }] },
    { task: true, amount: 5 },
    { teacher: { style: 'operations' }, bands: ['1 digit'], amount: 10 },
  ]);
  const output = join(folder, 'traces.jsonl');
  await traces([path, '--output', output]);
  const rows = rowsOf(output);
  expect(rows).toHaveLength(50);
  const weak = rows.filter(({ teacher }) => teacher === 'teacher weak');
  expect(weak).toHaveLength(40);
  for (const { prompt, completion, answer, correct, mistake, trained, source } of weak) {
    expect(String(prompt)).toMatch(/^[0-9+*-]+=$/);
    expect(String(completion).endsWith(`=${String(answer)}`) || completion === answer).toBe(correct);
    expect(mistake === undefined).toBe(correct);
    expect([trained, source]).toEqual([correct, 0]);
  }
  const other = rows.slice(40);
  expect(
    other.every((row) => row['source'] === 2 && row['style'] === 'operations' && row['difficulty'] === '1 digit'),
  ).toBe(true);
  expect(printed[1]).toMatch(/^SFT source 1, teacher weak: .* Left out: \d+ do not pass the filter\.$/);
});

it('are data that SFT can train on, and follow from the seed', async () => {
  const output = (name: string) => join(folder, name);
  const path = config([{ teacher: { style: 'left', correct: 0.7 }, amount: 30 }]);
  for (const [name, seed] of [
    ['a.jsonl', '3'],
    ['b.jsonl', '3'],
    ['c.jsonl', '4'],
  ] as const)
    await traces([path, '--output', output(name), '--seed', seed]);
  expect(readFileSync(output('a.jsonl'), 'utf8')).toBe(readFileSync(output('b.jsonl'), 'utf8'));
  expect(readFileSync(output('c.jsonl'), 'utf8')).not.toBe(readFileSync(output('a.jsonl'), 'utf8'));
  const again = config([
    {
      data: { path: 'a.jsonl' },
      columns: { prompt: 'prompt', completion: 'completion', answer: 'answer', difficulty: 'difficulty' },
      filter: [{ correct: true }],
    },
    { teacher: { style: 'steps' }, amount: 3 },
  ]);
  await traces([again, '--output', output('d.jsonl')]);
  const correct = rowsOf(output('a.jsonl')).filter((row) => row['correct'] === true).length;
  expect(printed.find((line) => line.includes('a.jsonl'))).toContain(`all ${correct} rows once`);
});

it('refuses a config without teachers', async () => {
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    printed.push(text);
  });
  const path = config([{ task: true, amount: 3 }]);
  expect(await runCommand(['traces', path, '--output', join(folder, 'x.jsonl')])).toBe(2);
  expect(printed.at(-1)).toContain('run.json: sft.sources: expected a source with a teacher, found none');
});
