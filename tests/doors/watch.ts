/**
 * Watches the inputs from a thread of its own: one that blocks the test's thread for too long is named on standard
 * error before the process is ended, because a loop without an end cannot be interrupted.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Worker } from 'node:worker_threads';

/** Far above what an input takes on a loaded machine. */
const LONGEST_MS = 60_000;

const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let current;
parentPort.on('message', (message) => { current = message && { ...message, at: Date.now() }; });
setInterval(() => {
  if (!current || Date.now() - current.at < workerData.longest) return;
  writeSync(2, '\\n' + current.title + ' has been working for ' + workerData.longest / 1000 + ' s: it hangs\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

export class Watch {
  private readonly worker = new Worker(SOURCE, { eval: true, workerData: { longest: LONGEST_MS } });
  /** Connections that anything in this process has opened. */
  readonly connections: string[] = [];

  constructor() {
    this.worker.unref();
    subscribe('net.client.socket', this.note);
  }

  private readonly note = (): void => void this.connections.push(new Error('a connection').stack ?? '');

  begin(title: string): void {
    this.worker.postMessage({ title });
  }

  async close(): Promise<void> {
    unsubscribe('net.client.socket', this.note);
    await this.worker.terminate();
  }
}
