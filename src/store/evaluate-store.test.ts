import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPage } from '../../tests/support/page-worker.ts';
import type { EvaluationReport, EvaluationRequest, ProblemDetail } from '../views/evaluation.ts';
import type { ErrorView } from '../views/result.ts';
import type { WorkerApi } from '../worker/protocol.ts';
import { connectionStore } from './connection.ts';
import { useEvaluate, withinCap, type Evaluation } from './evaluate-store.ts';
import { receiveEvaluation, useEvaluationProgress } from './evaluation-progress.ts';

const TASK = { name: 'addition', digits: 1 } as const;
const initial = useEvaluate.getState();

function answerWith(evaluate: WorkerApi['evaluate']): void {
  connectPage();
  Object.defineProperty(connectionStore.getState().connection, 'api', { value: { evaluate } });
}

const succeeds: WorkerApi['evaluate'] = () =>
  Promise.resolve({
    ok: true,
    value: { report: {} as EvaluationReport, problems: [{} as ProblemDetail], notes: [], tokensPerSecond: 1 },
  });

describe('evaluations', () => {
  afterEach(() => void connectPage());
  beforeEach(() => useEvaluate.setState({ ...initial, model: 'embedded:a' }, true));

  it('ask for the chosen model, task and sampling; an emptied limit of tokens is left out', async () => {
    let asked: EvaluationRequest | undefined;
    answerWith((request) => {
      asked = request;
      return succeeds(request);
    });
    useEvaluate.getState().set({ samples: 2, maxTokens: 5 });
    useEvaluate.getState().set({ maxTokens: undefined });
    await useEvaluate.getState().run(TASK);
    expect(asked).toEqual({ model: 'embedded:a', task: TASK, samples: 2, problems: 64, temperature: 1, seed: 0 });
    expect(useEvaluationProgress.getState().progress).toBeUndefined();
  });

  it('are compared with the one that was shown, if it is of the same task', async () => {
    answerWith(succeeds);
    await useEvaluate.getState().run(TASK);
    const first = useEvaluate.getState().shown;
    await useEvaluate.getState().run(TASK);
    expect(useEvaluate.getState().before).toBe(first);
    useEvaluate.getState().find({ search: '12' });
    await useEvaluate.getState().run(TASK);
    expect(useEvaluate.getState().search).toBe('12');
    await useEvaluate.getState().run({ name: 'addition', digits: 2 });
    expect(useEvaluate.getState()).toMatchObject({ before: undefined, search: '' });
    expect(useEvaluate.getState().evaluations).toHaveLength(4);
  });

  it('keep their error, and none when they were cancelled', async () => {
    const fails =
      (kind: ErrorView['kind']): WorkerApi['evaluate'] =>
      () =>
        Promise.resolve({ ok: false, error: { kind, message: 'no', advice: '' } });
    answerWith(fails('input'));
    await useEvaluate.getState().run(TASK);
    expect(useEvaluate.getState()).toMatchObject({ error: { message: 'no' } });
    expect(useEvaluationProgress.getState().progress).toBeUndefined();
    answerWith(fails('cancelled'));
    await useEvaluate.getState().run(TASK);
    expect(useEvaluate.getState().error).toBeUndefined();
  });

  it('show the progress of the running one alone', async () => {
    const late = { stage: 'responding', done: 1, total: 2 } as const;
    answerWith((request) => {
      receiveEvaluation(late);
      expect(useEvaluationProgress.getState().progress).toEqual(late);
      return succeeds(request);
    });
    await useEvaluate.getState().run(TASK);
    receiveEvaluation(late);
    expect(useEvaluationProgress.getState().progress).toBeUndefined();
  });

  it('leave no trace when they are deleted', async () => {
    answerWith(succeeds);
    await useEvaluate.getState().run(TASK);
    await useEvaluate.getState().run(TASK);
    const { before, shown, remove } = useEvaluate.getState();
    remove(shown ?? 0);
    expect(useEvaluate.getState()).toMatchObject({ shown: before });
    remove(before ?? 0);
    expect(useEvaluate.getState()).toMatchObject({ shown: undefined, before: undefined, evaluations: [] });
  });
});

it('keeps the newest evaluations up to the cap, and the newest one always', () => {
  const of = (number: number, problems: number) =>
    ({ number, problems: Array.from({ length: problems }), request: { samples: 9 } }) as Evaluation;
  const numbers = (list: Evaluation[]) => withinCap(list).map(({ number }) => number);
  expect(numbers([of(1, 2000), of(2, 2000), of(3, 1000)])).toEqual([1, 2, 3]);
  expect(numbers([of(1, 2000), of(2, 2000), of(3, 1001)])).toEqual([2, 3]);
  expect(numbers([of(1, 1), of(2, 6000)])).toEqual([2]);
});
