/** A run as the page's stores see it: started, refused, replaced, resumed, and lost with its worker. */
import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { eachTestConnects, FRAME, MODEL } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { Frame } from '../views/run-view.ts';
import { tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { useLeaving, wouldLose } from './leaving-store.ts';
import { openStudio, restartStudio } from './open-studio.ts';
import { useRun } from './run-store.ts';

const page = eachTestConnects();

describe('starting a run', () => {
  const before = { frame: { ...FRAME, state: 'finished', run: 'first' }, running: tinyRun(), id: 'first' } as const;

  it('is shown as preparing at once, before the worker answers', async () => {
    await openStudio();
    page().worker.hung = true;
    void useRun.getState().start(tinyRun(), { paused: false });
    expect(useRun.getState()).toMatchObject({ state: 'preparing', preparation: { stage: 'checking' } });
    expect(useRun.getState().frame).toBeUndefined();
  });

  it('that is refused restores the run before it', async () => {
    await openStudio();
    useRun.setState({ ...before, state: 'finished', held: true });
    page().worker.held = 'first';
    page().worker.refusal = { kind: 'memory', message: 'too large', advice: '' };
    await useRun.getState().start(tinyRun({ name: 'second' }), { paused: false });
    expect(useRun.getState()).toMatchObject({
      ...before,
      state: 'finished',
      held: true,
      error: { message: 'too large' },
    });
    expect(useRun.getState().recording).toBeUndefined();
  });

  it('that fails after the run before it was replaced has failed', async () => {
    await openStudio();
    useRun.setState({ ...before, state: 'finished', held: true });
    page().worker.refusal = { kind: 'memory', message: 'too large', advice: '' };
    await useRun.getState().start(tinyRun({ name: 'second' }), { paused: false });
    expect(useRun.getState()).toMatchObject({ state: 'failed', held: false, running: { name: 'second' } });
    expect(useRun.getState().frame).toBeUndefined();
  });

  it('ignores late frames of the run before it', async () => {
    await openStudio();
    useRun.setState({ ...before, state: 'finished', held: true });
    await useRun.getState().start(tinyRun(), { paused: false });
    await page().worker.send({ type: 'frame', frame: before.frame });
    expect(useRun.getState().frame).toBeUndefined();
    await page().worker.send({ type: 'frame', frame: { ...FRAME, run: page().worker.started?.run ?? '' } });
    expect(useRun.getState().frame?.step).toBe(1);
  });

  it('asks first when the trained policy is too large to be kept, unless it was exported', async () => {
    await openStudio();
    const frame: Frame = { ...before.frame, policyBytes: 65e6, latest: record(1) };
    useRun.setState({ ...before, frame, state: 'finished', held: true });
    const { start, discard } = useLeaving.getState();
    expect(wouldLose()).toBe(true);
    start(tinyRun(), { paused: false });
    expect(useLeaving.getState().pending).toBeDefined();
    expect(useRun.getState().state).toBe('finished');
    discard();
    await vi.waitFor(() => expect(page().worker.started).toMatchObject({ discard: true }));
    useRun.setState({ ...before, frame, state: 'finished', held: true });
    useRun.getState().markExported();
    expect(wouldLose()).toBe(false);
    start(tinyRun(), { paused: false });
    expect(useLeaving.getState().pending).toBeUndefined();
  });
});

describe('a stopped run', () => {
  it('that is resumed is running in the archive again, then complete', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun(), { paused: false });
    const run = page().worker.started?.run ?? '';
    const stored = async () => {
      await tabArchive.writer.settled();
      return (await tabArchive.archive.runs()).find(({ id }) => id === run);
    };
    // Stopped before its first record: nothing is stored yet, and nothing is lost.
    await page().worker.send({ type: 'run-end', run, state: 'stopped' });
    expect(await stored()).toBeUndefined();
    await page().worker.send({ type: 'run-resumed', run });
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    await page().worker.send({ type: 'run-end', run, state: 'stopped' });
    expect(useRun.getState().recording).toBeUndefined();
    expect(await stored()).toMatchObject({ state: 'stopped', records: 1 });
    await page().worker.send({ type: 'run-resumed', run });
    expect(useRun.getState().recording).toBe(run);
    expect(await stored()).toMatchObject({ state: 'running' });
    await page().worker.send({ type: 'run-records', run, records: [record(2)] });
    await page().worker.send({ type: 'run-end', run, state: 'finished' });
    expect(await stored()).toMatchObject({ state: 'complete', records: 2, digest: { rl: 2 } });
    expect((await tabArchive.archive.records(run)).records).toHaveLength(2);
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });
});

describe('a worker that stops answering', () => {
  it('is reported, and a restart keeps curves, records and models and makes the page usable', async () => {
    await openStudio();
    const files = [{ path: 'mine', file: new File(['x'], 'mine') }];
    await useRun.getState().addFiles(files);
    await page().worker.send({ type: 'policy-kept', model: { ...MODEL, trained: true }, files, dropped: [] });
    await useRun.getState().start(tinyRun(), { paused: false });
    const run = page().worker.started?.run ?? '';
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    await page().worker.send({ type: 'frame', frame: { ...FRAME, run } });
    const dead = page().worker;
    dead.hung = true;
    page().pass(21);
    // The answer to a ping from before it hung, if it was in flight.
    await new Promise((resolve) => setTimeout(resolve));
    page().pass(21);
    expect(useRun.getState().workerProblem?.message).toMatch(/^The training worker stopped responding/);
    // It may only be slow: nothing has been ended yet.
    expect(useRun.getState()).toMatchObject({ state: 'running', recording: run });
    const unanswered = studioApi().start(tinyRun(), { paused: false });

    await restartStudio();
    expect(dead.terminated).toBe(true);
    expect(await unanswered).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect(useRun.getState()).toMatchObject({
      state: 'failed',
      held: false,
      workerProblem: undefined,
      recording: undefined,
      frame: { step: 1 },
      adapter: { description: 'call 1' },
    });
    expect(page().worker.restored).toHaveLength(2);
    expect(useRun.getState().models.map(({ trained = false }) => trained)).toContain(true);
    await tabArchive.writer.settled();
    const stored = (await tabArchive.archive.runs()).find(({ id }) => id === run);
    expect(stored).toMatchObject({ state: 'interrupted', records: 1 });
    await useRun.getState().start(tinyRun(), { paused: false });
    expect(useRun.getState().held).toBe(true);
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });
});
