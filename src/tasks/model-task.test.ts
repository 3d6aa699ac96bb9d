/** A data set in the tokens of a model: which rows are used, in which order, and how they are asked. */
import { describe, expect, it } from 'vitest';
import { blobFile } from '../data/data-file.ts';
import { stream } from '../random.ts';
import { TaskConfig } from '../run/config/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { ModelTask } from './model-task.ts';
import type { Turn } from './problem-pool.ts';
import { createTask } from './registry.ts';

const ROWS = Array.from({ length: 20 }, (_, i) => ({ q: `${i}`, a: 'x'.repeat(i + 1), level: i % 2 }));

async function task(change: object = {}, rows: object[] = ROWS) {
  const config = TaskConfig.parse({
    name: 'dataset',
    data: { path: 'rows.jsonl' },
    columns: { prompt: 'q', completion: 'a' },
    held_out: { column: 'level', value: 1 },
    rewards: [{ name: 'exact' }],
    ...change,
  });
  const text = rows.map((row) => JSON.stringify(row)).join('\n');
  return createTask(config, { data: ({ path }) => Promise.resolve(blobFile(new Blob([text]), path)) });
}

const SFT = { sft: { wrong_fraction: 0 } } as Parameters<ModelTask['forStages']>[0];

async function measured(positions: number, change?: object) {
  const made = await task(change);
  const tokenizer = characterTokenizer(made.characters ?? []);
  const { vocabularySize } = tokenizer;
  return { tokenizer, task: await ModelTask.measure({ task: made, tokenizer, vocabularySize, positions }) };
}

const turn = (index: number, seed = 1): Turn => ({ stage: 'sft', seed, index });

describe('a data set in the tokens of a model', () => {
  it('leaves out training rows that do not fit, and says how many', async () => {
    const { task: whole } = await measured(11);
    // A prompt of 1 or 2 characters, a completion of `i + 1` characters and its end, which is not read.
    const used = whole.forStages(SFT);
    const rows = new Set(Array.from({ length: 100 }, (_, i) => used.trainingProblem(stream(1, 't'), turn(i)).prompt));
    expect([...rows].map(Number).sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8]);
    expect(used.notes).toEqual(["5 training rows do not fit the model's 11 positions and are left out."]);
    expect(used.lengths).toEqual({ prompt: 1, response: 10 });
  });

  it('deals every row once per epoch, in an order that the seed and the epoch decide', async () => {
    const used = (await measured(99)).task.forStages(SFT);
    const epoch = (number: number, seed?: number) =>
      Array.from({ length: 10 }, (_, i) => used.trainingProblem(stream(1, 't'), turn(10 * number + i, seed)).prompt);
    expect(new Set(epoch(0)).size).toBe(10);
    expect(epoch(1)).not.toEqual(epoch(0));
    expect([...epoch(1)].sort()).toEqual([...epoch(0)].sort());
    expect(epoch(0, 2)).not.toEqual(epoch(0));
    expect(epoch(0)).toEqual(epoch(0));
  });

  it('refuses a model that no row fits, and incorrect solutions that data does not have', async () => {
    const { task: whole } = await measured(1);
    expect(() => whole.forStages(SFT)).toThrow(/No row of the data can be trained on/);
    const wrong = { sft: { wrong_fraction: 0.5 } } as Parameters<ModelTask['forStages']>[0];
    expect(() => whole.forStages(wrong)).toThrow(/sft\.wrong_fraction: expected 0/);
  });

  it('writes a prompt by the template, with other columns of the row', async () => {
    const { task: whole, tokenizer } = await measured(99, { template: '0{prompt}1' });
    const problem = whole.forStages(SFT).trainingProblem(stream(1, 't'), turn(0));
    expect(tokenizer.decode(whole.prompt(problem))).toBe(`0${problem.prompt}1`);
  });

  it('refuses a chat without a chat template, and a system message in a text', async () => {
    await expect(measured(99, { format: 'chat' })).rejects.toThrow(/task\.format: expected text/);
    await expect(measured(99, { system: 'Be brief.' })).rejects.toThrow(/task\.system/);
  });
});
