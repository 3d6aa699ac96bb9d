import { parquetMetadata } from 'hyparquet';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFile } from '../data/data-file.ts';
import { readDump } from './read-dump.ts';
import { stepFacts } from './step-facts.ts';

const ROW = { step: 2, old_logprobs: [-1, -2], logprobs: [-1.5, -1], advantages: 0.5 };
const text = (...rows: unknown[]) =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
const read = (...rows: unknown[]) => readDump(memoryFile('d.jsonl', text(...rows)));

describe('readDump', () => {
  it('reads steps in order with their tokens, prompts and optional columns', async () => {
    const { dump, faults } = await read(
      { ...ROW, step: 3, prompt: 'a', tokens: [7, 8], reward: 1, minibatch: 1 },
      { ...ROW, prompt: [{ role: 'user', content: 'b' }], tokens: ['x', 'y'], entropies: [0.1, 0.2] },
    );
    expect(faults.count).toBe(0);
    const [two, three] = dump.sorted;
    expect([two?.step, three?.step, dump.tokens, dump.responses]).toEqual([2, 3, 4, 2]);
    expect(Array.from(two?.codes ?? [], (code) => dump.tokenText(code))).toEqual(['x', 'y']);
    expect(Array.from(three?.codes ?? [], (code) => dump.tokenText(code))).toEqual(['#7', '#8']);
    expect(dump.prompt(two?.prompts[0] ?? -1)).toBe('b\n');
    expect(two?.column('entropies')).toEqual(Float32Array.of(0.1, 0.2));
    expect(three?.column('entropies')).toBeUndefined();
    expect(three && stepFacts(three)).toMatchObject({
      kl: -0.25,
      meanShift: 0.75,
      maxShift: 1,
      reward: 1,
      entropy: NaN,
    });
  });

  it('takes the names of verl and TRL, and leaves masked tokens out whatever their values are', async () => {
    const { dump } = await read(
      { global_step: 1, old_log_probs: [-1, 0], log_probs: [-2, 0], response_mask: [1, 0], advantages: [1, null] },
      { step: 1, old_per_token_logps: [-1], per_token_logps: [-2], advantage: -1, sampling_per_token_logps: [-1] },
    );
    const step = dump.steps.get(1);
    expect(Array.from(step?.logprobs ?? [])).toEqual([-2, -2]);
    expect(Array.from(step?.advantages ?? [])).toEqual([1, -1]);
    expect(Array.from(step?.first ?? [])).toEqual([0, 1, 2]);
    expect(step?.column('samplerLogprobs')).toBeUndefined();
  });

  it.each([
    ['{"step": 1', /line 2: not JSON: column 11/],
    ['{"step": 1, "logprobs": [NaN]}', /line 2: not JSON/],
    ['[1]', /line 2: expected an object, found a list/],
    [{ ...ROW, step: undefined }, /line 2: expected a column step, global_step, .*; found old_logprobs, logprobs/],
    [{ ...ROW, step: 1.5 }, /line 2: step: expected a whole number of at least 0, found the number 1\.5/],
    [{ ...ROW, old_logprobs: [-1] }, /old_logprobs: expected 2 entries, as many as logprobs has, found 1/],
    [{ ...ROW, logprobs: [-1, 0.9] }, /logprobs: expected a log-prob, at most 0 in entry 2, found the number 0\.9/],
    [{ ...ROW, logprobs: 'x' }, /logprobs: expected a list of numbers, found text/],
    [{ ...ROW, advantages: [1, 'x'] }, /advantages: expected a number in entry 2, found text/],
    [{ ...ROW, advantages: undefined }, /expected a column advantages, advantage/],
    [{ ...ROW, tokens: [1, {}] }, /tokens: expected a token id or text in entry 2, found an object/],
    [{ ...ROW, mask: [1, 2] }, /mask: expected 0 or 1 in entry 2/],
    [{ ...ROW, entropies: [-3, 1] }, /entropies: expected an entropy, at least 0 in entry 1/],
  ])('leaves out a row that is none, and names its line: %j', async (row, message) => {
    const { dump, faults } = await read(ROW, row, ROW);
    expect(dump.responses).toBe(2);
    expect(faults).toEqual({ count: 1, list: [expect.stringMatching(message)] });
  });

  it('refuses a file without a usable row, of another format, and with too many tokens', async () => {
    await expect(read({ a: 1 })).rejects.toThrow(/^d\.jsonl: line 1: expected a column step/);
    await expect(readDump(memoryFile('d.csv', 'a,b\n1,2\n'))).rejects.toThrow(/JSONL or Parquet, found CSV/);
    await expect(readDump(memoryFile('d.jsonl', text(ROW, ROW)), {}, 3)).rejects.toThrow(
      /line 2: expected at most 3 tokens, found more/,
    );
    await expect(readDump(memoryFile('d.parquet', 'PAR1 and nothing else'))).rejects.toThrow(/cut off/);
  });

  const fixture = (name: string) => new Uint8Array(readFileSync(`tests/fixtures/data/token-dump.${name}`));

  it('reads from the Parquet of pyarrow what it reads from the JSONL of the same rows', async () => {
    const [json, parquet] = await Promise.all(
      ['jsonl', 'parquet'].map((format) => readDump(memoryFile(`d.${format}`, fixture(format)))),
    );
    expect(parquet?.faults.count).toBe(0);
    expect(parquet?.dump.responses).toBe(20);
    for (const [i, step] of (json?.dump.sorted ?? []).entries()) {
      const other = parquet?.dump.sorted[i];
      for (const column of ['first', 'logprobs', 'oldLogprobs', 'advantages', 'minibatches', 'prompts'] as const)
        expect(other?.[column], column).toEqual(step[column]);
      expect(other?.column('entropies')).toEqual(step.column('entropies'));
      const texts = (dump: typeof json, codes: Uint32Array = new Uint32Array()) =>
        Array.from(codes, (code) => dump?.dump.tokenText(code));
      expect(texts(parquet, other?.codes)).toEqual(texts(json, step.codes));
    }
  });

  it('names the row group of a damaged Parquet file', async () => {
    const bytes = fixture('parquet');
    const chunks = parquetMetadata(bytes.buffer).row_groups[1]?.columns ?? [];
    const page = chunks.find(({ meta_data: meta }) => meta?.path_in_schema[0] === 'logprobs')?.meta_data;
    const start = Number(page?.data_page_offset);
    bytes.fill(0xff, start, start + 40);
    await expect(readDump(memoryFile('d.parquet', bytes))).rejects.toThrow(/^d\.parquet: row group 2 cannot be read/);
  });
});
