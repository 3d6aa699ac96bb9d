/** The GPU of the tests: Dawn under Node, on whatever Vulkan adapter `scripts/with-gpu` found. */
import { create, globals } from 'webgpu';
import { waitPatiently } from '../../src/cli/patient-polling.ts';
import { openGpu, type Gpu } from '../../src/gpu/device.ts';
import { Tuner } from '../../src/gpu/tuner.ts';

let instance: GPU | undefined;

export async function testGpu(): Promise<Gpu> {
  Object.assign(globalThis, globals);
  // Kept for the life of the process: a collected instance takes its devices with it.
  instance ??= create([]);
  const gpu = await openGpu(instance);
  if (gpu.adapter.software) waitPatiently();
  return gpu;
}

/** One matmul variant for everything: measuring is for speed, and matmul.test.ts shows that all variants agree bit for bit. */
export function testTuner(gpu: Gpu): Tuner {
  const tuner = new Tuner(gpu);
  for (const form of ['nt', 'nn', 'tn']) for (const rows of ['few', 'many']) tuner.force(`matmul ${form} ${rows} rows`, 'direct-4x4');
  return tuner;
}
