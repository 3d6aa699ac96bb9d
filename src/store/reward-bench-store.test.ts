import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPage } from '../../tests/support/page-worker.ts';
import type { BenchGrades } from '../views/reward-bench.ts';
import type { WorkerApi } from '../worker/protocol.ts';
import { connectionStore } from './connection.ts';
import { useRecipe } from './recipe-store.ts';
import { benchItems, splitResponses, useRewardBench } from './reward-bench-store.ts';

const TEXT = { responses: '', separation: 'lines', answer: '', row: '', finished: true } as const;

describe('typed responses', () => {
  it('are lines, without empty ones', () => {
    expect(splitResponses('46\n\n the answer is 46 \n', 'lines')).toEqual(['46', ' the answer is 46 ']);
  });

  it('are blocks between lines of three dashes', () => {
    expect(splitResponses('a\nb\n---\nc --- d\n---\n\n---  \ne', 'blocks')).toEqual(['a\nb', 'c --- d', 'e']);
  });

  it('get the answer, and the row with it', () => {
    const items = benchItems({ ...TEXT, responses: '1\n2', answer: '46', row: '{"level": 2}', finished: false });
    expect(items).toEqual(
      ['1', '2'].map((response) => ({ row: { level: 2, answer: '46' }, answer: '46', response, finished: false })),
    );
    expect(benchItems({ ...TEXT, responses: '1' })).toEqual([{ row: {}, response: '1', finished: true }]);
  });

  it('say what is wrong with a row that is no object', () => {
    for (const row of ['{', '[1]', '3', 'null']) expect(benchItems({ ...TEXT, row })).toHaveProperty('problem');
  });
});

describe('the bench', () => {
  beforeEach(() => {
    connectPage();
    useRewardBench.setState({ ...TEXT, rows: [], chosen: undefined, ofRun: undefined, result: undefined });
  });

  // Whatever still watches the recipe asks a whole worker.
  afterEach(() => void connectPage());

  const answerWith = (answer: WorkerApi['gradeResponses']) => {
    const { connection } = connectionStore.getState();
    Object.defineProperty(connection, 'api', { value: { gradeResponses: answer } });
  };
  const graded = (reward: number): BenchGrades => ({
    keys: ['number'],
    grades: [{ reward, correct: true, rewards: { number: reward } }],
  });

  it('takes row and answer from the data by the columns of the task', () => {
    useRewardBench.getState().takeRows([{ prompt: '1+2=', answer: 3 }]);
    expect(useRewardBench.getState()).toMatchObject({ answer: '3', chosen: 0 });
    expect(JSON.parse(useRewardBench.getState().row)).toEqual({ prompt: '1+2=', answer: 3 });
  });

  it('shows the grades of the newest text, whichever arrives last', async () => {
    const pending: ((reward: number) => void)[] = [];
    answerWith(() => new Promise((resolve) => pending.push((reward) => resolve({ ok: true, value: graded(reward) }))));
    useRewardBench.setState({ responses: 'a' });
    const first = useRewardBench.getState().grade();
    useRewardBench.setState({ responses: 'b' });
    const second = useRewardBench.getState().grade();
    pending[1]?.(2);
    await second;
    pending[0]?.(1);
    await first;
    const { result, busy } = useRewardBench.getState();
    expect(busy).toBe(false);
    expect(result?.items[0]?.response).toBe('b');
    expect(result?.grades.grades[0]?.reward).toBe(2);
  });

  it('grades responses of a run with their own rows', async () => {
    const seen: unknown[] = [];
    answerWith((_task, _model, items) => {
      seen.push(...items);
      return Promise.resolve({ ok: true, value: graded(1) });
    });
    const view = { prompt: '1+2=', answer: '3', reward: 1, correct: true, advantage: 0, tokens: [] };
    const given = { response: '3', finished: true, row: { prompt: '1+2=', answer: '3' } };
    useRewardBench.getState().useRun([{ ...view, given }, view], 4);
    await useRewardBench.getState().grade();
    expect(seen).toEqual([{ ...given, answer: '3' }]);
    expect(useRewardBench.getState().ofRun?.step).toBe(4);
  });

  it('shows a problem of the recipe’s rewards without asking the worker', async () => {
    answerWith(() => Promise.reject(new Error('asked')));
    const { config } = useRecipe.getState();
    useRecipe.getState().set('task.rewards', [{ name: 'regex', weight: 1, pattern: '(?=a)' }]);
    await useRewardBench.getState().grade();
    expect(useRewardBench.getState().error).toMatchObject({ field: 'task.rewards.0.pattern' });
    useRecipe.getState().set('task', config.task);
  });
});
