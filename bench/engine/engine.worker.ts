/** Runs the engine's own parts in a worker of the benchmark's page. */
import { openGpu } from '../../src/gpu/open-gpu.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import { memorySource } from '../../src/checkpoint/checkpoint-source.ts';
import { modelCheckpoint, openCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { browserStore } from '../../src/worker/kernel-choices.ts';
import { ENGINE_PARTS, type EnginePartName } from './parts.ts';

export type EngineMessage = { progress: string } | { result: unknown } | { error: string };

async function fetched(name: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`/models/${name}/${path}`, self.location.origin));
  if (!response.ok) throw new Error(`/models/${name}/${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const send = (message: EngineMessage) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<EnginePartName>) => {
  try {
    const gpu = await openGpu(navigator.gpu);
    const index = (await (await fetch(new URL('/models/index.json', self.location.origin))).json()) as {
      name: string;
      files: string[];
    }[];
    const result = await ENGINE_PARTS[data]({
      gpu,
      tuner: new Tuner(gpu, browserStore(), 'fastest'),
      checkpoint: async (name) => {
        const paths = index.find((entry) => entry.name === name)?.files ?? [];
        const files = await Promise.all(paths.map(async (path) => [path, await fetched(name, path)] as const));
        return modelCheckpoint(await openCheckpoint(memorySource(name, Object.fromEntries(files)), name));
      },
      progress: (progress) => send({ progress }),
    });
    gpu.destroy();
    send({ result });
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error) });
  }
};
