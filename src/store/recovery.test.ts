/** A GPU or a worker that is lost: the run resumes by itself once, and the second time the page asks. */
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import { eachTestConnects, FRAME } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { tabArchive } from './archive.ts';
import { useInterrupted } from './interrupted-run.ts';
import { openStudio } from './open-studio.ts';
import { useRecovery } from './recovery.ts';
import { useRun } from './run-store.ts';

const page = eachTestConnects();

const LOST: WorkerEvent = {
  type: 'device-lost',
  error: { kind: 'device-lost', message: 'The GPU device was lost.', advice: '' },
};

const keeps = (run: string, step: number) => ({
  run,
  name: run,
  config: tinyRun(),
  model: LISTED_MODEL,
  bytes: 16,
  states: [
    {
      id: `rl-${step}`,
      phase: 'rl' as const,
      step,
      made: step,
      records: step,
      bytes: 16,
      written: 1,
      last: true as const,
    },
  ],
});

/** A run of this page that has made some steps. */
async function begun(steps: number): Promise<string> {
  await openStudio();
  await useRun.getState().start(tinyRun({}, { steps: 9 }), { paused: false });
  const run = page().worker.started?.run ?? '';
  for (let step = 1; step <= steps; step++)
    await page().worker.send({ type: 'run-records', run, records: [record(step)] });
  await page().worker.send({ type: 'frame', frame: { ...FRAME, run, step: steps } });
  return run;
}

/** Loses the worker; the next one finds these states. */
async function lose(states: Parameters<ReturnType<typeof page>['prepare']>[0] = {}): Promise<void> {
  const before = page().worker;
  page().prepare(states);
  await before.send(LOST).catch(() => undefined);
  await expect.poll(() => useRecovery.getState().recovering).toBeUndefined();
  expect(before.terminated).toBe(true);
}

const stored = async (run: string) => {
  await tabArchive.writer.settled();
  return (await tabArchive.archive.runs()).find(({ id }) => id === run);
};

describe('a run whose GPU is lost', () => {
  it('resumes from its newest state in a new worker, says so, and asks the second time', async () => {
    const run = await begun(5);
    await lose({ states: [keeps(run, 3)] });
    expect(page().worker.resumed).toMatchObject({ paused: true });
    expect(page().worker.continued).toEqual([{ oneStep: false }]);
    expect(useRecovery.getState().notice).toBe('The GPU was lost at step 5; the run resumed from step 3.');
    expect(useRun.getState()).toMatchObject({ id: run, recording: run, held: true, workerProblem: undefined });
    for (const step of [4, 5, 6]) await page().worker.send({ type: 'run-records', run, records: [record(step)] });
    expect(await stored(run)).toMatchObject({ state: 'running', records: 6 });
    expect((await tabArchive.archive.records(run)).records.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);

    await page().worker.send({ type: 'frame', frame: { ...FRAME, run, step: 6 } });
    page().worker.states = [keeps(run, 6)];
    await page().worker.send(LOST);
    expect(useRun.getState()).toMatchObject({ state: 'failed', workerProblem: { kind: 'device-lost' } });
    expect(useRecovery.getState()).toMatchObject({ recovering: undefined, notice: undefined });
    await expect.poll(() => useInterrupted.getState().found).toMatchObject({ id: run, at: 'step 6' });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('starts again under its id before its first state is kept, and its records are replaced', async () => {
    const run = await begun(2);
    await lose();
    expect(page().worker.started).toMatchObject({ run, paused: false });
    expect(useRecovery.getState().notice).toMatch(/started from its beginning\.$/);
    expect(useRun.getState()).toMatchObject({ id: run, recording: run, held: true });
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    expect(await stored(run)).toMatchObject({ state: 'running', records: 1, digest: { rl: 1 } });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('stays paused at its state if it was paused', async () => {
    const run = await begun(4);
    await page().worker.send({ type: 'frame', frame: { ...FRAME, run, step: 4, state: 'paused' } });
    await lose({ states: [keeps(run, 4)] });
    expect(page().worker.resumed).toMatchObject({ paused: true });
    expect(page().worker.continued).toEqual([]);
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('is only offered where the browser now has another adapter, whose results differ', async () => {
    const run = await begun(4);
    await lose({ states: [keeps(run, 4)], adapter: { software: false } });
    expect(page().worker.resumed).toBeUndefined();
    expect(useRecovery.getState().notice).toMatch(/another adapter/);
    await expect.poll(() => useInterrupted.getState().found).toMatchObject({ id: run });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('that the user is stopping is not resumed', async () => {
    const run = await begun(1);
    useRun.setState({ state: 'stopping' });
    await page().worker.send(LOST);
    expect(useRun.getState()).toMatchObject({ state: 'failed', workerProblem: { kind: 'device-lost' } });
    expect(await stored(run)).toMatchObject({ state: 'interrupted' });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });
});

it('a worker that throws is replaced, and its late events change nothing', async () => {
  const run = await begun(3);
  const dead = page().worker;
  page().prepare({ states: [keeps(run, 2)] });
  (dead.port as unknown as EventTarget).dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  const late = dead.send({ type: 'run-end', run, state: 'failed' }).catch(() => undefined);
  await expect.poll(() => useRecovery.getState().notice).toMatch(/^The training worker ended at step 3; .* step 2\.$/);
  await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 50))]);
  expect(await stored(run)).toMatchObject({ state: 'running', records: 2 });
  await tabArchive.archive.setDeleted({ runs: [run] }, 1);
});
