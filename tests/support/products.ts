/** Single matrix products in a given variant. */
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { readFloats } from '../../src/gpu/readback.ts';
import { Tuner } from '../../src/gpu/tuner.ts';
import type { BatchShape } from '../../src/model/ops/batch-shape.ts';
import { matmulVariants } from '../../src/model/ops/variants/matmul.ts';
import type { Form } from '../../src/model/ops/variants/matmul-variant.ts';
import { Dims } from '../../src/model/records.ts';

/** A tuner that always chooses the given variant of a form. @param suffix of the question */
export function forcedTuner(gpu: Gpu, form: Form, variant: string, suffix = ''): Tuner {
  const tuner = new Tuner(gpu);
  for (const rows of ['few', 'many']) tuner.force(`matmul ${form} ${rows} rows${suffix}`, variant);
  return tuner;
}

/** Names of the variants that run on the adapter for products of a form. @param capacity most rows of a batch */
export const variantsOf = (form: Form, capacity: number, gpu: Gpu, halves = false): string[] =>
  matmulVariants(gpu, { form, capacity, halves }).map(({ name }) => name);

export function upload(gpu: Gpu, data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): GPUBuffer {
  const buffer = gpu.buffer('test', data.byteLength);
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** Runs the plan of `compose` for a batch of `rows`. @returns `count` floats of the result buffer that it names */
export async function planned(
  gpu: Gpu,
  rows: number,
  count: number,
  compose: (plan: Plan<BatchShape>, dims: GPUBufferBinding) => Promise<GPUBuffer>,
): Promise<Float32Array> {
  const dims = gpu.buffer('dims', 32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  gpu.device.queue.writeBuffer(dims, 0, Dims.pack({ rows, sequences: 1 }));
  const plan = new Plan<BatchShape>(gpu);
  const result = await compose(plan, { buffer: dims });
  submit(gpu, (pass) => plan.encode(pass, { rows, targets: 0, sequences: 1, distinct: 0 }));
  const floats = await readFloats(gpu, result, count);
  plan.destroy();
  return floats;
}
