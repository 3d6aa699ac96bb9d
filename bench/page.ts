/** The benchmark's page: one worker a library, asked in turn. `bench/main.ts` drives it from outside. */
import { measureMultiplyAdds } from './adapter-rate.ts';
import type { Size } from './sizes.ts';
import type { Reply, Request } from './subject.ts';

class Peer {
  private next = 0;
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.settle(data);
    worker.onerror = ({ message }) => {
      for (const id of this.waiting.keys()) this.settle({ id, milliseconds: NaN, dispatches: 0, value: NaN, error: message || 'the worker failed' });
    };
  }

  private settle(reply: Reply): void {
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }

  /** @throws Error with the library's own message */
  async ask(request: { call: 'setup'; size: Size } | { call: 'step' } | { call: 'generate'; sequences: number; tokens: number }): Promise<Reply> {
    const id = this.next++;
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, ...request } satisfies Request);
    });
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  close(): void {
    this.worker.terminate();
  }
}

const MAKERS = {
  studio: () => new Worker(new URL('./studio.worker.ts', import.meta.url), { type: 'module' }),
  tensorflow: () => new Worker(new URL('./tensorflow.worker.ts', import.meta.url), { type: 'module' }),
};
export type PeerName = keyof typeof MAKERS;

export interface Measurement {
  /** Wall times of the counted steps, ms. */
  steps: number[];
  dispatches: number;
  losses: number[];
  error?: string;
}

export interface BenchPage {
  adapter(): Promise<{ description: string; multiplyAdds: number }>;
  training(size: Size, names: PeerName[], warmups: number, counted: number): Promise<Record<string, Measurement>>;
  generation(size: Size, name: PeerName, sequences: number, tokens: number): Promise<{ tokensPerSecond: number; error?: string }>;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const page: BenchPage = {
  async adapter() {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error('no WebGPU adapter');
    const device = await adapter.requestDevice();
    const multiplyAdds = await measureMultiplyAdds(device);
    device.destroy();
    const { vendor, architecture, description } = adapter.info;
    return { description: [vendor, architecture, description].filter(Boolean).join(' '), multiplyAdds };
  },

  /** Steps interleaved, so that a drift of the machine's speed meets all alike. */
  async training(size, names, warmups, counted) {
    const peers = names.map((name) => ({ name, peer: new Peer(MAKERS[name]()), result: { steps: [], dispatches: 0, losses: [] } as Measurement }));
    const attempt = async (entry: (typeof peers)[number], work: () => Promise<void>) => {
      if (entry.result.error !== undefined) return;
      await work().catch((error: unknown) => {
        entry.result.error = messageOf(error);
      });
    };
    for (const entry of peers) await attempt(entry, async () => void (await entry.peer.ask({ call: 'setup', size })));
    for (let round = 0; round < warmups + counted; round++) {
      for (const entry of peers) {
        await attempt(entry, async () => {
          const { milliseconds, dispatches, value } = await entry.peer.ask({ call: 'step' });
          entry.result.losses.push(value);
          if (round < warmups) return;
          entry.result.steps.push(milliseconds);
          entry.result.dispatches = dispatches;
        });
      }
    }
    for (const { peer } of peers) peer.close();
    return Object.fromEntries(peers.map(({ name, result }) => [name, result]));
  },

  async generation(size, name, sequences, tokens) {
    const peer = new Peer(MAKERS[name]());
    try {
      await peer.ask({ call: 'setup', size });
      await peer.ask({ call: 'generate', sequences, tokens });
      const { milliseconds, value } = await peer.ask({ call: 'generate', sequences, tokens });
      return { tokensPerSecond: (value * 1000) / milliseconds };
    } catch (error) {
      return { tokensPerSecond: NaN, error: messageOf(error) };
    } finally {
      peer.close();
    }
  },
};

Object.assign(window, { bench: page });
