/** The GPU of the tests: Dawn under Node, on whatever Vulkan adapter `scripts/with-gpu` found. */
import { create, globals } from 'webgpu';
import { waitPatiently } from '../../src/cli/patient-polling.ts';
import { openGpu, type Gpu } from '../../src/gpu/device.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import { ATTENTION, type AttentionVariant } from '../../src/model/attention-variant.ts';
import { HALVES } from '../../src/model/matmul-variants.ts';

let instance: GPU | undefined;

export async function testGpu(): Promise<Gpu> {
  Object.assign(globalThis, globals);
  // Kept for the life of the process: a collected instance takes its devices with it.
  instance ??= create([]);
  const gpu = await openGpu(instance);
  if (gpu.adapter.software) waitPatiently();
  return gpu;
}

/**
 * One variant of matmul and attention for everything: measuring is for speed, and matmul.test.ts and attention.test.ts show that all
 * variants agree bit for bit.
 */
export function testTuner(gpu: Gpu, { attention = 'row' }: { attention?: AttentionVariant | 'measured' } = {}): Tuner {
  const tuner = new Tuner(gpu);
  for (const form of ['nt', 'nn', 'tn']) for (const rows of ['few', 'many']) for (const kind of ['', HALVES]) tuner.force(`matmul ${form} ${rows} rows${kind}`, 'direct-4x4');
  if (attention !== 'measured') tuner.force(ATTENTION, attention);
  return tuner;
}
