/** A worker as the page sees it, whose answers and silence a test controls. */
import { expose } from 'comlink';
import { afterEach, beforeEach, vi } from 'vitest';
import { connectionStore, WorkerConnection, type WorkerPort } from '../../src/store/connection.ts';
import type { Clock } from '../../src/store/heartbeat.ts';
import { useRun } from '../../src/store/run-store.ts';
import type { AdapterView, Frame } from '../../src/views/run-view.ts';
import type { CheckpointView } from '../../src/views/models.ts';
import type { RaceOptions } from '../../src/views/race.ts';
import type { ResumeOptions, RunStates } from '../../src/views/states.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import type { ErrorView } from '../../src/views/result.ts';
import type { WorkerApi } from '../../src/worker/protocol.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';

const ADAPTER: AdapterView = {
  vendor: 'test',
  architecture: '',
  description: '',
  software: true,
  halfPrecision: false,
};

export const MODEL = { id: 'local:tiny, step 4', name: 'tiny, step 4' } as CheckpointView;

export const FRAME: Frame = {
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

/** A worker at the other end of a message channel, with the calls that a page makes on opening. */
export class TestWorker {
  opened = 0;
  started: { run?: string } | undefined;
  raced: RaceOptions | undefined;
  terminated = false;
  private listener: ((event: WorkerEvent) => Promise<void>) | undefined;
  private readonly channel = new MessageChannel();
  readonly port: WorkerPort;
  /** Does not answer any call. */
  hung = false;
  /** What a start returns; by default it succeeds. */
  refusal: ErrorView | undefined;
  held: string | undefined;
  readonly restored: string[] = [];
  /** Kept states, and the records before the newest one. */
  states: RunStates[] = [];
  stateRecords: StepRecord[] = [];
  resumed: ResumeOptions | undefined;
  /** How a run was continued. */
  readonly continued: { oneStep: boolean }[] = [];
  adapter = ADAPTER;

  constructor() {
    const never = new Promise<never>(() => undefined);
    const api: Partial<WorkerApi> = {
      ping: () => (this.hung ? never : Promise.resolve()),
      heldRun: () => Promise.resolve(this.held),
      addCheckpoint: (files) => {
        const id = `local:${files[0]?.path ?? ''}`;
        this.restored.push(id);
        return Promise.resolve({ ok: true, value: { ...MODEL, id } });
      },
      restorePolicy: (files) => {
        const id = `local:${files[0]?.path ?? ''}`;
        this.restored.push(id);
        return Promise.resolve({ ok: true, value: { ...MODEL, id, trained: true } });
      },
      listData: () => Promise.resolve({ ok: true, value: [] }),
      listCached: () => Promise.resolve({ ok: true, value: [] }),
      open: () => Promise.resolve({ ok: true, value: { ...this.adapter, description: `call ${++this.opened}` } }),
      subscribe: (listener) => {
        this.listener = listener as (event: WorkerEvent) => Promise<void>;
        return Promise.resolve();
      },
      listStates: () => Promise.resolve({ ok: true, value: this.states }),
      storageUse: () => Promise.resolve({ ok: true, value: { rollouts: 0, models: 0 } }),
      deleteStates: (runs) => {
        this.states = this.states.filter(({ run }) => !runs.includes(run));
        return Promise.resolve({ ok: true, value: undefined });
      },
      resumeRun: (run, _state, options) => {
        this.resumed = options;
        const kept = this.states.find((one) => one.run === run);
        const newest = kept?.states.at(-1);
        if (this.refusal ?? !newest)
          return Promise.resolve({ ok: false, error: this.refusal ?? { kind: 'input', message: 'none', advice: '' } });
        this.held = run;
        const { config } = kept as RunStates;
        return Promise.resolve({
          ok: true,
          value: { config, records: newest?.records ?? 0, from: newest?.id ?? '' },
        });
      },
      stateRecords: (_run, _state, first) => Promise.resolve({ ok: true, value: this.stateRecords.slice(first) }),
      resume: (options) => {
        this.continued.push(options);
        return Promise.resolve();
      },
      listModels: () => Promise.resolve({ ok: true, value: [] }),
      start: (_config, options) => {
        if (this.hung) return never;
        this.started = options;
        if (this.refusal) return Promise.resolve({ ok: false, error: this.refusal });
        this.held = options.run;
        return Promise.resolve({ ok: true, value: undefined });
      },
      startRace: (_race, options) => {
        this.raced = options;
        return Promise.resolve(this.refusal ? { ok: false, error: this.refusal } : { ok: true, value: undefined });
      },
      resumeRace: () => Promise.resolve({ ok: true, value: undefined }),
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

/** The page connected to a test worker; after a restart, `worker` is the new one. */
export interface TestPage {
  worker: TestWorker;
  /** Lets the page's clock pass some seconds. */
  pass: (seconds: number) => void;
  /** What the next worker finds. */
  prepare: (found: { states?: RunStates[]; adapter?: Partial<AdapterView> }) => void;
}

export function connectPage(): TestPage {
  let now = 0;
  let tick: () => void = () => undefined;
  const clock: Clock = { now: () => now, every: (_, work) => ((tick = work), () => undefined), visible: () => true };
  const page: TestPage = {
    worker: new TestWorker(),
    prepare: (found) => (next = found),
    pass: (seconds) => {
      for (let second = 0; second < seconds; second++) {
        now += 1000;
        tick();
      }
    },
  };
  let started = 0;
  let next: Parameters<TestPage['prepare']>[0] = {};
  const start = () => {
    if (started++ > 0) page.worker = new TestWorker();
    page.worker.states = next.states ?? page.worker.states;
    page.worker.adapter = { ...page.worker.adapter, ...next.adapter };
    next = {};
    return page.worker.port;
  };
  connectionStore.setState({ connection: new WorkerConnection(start, clock) });
  return page;
}

/**
 * A new page before each test of a file, with an empty run store and frames that are drawn at once.
 *
 * @returns the page of the test that runs
 */
export function eachTestConnects(): () => TestPage {
  let page: TestPage;
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', (work: () => void) => work());
    vi.stubGlobal('navigator', {});
    useRun.setState(useRun.getInitialState());
    page = connectPage();
  });
  afterEach(() => {
    connectionStore.getState().connection.close();
    vi.unstubAllGlobals();
  });
  return () => page;
}
