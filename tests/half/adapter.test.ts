/**
 * The adapter and the engine's device have 16-bit arithmetic; without it the other tests of this folder would test
 * nothing.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { readBytes } from '../../src/gpu/readback.ts';
import { floatToHalf } from '../../src/model/weights/f16-conversion.ts';
import { testGpu } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

it('the device computes in f16 and rounds to nearest as checkpoints do', async () => {
  expect([...gpu.device.features]).toContain('shader-f16');
  const values = Float32Array.of(1, 1 / 3, -2049, 2051, 65504, 6e-5, 5.5e-8, 0.1, -1e-3, 12345.678, 0, -0);
  // Through memory, because a compiler may omit the rounding between two registers.
  const source = `
enable f16;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> h: array<f16>;
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) thread: vec3u) { h[thread.x] = f16(x[thread.x]); }`;
  const [buffer, halves] = [gpu.buffer('values', values.byteLength), gpu.buffer('halves', values.length * 2)];
  gpu.device.queue.writeBuffer(buffer, 0, values);
  const plan = new Plan<undefined>(gpu);
  await plan.add({ label: 'rounding', source, constants: {}, entryPoint: 'main' }, [buffer, halves], () => [
    values.length,
    1,
    1,
  ]);
  submit(gpu, (pass) => plan.encode(pass, undefined));
  expect([...new Uint16Array(await readBytes(gpu, halves, 0, values.length * 2))]).toEqual(
    [...values].map(floatToHalf),
  );
});
