import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../errors.ts';
import { reward } from './reward.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gppo-reward-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const at = (name: string) => join(folder, name);

/** Runs the command. @param lines objects, or text as it stands */
async function graded(task: unknown, lines: readonly unknown[]): Promise<unknown[]> {
  writeFileSync(at('task.json'), JSON.stringify(task));
  writeFileSync(
    at('in.jsonl'),
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  rmSync(at('out.jsonl'), { force: true });
  await reward(['--task', at('task.json'), '--input', at('in.jsonl'), '--output', at('out.jsonl')]);
  const text = readFileSync(at('out.jsonl'), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const GSM8K = {
  name: 'dataset',
  data: { path: 'not-here.jsonl' },
  columns: { prompt: 'question', answer: 'answer' },
  rewards: [
    { name: 'number', weight: 1, answer_marker: '####', response_marker: 'A:' },
    { name: 'custom', weight: 0.1, source: 'function reward(response, row) { return response.length / row.most }' },
  ],
};
const row = { question: 'How many?', answer: '3 * 4 = <<3*4=12>>12\n#### 12', most: 10 };

describe('reward', () => {
  it('grades each line by the weighted sum of the rewards, and needs no data', async () => {
    expect(
      await graded(GSM8K, [
        { row, response: '3 * 4\nA: 12' },
        { row, response: 'A: 13', finished: false },
        '',
        { row, response: '' },
      ]),
    ).toEqual([
      { reward: 1 + 0.1 * 1.1, correct: true, rewards: { number: 1, custom: 1.1 } },
      { reward: 0.1 * 0.5, correct: false, rewards: { number: 0, custom: 0.5 } },
      { reward: 0, correct: false, rewards: { number: 0, custom: 0 } },
    ]);
  });

  it('numbers rewards of one name, finds answers in nested columns, and takes lengths in tokens', async () => {
    const task = {
      name: 'dataset',
      columns: { answer: 'reward_model.ground_truth' },
      rewards: [
        { name: 'contains' },
        { name: 'number', weight: -1 },
        { name: 'number', weight: 2, tolerance: 1 },
        { name: 'length', max_tokens: 20, cache_tokens: 10, weight: 0.5 },
      ],
    };
    expect(
      await graded(task, [{ row: { reward_model: { ground_truth: 12 } }, response: 'is 13', tokens: 15 }]),
    ).toEqual([{ reward: 2 - 0.25, correct: false, rewards: { contains: 0, number: 0, 'number-2': 1, length: -0.5 } }]);
  });

  it('grades generated tasks by their own verifier', async () => {
    const sum = { prompt: '12+34=', answer: '46' };
    expect(
      await graded({ name: 'addition', digits: 2 }, [
        { row: sum, response: '46' },
        { row: sum, response: '46', finished: false },
        { row: sum, response: '47' },
      ]),
    ).toEqual([
      { reward: 1, correct: true, rewards: {} },
      { reward: 0, correct: false, rewards: {} },
      { reward: 0, correct: false, rewards: {} },
    ]);
    expect(await graded({ name: 'arithmetic' }, [{ row: { answer: '10' }, response: '3+7=10' }])).toEqual([
      { reward: 1, correct: true, rewards: {} },
    ]);
  });

  it('writes why a response could not be scored, and names its line', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [first, second] = await graded(
      { ...GSM8K, rewards: [{ name: 'custom', source: 'function reward(response) { return response.x.y }' }] },
      [
        { row, response: 'a' },
        { row, response: 'b' },
      ],
    );
    expect(first).toMatchObject({
      reward: 0,
      correct: false,
      error: expect.stringMatching(/^custom: line 1: TypeError/),
    });
    expect(second).toMatchObject({ reward: 0 });
    expect(errors.mock.calls[0]?.[0]).toMatch(/in\.jsonl: line 1: custom: line 1: TypeError/);
  });

  it.each([
    [GSM8K, ['{"row": 1'], /in\.jsonl: line 1: not JSON/],
    [GSM8K, [{ row }], /in\.jsonl: line 1: response: expected text, but the field is missing/],
    [GSM8K, [{ row, response: '', Row: 1 }], /line 1: Row: unknown field; did you mean row\?/],
    [GSM8K, [], /in\.jsonl: expected at least one line/],
    [{ ...GSM8K, rewards: undefined }, [{ row, response: '' }], /task\.json: rewards: expected at least one reward/],
    [{ ...GSM8K, rewards: [] }, [{ row, response: '' }], /task\.json: rewards: expected at least 1 entry, found 0/],
    [{ ...GSM8K, rewards: [{ name: 'nmber' }] }, [], /rewards\.0\.name: expected one of exact, number/],
    [{ ...GSM8K, rewards: [{ name: 'number', marker: 'A' }] }, [], /rewards\.0\.marker: unknown field/],
    [{ ...GSM8K, rewards: [{ name: 'exact', weight: 0 }] }, [], /rewards: expected at least one weight other than 0/],
    [
      { ...GSM8K, rewards: [{ name: 'regex', pattern: '(?=a)b' }] },
      [],
      /task\.json: rewards\.0\.pattern: expected a pattern of RE2, found lookahead, \(\?= at character 1/,
    ],
    [
      { ...GSM8K, rewards: [{ name: 'regex', pattern: '(a' }] },
      [{ row, response: '' }],
      /task\.json: .*pattern.*missing/,
    ],
    [{ ...GSM8K, columns: { prompt: 'question' } }, [{ row, response: '' }], /columns\.answer: expected the column/],
    [
      { ...GSM8K, rewards: [{ name: 'custom', source: 'function reward() { return\n x. }' }] },
      [{ row, response: '' }],
      /task\.json: rewards: reward custom: source: line 2: SyntaxError/,
    ],
    [
      { ...GSM8K, rewards: [{ name: 'custom', max_errors: 2, source: 'function reward() { throw 1 }' }] },
      [
        { row, response: 'first' },
        { row, response: 'second' },
      ],
      /lines 1 to 2: rewards: reward custom: .*threw 1, on the response "second"\.$/,
    ],
    [
      { ...GSM8K, rewards: [{ name: 'length', max_tokens: 9, cache_tokens: 3 }] },
      [{ row, response: '' }],
      /expected the length of each response in tokens/,
    ],
  ])('refuses %# by name, and writes nothing', async (task, lines, message) => {
    const refused = graded(task, lines);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(StudioError);
    expect(existsSync(at('out.jsonl'))).toBe(false);
  });
});
