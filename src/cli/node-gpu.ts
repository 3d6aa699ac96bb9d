/** The GPU under Node: Dawn, through the `webgpu` package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, globals } from 'webgpu';
import type { Gpu } from '../gpu/device.ts';
import { openGpu } from '../gpu/open-gpu.ts';
import { Tuner, type TunerStore } from '../gpu/tuner.ts';
import { cacheFolder } from './cache-folder.ts';
import { writeWhole } from './files.ts';
import { waitPatiently } from './patient-polling.ts';

/** Kept for the life of the process: garbage collection of the instance would destroy its devices. */
let instance: GPU | undefined;

/** @throws StudioError `unsupported` without an adapter */
export async function openNodeGpu(): Promise<{ gpu: Gpu; tuner: Tuner }> {
  Object.assign(globalThis, globals);
  instance ??= create([]);
  const gpu = await openGpu(instance);
  if (gpu.adapter.software) waitPatiently();
  return { gpu, tuner: new Tuner(gpu, fileStore(kernelChoicesPath())) };
}

/** Where kernel choices are remembered. */
export const kernelChoicesPath = (): string => join(cacheFolder(), 'kernel-choices.json');

/** Stores kernel choices between runs. Errors of the cache are ignored: it only saves time. */
function fileStore(path: string): TunerStore {
  const read = async (): Promise<Record<string, string>> => {
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
    } catch {
      return {};
    }
  };
  return {
    load: async (key) => (await read())[key],
    save: async (key, choice) => {
      try {
        await writeWhole(path, JSON.stringify({ ...(await read()), [key]: choice }, null, 1));
      } catch {
        return;
      }
    },
  };
}
