/** The one training worker of the page. */
import { proxy, wrap, type Remote } from 'comlink';
import type { WorkerApi, WorkerEvent } from '../worker/protocol.ts';

let worker: Worker | undefined;
let api: Remote<WorkerApi> | undefined;

function trainingWorker(): Worker {
  worker ??= new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'training' });
  return worker;
}

/** Starts the worker on the first call. */
export function studioApi(): Remote<WorkerApi> {
  api ??= wrap<WorkerApi>(trainingWorker());
  return api;
}

export function subscribe(listener: (event: WorkerEvent) => void): Promise<void> {
  return studioApi().subscribe(proxy(listener));
}

/** A worker that could not be loaded never answers a call: this is the only sign of it. */
export function onWorkerError(listener: (message: string) => void): void {
  trainingWorker().addEventListener('error', (event) => listener(event.message));
}
