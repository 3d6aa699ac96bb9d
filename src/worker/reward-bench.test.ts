import { describe, expect, it } from 'vitest';
import { tinyCheckpoint } from '../../tests/support/tiny-checkpoint.ts';
import { modelCheckpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { memorySource } from '../checkpoint/checkpoint-source.ts';
import { newReward } from '../rewards/new-reward.ts';
import type { RewardConfig } from '../rewards/config.ts';
import { TaskConfig } from '../run/config/task.ts';
import { MOST_BENCH_ITEMS, type BenchItem } from '../views/reward-bench.ts';
import { RewardBench } from './reward-bench.ts';

const FILES = Object.fromEntries(checkpointFiles(tinyCheckpoint()).map(({ path, data }) => [path, data]));
const library = {
  get: async (id: string) =>
    id === 'tiny'
      ? modelCheckpoint(await openCheckpoint(memorySource('tiny', FILES), 'tiny'))
      : Promise.reject(new Error(`no ${id}`)),
};
const bench = () => new RewardBench(library);
const CHECKPOINT = { checkpoint: 'tiny' };
const NEW = { architecture: {} } as Extract<Parameters<RewardBench['grade']>[1], { architecture: unknown }>;
const addition = (rewards?: RewardConfig[]) => TaskConfig.parse({ name: 'addition', ...(rewards && { rewards }) });
const item = (response: string, change: Partial<BenchItem> = {}): BenchItem => ({
  row: {},
  answer: '46',
  response,
  finished: true,
  ...change,
});
const custom = (source: string): RewardConfig => ({ ...newReward('custom'), source }) as RewardConfig;

describe('the bench of the worker', () => {
  it('gives every part, the weighted sum, and whether the response is correct', async () => {
    const rewards = [
      newReward('number'),
      { ...newReward('contains'), text: 'so', weight: -0.5 } as RewardConfig,
      custom('function reward(response, row) { return response.length + row.bonus }'),
    ];
    const { keys, grades } = await bench().grade(addition(rewards), NEW, [
      item('so 46', { row: { bonus: 10 } }),
      item('45', { row: { bonus: 0 } }),
    ]);
    expect(keys).toEqual(['number', 'contains', 'custom']);
    expect(grades).toMatchObject([
      { rewards: { number: 1, contains: 1, custom: 15 }, reward: 15.5 },
      { rewards: { number: 0, contains: 0, custom: 2 }, reward: 2, correct: false },
    ]);
  });

  it('shows an error of a custom reward with its line, for as many responses as fail', async () => {
    const rewards = [custom('function reward(response) {\n  throw new Error("no " + response);\n}')];
    const { grades } = await bench().grade(
      addition(rewards),
      NEW,
      Array.from({ length: 30 }, (_, i) => item(String(i))),
    );
    expect(grades[29]).toMatchObject({ reward: 0, correct: false, error: 'custom: line 2: Error: no 29' });
  });

  it('refuses a source or a pattern at its field, and grades again once it is corrected', async () => {
    const one = bench();
    const wrong = [newReward('number'), custom('function reward(response) {\n  return (;\n}')];
    await expect(one.grade(addition(wrong), NEW, [item('46')])).rejects.toMatchObject({
      field: 'task.rewards.1.source',
      message: expect.stringMatching(/line 2: SyntaxError/) as string,
    });
    const pattern = [{ ...newReward('regex'), pattern: '(a' } as RewardConfig];
    await expect(one.check({ task: addition(pattern), model: NEW } as never)).rejects.toMatchObject({
      field: 'task.rewards.0.pattern',
    });
    const { grades } = await one.grade(addition([newReward('number')]), NEW, [item('46')]);
    expect(grades).toMatchObject([{ reward: 1, correct: true }]);
  });

  it('grades by the verifier of a built-in task, and refuses data without rewards', async () => {
    const { keys, grades } = await bench().grade(addition(), NEW, [item('46'), item('46', { finished: false })]);
    expect([keys, grades.map(({ correct }) => correct)]).toEqual([[], [true, false]]);
    const data = TaskConfig.parse({ name: 'dataset', columns: { prompt: 'q', answer: 'a' } });
    await expect(bench().grade(data, NEW, [item('46')])).rejects.toMatchObject({ field: 'task.rewards' });
  });

  it('counts tokens by the model’s tokenizer, with the end token of a response that ended', async () => {
    const rewards = [{ ...newReward('length'), weight: 1, max_tokens: 4, cache_tokens: 2 } as RewardConfig];
    const { grades } = await bench().grade(addition(rewards), CHECKPOINT, [
      item('0123'),
      item('012', { finished: false }),
      item('0'),
    ]);
    expect(grades.map(({ tokens, reward }) => [tokens, reward])).toEqual([
      [5, -1],
      [3, -0.5],
      [2, 0],
    ]);
    // Outside the vocabulary: no tokens, which the length needs.
    await expect(bench().grade(addition(rewards), CHECKPOINT, [item('abc')])).rejects.toThrow(/length/);
    const plain = await bench().grade(addition(), { checkpoint: 'missing' }, [item('46')]);
    expect(plain.grades[0]).not.toHaveProperty('tokens');
  });

  it('refuses more responses than it shows', async () => {
    const many = Array.from({ length: MOST_BENCH_ITEMS + 1 }, () => item('1'));
    await expect(bench().grade(addition(), NEW, many)).rejects.toThrow(/at most 200/);
  });
});
