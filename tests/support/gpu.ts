/** The GPU of the tests: Dawn under Node, on whatever Vulkan adapter `scripts/with-gpu` found. */
import { create, globals } from 'webgpu';
import { openGpu, type Gpu } from '../../src/gpu/device.ts';

let instance: GPU | undefined;

export async function testGpu(): Promise<Gpu> {
  Object.assign(globalThis, globals);
  // Kept for the life of the process: a collected instance takes its devices with it.
  instance ??= create([]);
  return openGpu(instance);
}
