/** The Rollouts page's store against a desk of kept steps, as the worker answers it. */
import { expose } from 'comlink';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { keptStep } from '../rollouts/kept-step.ts';
import type { KeptStep } from '../rollouts/kept-step.ts';
import { detailOf, rowsOf } from '../rollouts/rows.ts';
import { findRollouts } from '../rollouts/search.ts';
import type { Result } from '../views/result.ts';
import {
  EVERY_ROLLOUT,
  responseId,
  type KeptFacts,
  type OpenedRollouts,
  type RolloutCalls,
} from '../views/rollouts.ts';
import { connectionStore, WorkerConnection, type WorkerPort } from './connection.ts';
import { isFiltered, useRollouts } from './rollouts-store.ts';

const ok = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });

/** A worker with kept steps of one run; a test adds further ones. */
class DeskWorker implements Partial<RolloutCalls> {
  run = 'one';
  held = true;
  searches = 0;
  readonly steps = new Map<number, KeptStep>();
  readonly channel = new MessageChannel();

  constructor() {
    for (const step of [1, 2, 3]) this.keep(step);
    expose(this, this.channel.port2);
  }

  keep(step: number): void {
    this.steps.set(step, keptStep(randomStep(step, 6, 4, 5), ROLLOUT_TOKENIZER, { reference: false }));
  }

  get facts(): KeptFacts {
    return { every: 1, steps: this.steps.size, newest: [...this.steps.keys()].at(-1) ?? 0, bytes: 1, bound: 2 };
  }

  private get view() {
    return { run: this.run, name: 'a run', started: 1, held: this.held, ...this.facts };
  }

  listRollouts() {
    return ok({ runs: [this.view], leftOut: 0 });
  }

  openRollouts() {
    const keptSteps = [...this.steps.keys()];
    const opened: OpenedRollouts = {
      ...this.view,
      keptSteps,
      difficulties: [],
      rewards: [],
      responses: 24,
      leftOut: 0,
      damaged: 0,
    };
    return ok(opened);
  }

  findRollouts(...[, query, { first, count }]: Parameters<RolloutCalls['findRollouts']>) {
    this.searches += 1;
    const found = findRollouts([...this.steps.values()], query);
    return ok({ ...found, rows: rowsOf(this.steps, found.items.subarray(first, first + count), query.text) });
  }

  rolloutRows(...[, items, text]: Parameters<RolloutCalls['rolloutRows']>) {
    return ok(rowsOf(this.steps, items, text));
  }

  readRollout(...[, id, text]: Parameters<RolloutCalls['readRollout']>) {
    const detail = detailOf(this.steps, id, text);
    return detail
      ? ok(detail)
      : Promise.resolve({ ok: false as const, error: { kind: 'input' as const, message: 'gone', advice: '' } });
  }

  exportRollouts(...[, query, name]: Parameters<RolloutCalls['exportRollouts']>) {
    return ok(new Blob([`${name}: ${findRollouts([...this.steps.values()], query).responses}`]));
  }
}

let worker: DeskWorker;
beforeEach(() => {
  worker = new DeskWorker();
  const port = Object.assign(worker.channel.port1, { terminate: () => worker.channel.port1.close() }) as WorkerPort;
  connectionStore.setState({ connection: new WorkerConnection(() => port) });
  useRollouts.setState(useRollouts.getInitialState());
});
afterEach(() => {
  connectionStore.getState().connection.close();
  worker.channel.port2.close();
});

const state = () => useRollouts.getState();

