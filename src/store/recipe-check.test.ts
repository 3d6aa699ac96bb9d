import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunConfig } from '../run/config.ts';
import type { MemoryPlan } from '../views/memory.ts';
import type { AdapterView } from '../views/run-view.ts';
import type { CheckpointView } from '../views/models.ts';
import type { ErrorView, Result } from '../views/result.ts';
import { connectionStore, type WorkerConnection } from './connection.ts';
import { problemOf, useRecipeCheck, watchRecipe } from './recipe-check.ts';
import { isStartable, useRecipe } from './recipe-store.ts';
import { useRun } from './run-store.ts';

const PLAN = { budget: 1 } as MemoryPlan;
const REFUSED: ErrorView = {
  kind: 'input',
  message: 'The tokenizer of a cannot encode the task arithmetic: no *',
  advice: 'Choose the task that the checkpoint was trained on.',
  field: 'task.name',
};
let asked: { config: RunConfig; answer: (result: Result<MemoryPlan>) => void }[];
let stop: () => void;
const { connection } = connectionStore.getState();

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  useRecipe.setState(useRecipe.getInitialState());
  useRun.setState({ adapter: {} as AdapterView, models: [{ id: 'a' } as CheckpointView] });
  const planMemory = (config: RunConfig) => new Promise<Result<MemoryPlan>>((answer) => asked.push({ config, answer }));
  connectionStore.setState({ connection: { api: { planMemory } } as unknown as WorkerConnection });
  stop = watchRecipe();
});
afterEach(() => {
  stop();
  useRun.setState(useRun.getInitialState());
  useRecipeCheck.setState({ plan: undefined });
  useRecipe.setState(useRecipe.getInitialState());
  connectionStore.setState({ connection });
  vi.useRealTimers();
});

const answer = async (number: number, result: Result<MemoryPlan>) => {
  asked[number]?.answer(result);
  await vi.advanceTimersByTimeAsync(0);
};

describe('watchRecipe', () => {
  it('replaces an earlier watch', () => {
    stop = watchRecipe();
    vi.advanceTimersByTime(200);
    expect(asked).toHaveLength(1);
  });

  it('asks once edits pause, and shows what the worker says at its field', async () => {
    vi.advanceTimersByTime(200);
    await answer(0, { ok: true, value: PLAN });
    expect(useRecipeCheck.getState().plan).toBe(PLAN);
    expect(isStartable(useRecipe.getState())).toBe(true);
    useRecipe.getState().chooseTask('arithmetic');
    vi.advanceTimersByTime(50);
    useRecipe.getState().set('rl.epochs', 3);
    vi.advanceTimersByTime(200);
    expect(asked.map(({ config }) => [config.task.name, config.rl?.epochs])).toEqual([
      ['addition', 2],
      ['arithmetic', 3],
    ]);
    await answer(1, { ok: false, error: REFUSED });
    expect(useRecipe.getState().problems).toEqual({ 'task.name': `${REFUSED.message}. ${REFUSED.advice}` });
    expect(isStartable(useRecipe.getState())).toBe(false);
    expect(useRecipe.getState().checked).toBeDefined();
    // A problem of the recipe itself comes first; the found one stays until the next answer.
    useRecipe.getState().set('rl.epochs', 0);
    expect(Object.keys(useRecipe.getState().problems)).toEqual(['rl.epochs']);
    useRecipe.getState().chooseTask('addition');
    useRecipe.getState().set('rl.epochs', 2);
    expect(Object.keys(useRecipe.getState().problems)).toEqual(['task.name']);
    vi.advanceTimersByTime(200);
    await answer(2, { ok: true, value: PLAN });
    expect(useRecipe.getState().problems).toEqual({});
  });

  it('asks again when models change, not for another seed, and ignores an answer to an older recipe', async () => {
    vi.advanceTimersByTime(200);
    useRecipe.getState().set('seed', 5);
    vi.advanceTimersByTime(200);
    expect(asked).toHaveLength(1);
    useRun.setState({ models: [] });
    useRun.setState({ models: [{ id: 'b' } as CheckpointView] });
    vi.advanceTimersByTime(200);
    expect(asked).toHaveLength(2);
    await answer(0, { ok: false, error: REFUSED });
    expect(useRecipe.getState().problems).toEqual({});
    await answer(1, { ok: false, error: { kind: 'device-lost', message: 'gone', advice: '' } });
    expect(useRecipe.getState().problems).toEqual({});
  });
});

it.each([
  [REFUSED, { path: 'task.name', message: `${REFUSED.message}. ${REFUSED.advice}` }],
  [
    { kind: 'input', message: 'model.freeze: "layers:7": too many', advice: '', field: 'model.freeze' },
    { path: 'model.freeze', message: '"layers:7": too many.' },
  ],
  [
    { kind: 'input', message: 'sft.sources.1: no row is left', advice: '', field: 'sft.sources.1.filter' },
    { path: 'sft.sources.1.filter', message: 'No row is left.' },
  ],
  [
    { kind: 'input', message: 'sft.sources.1: no row is left', advice: '', field: 'sft.sources.10' },
    { path: 'sft.sources.10', message: 'sft.sources.1: no row is left.' },
  ],
  [
    { kind: 'memory', message: 'activations needs 9 MB.', advice: 'Use less.' },
    { path: 'memory.budget_mb', message: 'Activations needs 9 MB. Use less.' },
  ],
  [
    { kind: 'input', message: 'x', advice: '' },
    { path: '', message: 'X.' },
  ],
  [
    { kind: 'input', message: 'rows.csv: expected two problems', advice: '', field: 'task' },
    { path: 'task', message: 'rows.csv: expected two problems.' },
  ],
] satisfies [ErrorView, object][])('places %j', (error, problem) => expect(problemOf(error)).toEqual(problem));
