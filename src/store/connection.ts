/** The page's connection to its training worker. */
import { proxy, releaseProxy, wrap, type Endpoint, type Remote } from 'comlink';
import { createStore } from 'zustand/vanilla';
import type { ErrorView } from '../views/result.ts';
import type { WorkerApi } from '../worker/protocol.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { Heartbeat, type Clock } from './heartbeat.ts';

/** The part of Worker that a connection uses. */
export type WorkerPort = Endpoint & Pick<Worker, 'terminate'>;

export interface WorkerListener {
  onEvent: (event: WorkerEvent) => void;
  /** The worker failed to load or threw: it never resolves a call, and its `error` event is the only sign. */
  onError: (message: string) => void;
  /** The worker ended, although the page did not terminate it. */
  onEnd: () => void;
  /** The worker has not answered for a long time (heartbeat.ts); with false, it answers again. */
  onSilent: (silent: boolean) => void;
}

/** The result of unanswered calls once the worker is terminated; pages treat it like a cancelled call. */
const TERMINATED: { ok: false; error: ErrorView } = {
  ok: false,
  error: { kind: 'cancelled', message: 'The training worker was restarted.', advice: 'Repeat the last action.' },
};

/** Begins the name of the Web Lock that a worker holds as long as it lives. */
const LIFE = 'gppo-studio-worker:';

interface OpenWorker {
  worker: WorkerPort;
  remote: Remote<WorkerApi>;
  api: Remote<WorkerApi>;
  /** Settles the calls that are not answered yet. */
  pending: Set<(answer: typeof TERMINATED) => void>;
  /** Aborted when the page terminates the worker. */
  closed: AbortController;
}

/** One worker, from the first call until `close`. */
export class WorkerConnection {
  private open: OpenWorker | undefined;
  private listening = false;
  private heartbeat: Heartbeat | undefined;

  constructor(
    private readonly startWorker: () => WorkerPort,
    /** For tests. */
    private readonly clock?: Clock,
  ) {}

  private get opened(): OpenWorker {
    if (!this.open) {
      const worker = this.startWorker();
      const remote = wrap<WorkerApi>(worker);
      const pending: OpenWorker['pending'] = new Set();
      const closed = new AbortController();
      this.open = { worker, remote, api: answeredOnClose(remote, pending), pending, closed };
    }
    return this.open;
  }

  /** Starts the worker on the first call. */
  get api(): Remote<WorkerApi> {
    return this.opened.api;
  }

  /**
   * Sends the worker's events to `listener`, once per connection.
   *
   * @returns false when a listener is registered already, or the worker was terminated meanwhile
   */
  async listen({ onEvent, onError, onEnd, onSilent }: WorkerListener): Promise<boolean> {
    if (this.listening) return false;
    this.listening = true;
    const { opened } = this;
    const { worker, remote } = opened;
    const isOpen = () => this.open === opened;
    worker.addEventListener('error', (event) => {
      if (isOpen()) onError((event as ErrorEvent).message);
    });
    worker.addEventListener('messageerror', () => {
      if (isOpen()) onError('a message could not be read');
    });
    // Events of a worker that was terminated may still be in the queue.
    await opened.api.subscribe(proxy((event: WorkerEvent) => (isOpen() ? onEvent(event) : undefined)));
    if (isOpen()) await watchLife(opened, onEnd);
    if (!isOpen()) return false;
    // The worker is loaded: how long that takes depends on the network.
    this.heartbeat = new Heartbeat(
      { ping: () => remote.ping(), onSilent: () => onSilent(true), onAnswer: () => onSilent(false) },
      this.clock,
    );
    return true;
  }

  /** Terminates the worker and settles its pending calls; the next call starts a new one. */
  close(): void {
    this.heartbeat?.stop();
    this.heartbeat = undefined;
    const { open } = this;
    this.open = undefined;
    this.listening = false;
    if (!open) return;
    open.closed.abort();
    open.remote[releaseProxy]();
    open.worker.terminate();
    for (const settle of open.pending) settle(TERMINATED);
  }
}

/** Browsers release the locks of a worker that ends, so the page gets this one at that moment. */
async function watchLife({ api, closed: { signal } }: OpenWorker, onEnd: () => void): Promise<void> {
  if (!('locks' in navigator)) return;
  const lock = `${LIFE}${crypto.randomUUID()}`;
  await api.holdLock(lock);
  if (signal.aborted) return;
  navigator.locks.request(lock, { signal }, onEnd).catch(() => undefined);
}

/** The same calls, which also end when the worker is terminated. */
function answeredOnClose(remote: Remote<WorkerApi>, pending: OpenWorker['pending']): Remote<WorkerApi> {
  return new Proxy(remote, {
    get: (target, name) => {
      const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          pending.add(resolve);
          call(...args)
            .then(resolve, reject)
            .finally(() => pending.delete(resolve));
        });
    },
  });
}

const trainingWorker = (): WorkerPort =>
  new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });

/** The connection that the stores use; tests replace it with one to their own worker. */
export const connectionStore = createStore(() => ({ connection: new WorkerConnection(trainingWorker) }));

export const studioApi = (): Remote<WorkerApi> => connectionStore.getState().connection.api;
