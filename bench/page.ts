/** The benchmark's page: workers of the libraries and of the engine's own parts. `bench/browser.ts` drives it. */
import type { AdapterFacts } from '../src/gpu/adapter-facts.ts';
import { openGpu } from '../src/gpu/open-gpu.ts';
import type { EngineMessage } from './engine/engine.worker.ts';
import type { EnginePartName } from './engine/parts.ts';
import type { Generation } from './rows.ts';
import type { GenerationCase } from './rows.ts';
import { interleavedSteps } from './peers/interleave.ts';
import type { PeerName } from './peers/names.ts';
import { Peer } from './peers/peer.ts';
import { timedGeneration } from './peers/timed-generation.ts';
import type { Size } from './sizes.ts';
import type { TrainingRepeats } from './rows.ts';
import type { Measurement } from './rows.ts';

export interface BenchPage {
  adapter(): Promise<AdapterFacts>;
  /** Runs a part of `ENGINE_PARTS` in a worker. */
  engine(name: EnginePartName): Promise<unknown>;
  training(size: Size, names: PeerName[], repeats: TrainingRepeats): Promise<Partial<Record<PeerName, Measurement>>>;
  generation(size: Size, name: PeerName, cases: GenerationCase[]): Promise<Generation[]>;
}

const page: BenchPage = {
  async adapter() {
    const gpu = await openGpu(navigator.gpu);
    const { adapter } = gpu;
    gpu.destroy();
    return adapter;
  },

  engine(name) {
    const worker = new Worker(new URL('./engine/engine.worker.ts', import.meta.url), { type: 'module' });
    return new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
        if ('progress' in data) console.info(data.progress);
        else if ('error' in data) reject(new Error(data.error));
        else resolve(data.result);
      };
      worker.onerror = ({ message }) => reject(new Error(message || 'the worker failed to load'));
      worker.postMessage(name);
    }).finally(() => worker.terminate());
  },

  async training(size, names, repeats) {
    const peers = names.map((name) => new Peer(name));
    try {
      return await interleavedSteps(size, peers, repeats, (what) => console.info(what));
    } finally {
      for (const peer of peers) peer.close();
    }
  },

  async generation(size, name, cases) {
    const peer = new Peer(name);
    try {
      return await timedGeneration(size, peer, cases);
    } finally {
      peer.close();
    }
  },
};

Object.assign(window, { bench: page });
