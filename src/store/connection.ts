/** The page's connection to its training worker. */
import { proxy, releaseProxy, wrap, type Endpoint, type Remote } from 'comlink';
import { createStore } from 'zustand/vanilla';
import type { WorkerApi, WorkerEvent } from '../worker/protocol.ts';

/** The part of Worker that a connection uses. */
export type WorkerPort = Endpoint & Pick<Worker, 'terminate'>;

/** One worker, from the first call until `close`. */
export class WorkerConnection {
  private open: { worker: WorkerPort; api: Remote<WorkerApi> } | undefined;
  private listening = false;

  constructor(private readonly startWorker: () => WorkerPort) {}

  private get opened(): { worker: WorkerPort; api: Remote<WorkerApi> } {
    if (!this.open) {
      const worker = this.startWorker();
      this.open = { worker, api: wrap<WorkerApi>(worker) };
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
   * @param onError a worker that fails to load never resolves a call: its `error` event is the only sign
   * @returns false when a listener is registered already
   */
  async listen(listener: (event: WorkerEvent) => void, onError: (message: string) => void): Promise<boolean> {
    if (this.listening) return false;
    this.listening = true;
    const { worker, api } = this.opened;
    worker.addEventListener('error', (event) => onError((event as ErrorEvent).message));
    await api.subscribe(proxy(listener));
    return true;
  }

  /** Terminates the worker; the next call starts a new one. */
  close(): void {
    this.open?.api[releaseProxy]();
    this.open?.worker.terminate();
    this.open = undefined;
    this.listening = false;
  }
}

const trainingWorker = (): WorkerPort =>
  new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });

/** The connection that the stores use; tests replace it with one to their own worker. */
export const connectionStore = createStore(() => ({ connection: new WorkerConnection(trainingWorker) }));

export const studioApi = (): Remote<WorkerApi> => connectionStore.getState().connection.api;
