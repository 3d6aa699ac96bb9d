/**
 * Profiles: every dispatch of a piece of work is recorded once, with its number of calls, and timed; the device's own
 * methods are restored.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { captureDispatches, profileDispatches } from '../../src/gpu/profile.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { testGpu } from '../support/gpu.ts';

const SOURCE = `
@group(0) @binding(0) var<storage, read_write> data: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) thread: vec3u) {
  var x = data[thread.x];
  for (var i = 0u; i < ROUNDS; i++) { x = x * 0.5 + 1.0; }
  data[thread.x] = x;
}`;

let gpu: Gpu;
let data: GPUBuffer;
let plan: Plan<undefined>;

beforeAll(async () => {
  gpu = await testGpu();
  data = gpu.buffer('data', 64 * 64 * 4);
  plan = new Plan(gpu);
  for (const [label, rounds] of [
    ['short', 1],
    ['long', 20_000],
  ] as const) {
    await plan.add({ label, source: SOURCE, constants: { ROUNDS: rounds }, entryPoint: 'main' }, [data], () => [
      64, 1, 1,
    ]);
  }
});
afterAll(() => {
  plan.destroy();
  gpu.release(data);
  gpu.destroy();
});

test('records each dispatch once with its calls and grids', async () => {
  const dispatches = await captureDispatches(gpu, () => {
    for (let i = 0; i < 3; i++) submit(gpu, (pass) => plan.encode(pass, undefined));
  });
  expect(dispatches.map(({ label, calls, grid }) => ({ label, calls, grid }))).toEqual([
    { label: 'short', calls: 3, grid: [64, 1, 1] },
    { label: 'long', calls: 3, grid: [64, 1, 1] },
  ]);
});

test('restores the device’s encoders, also when the work fails', async () => {
  await expect(captureDispatches(gpu, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(Object.hasOwn(gpu.device, 'createCommandEncoder')).toBe(false);
});

test('times kernels, the longest first', async () => {
  const dispatches = await captureDispatches(gpu, () => submit(gpu, (pass) => plan.encode(pass, undefined)));
  const profile = await profileDispatches(gpu, dispatches);
  expect(profile.method).toBe(gpu.device.features.has('timestamp-query') ? 'timestamps' : 'repetition');
  expect(profile.kernels.map(({ label, calls }) => ({ label, calls }))).toEqual([
    { label: 'long', calls: 1 },
    { label: 'short', calls: 1 },
  ]);
  const [long, short] = profile.kernels;
  expect(long?.milliseconds).toBeGreaterThan(short?.milliseconds ?? Infinity);
  expect(profile.milliseconds).toBeCloseTo((long?.milliseconds ?? 0) + (short?.milliseconds ?? 0), 9);
});
