/** The one training worker of the page. */
import { proxy, wrap, type Remote } from 'comlink';
import type { WorkerApi, WorkerEvent } from '../worker/protocol.ts';

let api: Remote<WorkerApi> | undefined;

/** Starts the worker on the first call. */
export function studioApi(): Remote<WorkerApi> {
  api ??= wrap<WorkerApi>(new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' }));
  return api;
}

export function subscribe(listener: (event: WorkerEvent) => void): Promise<void> {
  return studioApi().subscribe(proxy(listener));
}