describe('the rollouts of a run', () => {
  it('opens at the newest step, with the rows of the first screen', async () => {
    await state().refresh();
    expect(state().query.step).toBe(3);
    expect(state().found).toMatchObject({ responses: 24, searched: 24 });
    expect(state().found?.rows.get(0)?.kind).toBe('group');
    expect(state().following).toBe(true);
  });

  it('says when the run that another page asked for has none, and shows another', async () => {
    useRollouts.setState({ wanted: 'gone' });
    await state().refresh();
    expect(state().error?.message).toBe('This run has no stored rollouts.');
    expect(state().opened?.run).toBe('one');
    await state().moveTo(1);
    expect(state().error).toBeUndefined();
  });

  it('follows the newest step of a run that trains until the user moves', async () => {
    await state().refresh();
    worker.keep(4);
    await state().kept('one', worker.facts);
    expect(state().query.step).toBe(4);
    await state().moveTo(2);
    worker.keep(5);
    await state().kept('one', worker.facts);
    expect(state().query.step).toBe(2);
    expect(state().opened?.keptSteps).toEqual([1, 2, 3, 4, 5]);
    await state().follow();
    expect(state().query.step).toBe(5);
  });

  it('shows the step before when the shown one made room', async () => {
    await state().refresh();
    await state().moveTo(2);
    worker.steps.delete(2);
    await state().kept('one', { ...worker.facts, every: 2 });
    expect(state().query.step).toBe(1);
    expect(state().found?.query.step).toBe(1);
  });

  it('changes to a new run if the one before was followed, and stays with one that is read', async () => {
    await state().refresh();
    worker.run = 'two';
    await state().kept('two', worker.facts);
    expect(state().opened?.run).toBe('two');
    await state().moveTo(1);
    await state().kept('three', worker.facts);
    expect(state().opened?.run).toBe('two');
  });

  it('makes no search for a frame without a new step', async () => {
    await state().refresh();
    const before = worker.searches;
    await state().kept('one', worker.facts);
    expect(worker.searches).toBe(before);
  });
});

describe('queries', () => {
  it('filters, counts, and clears all filters but not the step and the order', async () => {
    await state().refresh();
    await state().change({ group: 'all-incorrect', order: 'length', descending: true });
    await state().moveTo(undefined);
    const { found } = state();
    expect(found!.responses).toBeGreaterThan(0);
    expect(found!.responses).toBeLessThan(72);
    expect(found!.searched).toBe(72);
    expect([...found!.rows.values()].every((row) => row.kind === 'response' && row.state === 'all-incorrect')).toBe(
      true,
    );
    expect(isFiltered(state().query)).toBe(true);
    await state().clear();
    expect(state().query).toEqual({ text: '', problem: '', order: 'length', descending: true });
    expect(state().found?.responses).toBe(72);
    expect(isFiltered(state().query)).toBe(false);
  });

  it('answers only the newest of several requests, and no more searches than needed', async () => {
    await state().refresh();
    const before = worker.searches;
    await Promise.all(['a', 'ab', 'abc', 'q'].map((text) => state().change({ text })));
    expect(state().found?.query.text).toBe('q');
    expect(worker.searches - before).toBeLessThanOrEqual(2);
  });

  it('reads rows that a scrolled list needs, once', async () => {
    await state().refresh();
    await state().moveTo(undefined);
    const total = state().found!.items.length;
    expect(total).toBeGreaterThan(80);
    expect(state().found?.rows.get(total - 1)).toBeUndefined();
    await state().need({ first: total - 4, count: 10 });
    const { rows, items } = state().found!;
    expect(rows.get(total - 1)?.id).toBe(items[total - 1]);
    const read = rows;
    await state().need({ first: total - 4, count: 4 });
    expect(state().found?.rows).toBe(read);
  });
});

describe('one response', () => {
  it('is read, closed, and kept while other steps are shown', async () => {
    await state().refresh();
    await state().read(responseId(3, 1));
    expect(state().detail?.row.id).toBe(responseId(3, 1));
    await state().moveTo(1);
    expect(state().detail?.row.id).toBe(responseId(3, 1));
    state().close();
    expect(state().detail).toBeUndefined();
    await state().read(responseId(9, 1));
    expect(state().error?.message).toBe('gone');
  });

  it('exports what is found, or everything', async () => {
    await state().refresh();
    await state().change({ correct: true });
    const found = state().found!.responses;
    expect(found).toBeLessThan(24);
    expect(await (await state().export(false))!.text()).toBe(`a run: ${found}`);
    expect(await (await state().export(true))!.text()).toBe(
      `a run: ${findRollouts([...worker.steps.values()], EVERY_ROLLOUT).responses}`,
    );
  });
});
