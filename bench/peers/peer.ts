/** A library in its own worker, called from the page. */
import type { Call, Reply, Request } from './subject.ts';
import type { PeerName } from './names.ts';

const MAKERS: Record<PeerName, () => Worker> = {
  studio: () => new Worker(new URL('./studio.worker.ts', import.meta.url), { type: 'module' }),
  jax: () => new Worker(new URL('./jax.worker.ts', import.meta.url), { type: 'module' }),
  nanogpt: () => new Worker(new URL('./nanogpt.worker.ts', import.meta.url), { type: 'module' }),
  onnxruntime: () => new Worker(new URL('./onnxruntime.worker.ts', import.meta.url), { type: 'module' }),
  transformers: () => new Worker(new URL('./transformers.worker.ts', import.meta.url), { type: 'module' }),
  tensorflow: () => new Worker(new URL('./tensorflow.worker.ts', import.meta.url), { type: 'module' }),
};

export class Peer {
  private next = 0;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  constructor(readonly name: PeerName) {
    this.worker = MAKERS[name]();
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.settle(data);
    this.worker.onerror = ({ message }) => {
      for (const id of this.waiting.keys())
        this.settle({
          id,
          milliseconds: NaN,
          dispatches: 0,
          peakBytes: 0,
          value: NaN,
          error: message || 'the worker failed to load',
        });
    };
  }

  private settle(reply: Reply): void {
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }

  /** @throws Error with the library's message */
  async ask(call: Call): Promise<Reply> {
    const id = this.next++;
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, ...call } satisfies Request);
    });
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  close(): void {
    this.worker.terminate();
  }
}
