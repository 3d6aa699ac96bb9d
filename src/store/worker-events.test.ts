import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { runReport } from '../report/compute-report.ts';
import { REPORT_ABOUT, THREE_STAGES } from '../../tests/support/stage-answers.ts';
import { record } from '../../tests/support/archived.ts';
import { connectPage, eachTestConnects, FRAME, MODEL } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { tabArchive } from './archive.ts';
import { connectionStore } from './connection.ts';
import { openStudio } from './open-studio.ts';
import { useModels } from './models-store.ts';
import { useRun } from './run-store.ts';
import { dispatcher, type WorkerEventHandlers } from './worker-events.ts';

const page = eachTestConnects();

/** Other test files share the database. */
const rowOf = async (run: string) => (await tabArchive.archive.runs()).find(({ id }) => id === run);

const ERROR = { kind: 'device-lost', message: 'gone', advice: '' } as const;
const DOWNLOAD = { name: 'owner/model', revision: 'main', state: 'loading', files: [] } as const;

describe('the dispatcher', () => {
  it('passes every event to the handler of its type alone', () => {
    const events: { [Type in WorkerEvent['type']]: Extract<WorkerEvent, { type: Type }> } = {
      frame: { type: 'frame', frame: FRAME },
      preparing: { type: 'preparing', progress: { stage: 'loading' } },
      'dump-progress': { type: 'dump-progress', done: 1, total: 2 },
      download: { type: 'download', download: { ...DOWNLOAD, files: [] } },
      failed: { type: 'failed', error: ERROR },
      'device-lost': { type: 'device-lost', error: ERROR },
      'run-records': { type: 'run-records', run: 'a', records: [] },
      'run-report': { type: 'run-report', run: 'a', report: runReport(REPORT_ABOUT, THREE_STAGES) },
      'run-resumed': { type: 'run-resumed', run: 'a' },
      'run-end': { type: 'run-end', run: 'a', state: 'finished' },
      'policy-kept': { type: 'policy-kept', model: MODEL, files: [], dropped: [] },
      'sweep-run': { type: 'sweep-run', label: 'ppo', seed: 1 },
      'sweep-records': { type: 'sweep-records', label: 'ppo', seed: 1, records: [] },
      'sweep-run-end': { type: 'sweep-run-end', label: 'ppo', seed: 1 },
      'sweep-run-refused': { type: 'sweep-run-refused', label: 'ppo', seed: 1, error: 'no room' },
      'sweep-end': { type: 'sweep-end' },
      'compiling-stalled': { type: 'compiling-stalled', stalled: undefined },
      'race-preparing': { type: 'race-preparing', race: 'a', progress: { stage: 'loading' } },
      'race-frame': {
        type: 'race-frame',
        frame: { race: 'a', state: 'running', activity: '', lanes: [], steps: 1, responses: [] },
      },
      'race-records': { type: 'race-records', race: 'a', lane: 0, records: [] },
      'race-lane-end': { type: 'race-lane-end', race: 'a', lane: 0, state: 'finished' },
      'evaluation-progress': {
        type: 'evaluation-progress',
        progress: { stage: 'loading' },
      },
      'data-progress': { type: 'data-progress', progress: undefined },
      'data-download': { type: 'data-download', download: { ...DOWNLOAD, files: [] } },
      'playground-begin': { type: 'playground-begin', column: 0, prompt: [], response: [] },
      'playground-tokens': { type: 'playground-tokens', column: 0, from: 0, tokens: [] },
    };
    const handled: [type: string, event: WorkerEvent][] = [];
    const handlers = Object.fromEntries(
      Object.keys(events).map((type) => [type, (event: WorkerEvent) => handled.push([type, event])]),
    ) as unknown as WorkerEventHandlers;
    Object.values(events).forEach(dispatcher(handlers));
    expect(handled).toEqual(Object.entries(events));
  });
});

describe('opening the studio', () => {
  it('connects once, however often it is called, and again on a new connection', async () => {
    await Promise.all([openStudio(), openStudio()]);
    expect(page().worker.opened).toBe(1);
    expect(useRun.getState().adapter?.description).toBe('call 1');
    const first = page().worker;
    connectionStore.getState().connection.close();
    expect(first.terminated).toBe(true);
    const again = connectPage();
    await openStudio();
    expect([first.opened, again.worker.opened]).toEqual([1, 1]);
  });

  it('brings the events of the worker into the stores', async () => {
    await openStudio();
    await page().worker.send({ type: 'frame', frame: FRAME });
    await page().worker.send({ type: 'download', download: { ...DOWNLOAD, files: [] } });
    expect(useRun.getState()).toMatchObject({ state: 'running', frame: { step: 1 } });
    expect(useModels.getState().download).toEqual(DOWNLOAD);
  });

  it('names a kernel that the driver does not finish, until one is finished', async () => {
    await openStudio();
    const stalled = { label: 'attention', waiting: 3, seconds: 120 };
    await page().worker.send({ type: 'compiling-stalled', stalled });
    expect(useRun.getState().workerProblem?.message).toBe(
      'The graphics driver has not finished any kernel for 120 s (attention).',
    );
    await page().worker.send({ type: 'compiling-stalled', stalled: undefined });
    expect(useRun.getState().workerProblem).toBeUndefined();
    // Another problem stays.
    await page().worker.send({ type: 'device-lost', error: ERROR });
    await page().worker.send({ type: 'compiling-stalled', stalled: undefined });
    expect(useRun.getState().workerProblem).toMatchObject({ kind: 'device-lost' });
  });

  it('records a run in the archive until it ends', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun({}, {}), { paused: false });
    const run = page().worker.started?.run ?? '';
    expect(useRun.getState().recording).toBe(run);
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    await page().worker.send({ type: 'run-end', run, state: 'finished' });
    expect(useRun.getState().recording).toBeUndefined();
    await tabArchive.writer.settled();
    expect(await rowOf(run)).toMatchObject({ state: 'complete', records: 1 });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('stores the newest report of a run, also one that came before the first record', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun({}, {}), { paused: false });
    const run = page().worker.started?.run ?? '';
    const [first, whole] = [1, 3].map((stages) => runReport(REPORT_ABOUT, THREE_STAGES.slice(0, stages)));
    await page().worker.send({ type: 'run-report', run, report: first! });
    expect(useRun.getState().reported).toBe(run);
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    await tabArchive.writer.settled();
    expect(await tabArchive.archive.report(run)).toEqual(first);
    await page().worker.send({ type: 'run-report', run, report: whole! });
    await page().worker.send({ type: 'run-end', run, state: 'finished' });
    await tabArchive.writer.settled();
    expect(await tabArchive.archive.report(run)).toEqual(whole);
    expect(await rowOf(run)).toMatchObject({ reported: true });
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('leaves the recorded run interrupted when the worker crashes while the run stops', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun({}, {}), { paused: false });
    const run = page().worker.started?.run ?? '';
    await page().worker.send({ type: 'run-records', run, records: [record(1)] });
    useRun.setState({ state: 'stopping' });
    (page().worker.port as unknown as EventTarget).dispatchEvent(
      Object.assign(new Event('error'), { message: 'out of memory' }),
    );
    expect(useRun.getState()).toMatchObject({
      state: 'failed',
      recording: undefined,
      held: false,
      workerProblem: { kind: 'internal', message: 'The training worker failed: out of memory' },
    });
    await tabArchive.writer.settled();
    expect(await rowOf(run)).toMatchObject({ state: 'interrupted', records: 1 });
  });
});
