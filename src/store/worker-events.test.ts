import 'fake-indexeddb/auto';
import { expose } from 'comlink';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { record } from '../../tests/support/archived.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { AdapterView, CheckpointView, Frame, WorkerApi, WorkerEvent } from '../worker/protocol.ts';
import { tabArchive } from './archive.ts';
import { connectionStore, WorkerConnection, type WorkerPort } from './connection.ts';
import { openStudio } from './open-studio.ts';
import { useModels } from './models-store.ts';
import { useRun } from './run-store.ts';
import { dispatcher, type WorkerEventHandlers } from './worker-events.ts';

const ADAPTER: AdapterView = {
  vendor: 'test',
  architecture: '',
  description: '',
  software: true,
  halfPrecision: false,
};

/** A worker at the other end of a message channel, with the calls that a page makes on opening. */
class TestWorker {
  opened = 0;
  started: { run?: string } | undefined;
  terminated = false;
  private listener: ((event: WorkerEvent) => Promise<void>) | undefined;
  private readonly channel = new MessageChannel();
  readonly port: WorkerPort;

  constructor() {
    const api: Partial<WorkerApi> = {
      open: () => Promise.resolve({ ok: true, value: { ...ADAPTER, description: `call ${++this.opened}` } }),
      subscribe: (listener) => {
        this.listener = listener as (event: WorkerEvent) => Promise<void>;
        return Promise.resolve();
      },
      listModels: () => Promise.resolve({ ok: true, value: [] }),
      start: (_config, options) => {
        this.started = options;
        return Promise.resolve({ ok: true, value: undefined });
      },
    };
    const { port1, port2 } = this.channel;
    expose(api, port2);
    this.port = Object.assign(port1, {
      terminate: () => {
        this.terminated = true;
        port1.close();
        port2.close();
      },
    });
  }

  /** Resolves when the page has handled the event. */
  send(event: WorkerEvent): Promise<void> {
    if (!this.listener) throw new Error('nobody listens');
    return this.listener(event);
  }
}

let worker: TestWorker;
const connect = () => {
  worker = new TestWorker();
  const { port } = worker;
  connectionStore.setState({ connection: new WorkerConnection(() => port) });
};
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => work());
  vi.stubGlobal('navigator', {});
  useRun.setState(useRun.getInitialState());
  connect();
});
afterEach(() => {
  connectionStore.getState().connection.close();
  vi.unstubAllGlobals();
});

const FRAME: Frame = {
  state: 'running',
  phase: 'rl',
  step: 1,
  steps: 2,
  activity: '',
  tokensPerSecond: 0,
  series: {},
  massShare: {} as Frame['massShare'],
  rollouts: [],
  rolloutStep: 0,
  noAdvantage: false,
  tokenStep: 0,
};
const ERROR = { kind: 'device-lost', message: 'gone', advice: '' } as const;
const MODEL = { id: 'local:tiny, step 4', name: 'tiny, step 4' } as CheckpointView;
const DOWNLOAD = { name: 'owner/model', revision: 'main', state: 'loading', files: [] } as const;

describe('the dispatcher', () => {
  it('passes every event to the handler of its type alone', () => {
    const events: { [Type in WorkerEvent['type']]: Extract<WorkerEvent, { type: Type }> } = {
      frame: { type: 'frame', frame: FRAME },
      preparing: { type: 'preparing', progress: { stage: 'loading' } },
      download: { type: 'download', download: { ...DOWNLOAD, files: [] } },
      failed: { type: 'failed', error: ERROR },
      'device-lost': { type: 'device-lost', error: ERROR },
      'run-records': { type: 'run-records', run: 'a', records: [] },
      'run-resumed': { type: 'run-resumed', run: 'a' },
      'run-end': { type: 'run-end', run: 'a', state: 'finished' },
      'policy-kept': { type: 'policy-kept', model: MODEL, files: [], dropped: [] },
      'sweep-run': { type: 'sweep-run', label: 'ppo', seed: 1 },
      'sweep-records': { type: 'sweep-records', label: 'ppo', seed: 1, records: [] },
      'sweep-run-end': { type: 'sweep-run-end', label: 'ppo', seed: 1 },
      'sweep-end': { type: 'sweep-end' },
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
    expect(worker.opened).toBe(1);
    expect(useRun.getState().adapter?.description).toBe('call 1');
    const first = worker;
    connectionStore.getState().connection.close();
    expect(first.terminated).toBe(true);
    connect();
    await openStudio();
    expect([first.opened, worker.opened]).toEqual([1, 1]);
  });

  it('brings the events of the worker into the stores', async () => {
    await openStudio();
    await worker.send({ type: 'frame', frame: FRAME });
    await worker.send({ type: 'download', download: { ...DOWNLOAD, files: [] } });
    expect(useRun.getState()).toMatchObject({ state: 'running', frame: { step: 1 } });
    expect(useModels.getState().download).toEqual(DOWNLOAD);
  });

  it('records a run in the archive until it ends', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun({}, {}), { paused: false });
    const run = worker.started?.run ?? '';
    expect(useRun.getState().recording).toBe(run);
    await worker.send({ type: 'run-records', run, records: [record(1)] });
    await worker.send({ type: 'run-end', run, state: 'finished' });
    expect(useRun.getState().recording).toBeUndefined();
    await tabArchive.writer.settled();
    expect(await tabArchive.archive.runs()).toMatchObject([{ id: run, state: 'complete', records: 1 }]);
    await tabArchive.archive.setDeleted({ runs: [run] }, 1);
  });

  it('ends the recorded run as failed when the worker crashes', async () => {
    await openStudio();
    await useRun.getState().start(tinyRun({}, {}), { paused: false });
    const run = worker.started?.run ?? '';
    await worker.send({ type: 'run-records', run, records: [record(1)] });
    (worker.port as unknown as EventTarget).dispatchEvent(
      Object.assign(new Event('error'), { message: 'out of memory' }),
    );
    expect(useRun.getState()).toMatchObject({
      state: 'failed',
      recording: undefined,
      held: false,
      workerProblem: { kind: 'internal', message: 'The training worker failed: out of memory' },
    });
    await tabArchive.writer.settled();
    expect(await tabArchive.archive.runs()).toMatchObject([{ id: run, state: 'failed', records: 1 }]);
  });
});
