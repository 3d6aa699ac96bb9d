/**
 * The engine on a device that has only what every WebGPU adapter offers: no feature, WebGPU's default limits. Runs give
 * the metrics of the adapter's own device, bit for bit; a kernel beyond the defaults fails on both. All other tests of
 * the engine would compile the same texts on such a device once more: `npm run test:limits` does that.
 */
import { describe, expect, it } from 'vitest';
import { openGpu } from '../../src/gpu/open-gpu.ts';
import type { Gpu, KernelSource } from '../../src/gpu/device.ts';
import { Plan, submit } from '../../src/gpu/kernel.ts';
import { captureDispatches, profileDispatches } from '../../src/gpu/profile.ts';
import { ATTENTION } from '../../src/model/ops/attention-choice.ts';
import { attentionVariants } from '../../src/model/ops/variants/attention.ts';
import type { RunConfig } from '../../src/run/config.ts';
import { RunSession } from '../../src/session/session.ts';
import { DEFAULT_LIMITS, takeUncapturedErrors, testProvider, testTuner } from '../support/gpu.ts';
import { recordsOf, withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

const own = () => openGpu(testProvider({ bare: false }));
const bare = () => openGpu(testProvider({ bare: true }));

it('has the default limits, and no feature that a kernel uses', async () => {
  const { device } = await bare();
  for (const [name, limit] of Object.entries(DEFAULT_LIMITS))
    expect(device.limits[name as keyof typeof DEFAULT_LIMITS], name).toBe(limit);
  expect([...device.features].filter((name) => /subgroups|shader-f16|timestamp/.test(name))).toEqual([]);
});

it('asks an adapter with more for larger buffers only', async () => {
  const { limits } = (await own()).device;
  const { maxBufferSize: _buffer, maxStorageBufferBindingSize: _binding, ...ofKernels } = DEFAULT_LIMITS;
  for (const [name, limit] of Object.entries(ofKernels))
    expect(limits[name as keyof typeof ofKernels], name).toBe(limit);
  expect(limits.maxBufferSize).toBeGreaterThanOrEqual(DEFAULT_LIMITS.maxBufferSize);
});

const withBindings = (count: number): KernelSource => ({
  label: `${count} storage buffers`,
  source: [
    ...Array.from({ length: count }, (_, i) => `@group(0) @binding(${i}) var<storage, read_write> b${i}: array<f32>;`),
    `@compute @workgroup_size(1) fn main() { ${Array.from({ length: count }, (_, i) => `b${i}[0] = 1.0;`).join(' ')} }`,
  ].join('\n'),
  constants: {},
  entryPoint: 'main',
});

const withWorkgroup = (words: number, threads = 1): KernelSource => ({
  label: `${words} words of workgroup memory, ${threads} invocations`,
  source: `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<workgroup> shared_words: array<f32, ${words}>;
@compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) i: u32) {
  shared_words[i] = 1.0;
  workgroupBarrier();
  out[i] = shared_words[(i + 1u) % ${words}u];
}`,
  constants: {},
  entryPoint: 'main',
});

describe.each([
  ['the adapter’s own device', own],
  ['a device with the default limits', bare],
])('%s', (_, open) => {
  it.each([withBindings(8), withWorkgroup(4096), withWorkgroup(256, 256)])('compiles $label', async (kernel) => {
    const gpu = await open();
    await expect(gpu.guarded(kernel.label, () => gpu.pipeline(kernel))).resolves.toBeDefined();
  });

  it.each([withBindings(9), withWorkgroup(4097), withWorkgroup(512, 257)])('refuses $label', async (kernel) => {
    const gpu = await open();
    await expect(gpu.guarded(kernel.label, () => gpu.pipeline(kernel))).rejects.toMatchObject({ kind: 'internal' });
    takeUncapturedErrors();
  });
});

const ADAPTED = {
  hidden_size: 16,
  layers: 2,
  heads: 2,
  key_value_heads: 1,
  intermediate_size: 20,
  max_positions: 24,
  tied_head: true,
};

/** All options at once: KL, entropy bonus, positive LM, several epochs. */
const FULL = { kl_coefficient: 0.05, entropy_coefficient: 0.01, positive_lm: 0.1 };

async function metricsOn(gpu: Gpu, config: RunConfig) {
  const tuner = testTuner(gpu);
  // Variants agree bit for bit, so each device takes one that the other does not.
  tuner.force(ATTENTION, gpu.device.features.has('subgroups') ? 'quad' : 'block');
  const session = await RunSession.create({ gpu, tuner, config, checkpoint: undefined });
  const records = withoutTime(await recordsOf(session));
  session.destroy();
  return records;
}

it('is offered no variant of attention that needs subgroups', async () => {
  const found = attentionVariants(await bare(), { H: 4, G: 2, E4: 2, SCALE: 1, WINDOW: 0 });
  expect(found.map(({ name }) => name)).toEqual(['row', 'block']);
});

it('times kernels without timestamps', async () => {
  const gpu = await bare();
  const plan = new Plan(gpu);
  const data = gpu.buffer('data', 4);
  await plan.add(withWorkgroup(1), [data], () => [1, 1, 1]);
  const dispatches = await captureDispatches(gpu, () => submit(gpu, (pass) => plan.encode(pass, undefined)));
  const { method, kernels } = await profileDispatches(gpu, dispatches);
  expect(method).toBe('repetition');
  expect(kernels.map(({ milliseconds }) => milliseconds > 0)).toEqual([true]);
});

it.each([
  ['that trains all weights', tinyRun({}, FULL)],
  ['with LoRA', tinyRun({ model: { architecture: ADAPTED, lora: { rank: 3, alpha: 6, targets: ['all-linear'] } } })],
])('a run %s gives the metrics of the adapter’s own device, bit for bit', async (_, config) => {
  const [expected, found] = [await metricsOn(await own(), config), await metricsOn(await bare(), config)];
  expect(found.length).toBeGreaterThan(8);
  expect(found).toEqual(expected);
});
