/** The GPU of the tests: Dawn under Node, on the Vulkan adapter that `scripts/with-gpu` found. */
import { create, globals } from 'webgpu';
import { waitPatiently } from '../../src/cli/patient-polling.ts';
import type { Gpu, GpuOptions } from '../../src/gpu/device.ts';
import { openGpu } from '../../src/gpu/open-gpu.ts';
import { Tuner, type TunerStore } from '../../src/gpu/tuner.ts';
import { ATTENTION } from '../../src/model/ops/attention-choice.ts';
import { HALVES } from '../../src/model/ops/matmul-kernel.ts';
import { SETTLED_CHOICES } from './settled-choices.ts';

/** Kept for the life of the process, because garbage collection of the instance destroys its devices. */
let instance: GPU | undefined;
/** By whether they are bare. */
const devices = new Map<boolean, Promise<GPUDevice>>();

/**
 * With GPPO_TEXTS=hardware the adapter does not say that it computes on the CPU. The engine then compiles the kernels
 * of GPUs: arrays without a length, and the variants that are candidates there.
 */
const HARDWARE_TEXTS = process.env['GPPO_TEXTS'] === 'hardware';
const HARDWARE_INFO = { vendor: 'test', architecture: '', device: '', description: 'texts of hardware adapters' };

/** With GPPO_LIMITS=default the adapter offers what every WebGPU adapter has to, and nothing more. */
export const DEFAULT_LIMITS_ONLY = process.env['GPPO_LIMITS'] === 'default';
/** The limits that WebGPU guarantees, of those that kernels and buffers depend on. */
export const DEFAULT_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxStorageBufferBindingSize: 2 ** 27,
  maxBufferSize: 2 ** 28,
} as const;

/**
 * WebGPU with one device for the whole process, which compiles each source text once: on a software adapter compilation
 * takes most of a test's time. Buffers, bytes and pipelines are counted by `Gpu`, and each opening creates its own.
 *
 * @param bare whether it offers only WebGPU's default limits and no features; such a device is another one
 */
export function testProvider({ bare = DEFAULT_LIMITS_ONLY } = {}): GPU {
  Object.assign(globalThis, globals);
  // Also on a GPU, because no test measures its speed.
  waitPatiently();
  return {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      instance ??= create([]);
      const adapter = await instance.requestAdapter(options);
      if (!adapter) return null;
      const { limits, features } = bare ? { limits: DEFAULT_LIMITS, features: new Set<string>() } : adapter;
      const info = HARDWARE_TEXTS ? HARDWARE_INFO : adapter.info;
      return {
        limits,
        features,
        info,
        requestDevice: (descriptor?: GPUDeviceDescriptor) => {
          // The descriptor has what the engine asks for of what is offered above.
          const opened = devices.get(bare) ?? adapter.requestDevice(descriptor).then(compilingOnce);
          devices.set(bare, opened);
          return opened;
        },
      };
    },
  } as unknown as GPU;
}

/** Messages of errors that no error scope caught since the last call; no-gpu-errors.ts expects none after each test. */
export const takeUncapturedErrors = (): string[] => uncaptured.splice(0);
const uncaptured: string[] = [];

/** The same device; it lives as long as the process. */
function compilingOnce(opened: GPUDevice): GPUDevice {
  opened.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message));
  const texts = new WeakMap<GPUShaderModule, string>();
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();
  const { createShaderModule, createComputePipelineAsync } = opened;
  opened.createShaderModule = (descriptor) => {
    const shader = createShaderModule.call(opened, descriptor);
    texts.set(shader, descriptor.code);
    return shader;
  };
  opened.createComputePipelineAsync = (descriptor) => {
    const { module: shader, entryPoint } = descriptor.compute;
    const key = `${entryPoint}\n${texts.get(shader)}`;
    let pipeline = pipelines.get(key);
    if (!pipeline) {
      pipeline = createComputePipelineAsync.call(opened, descriptor);
      pipelines.set(key, pipeline);
    }
    return pipeline;
  };
  opened.destroy = () => undefined;
  return opened;
}

export const testGpu = (options: GpuOptions = {}): Promise<Gpu> => openGpu(testProvider(), options);

/** A provider whose device can be declared lost; the next device is another one. */
export function losable(): { provider: GPU; lose: () => void } {
  let lose: () => void = () => undefined;
  const whole = testProvider();
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await whole.requestAdapter(options);
    if (!adapter) return null;
    const requestDevice: GPUAdapter['requestDevice'] = async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
        lose = () => resolve({ reason: 'unknown', message: 'the driver was reset' } as GPUDeviceLostInfo);
      });
      return new Proxy(device, {
        get: (target, name) => {
          if (name === 'lost') return lost;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    };
    return { ...adapter, requestDevice };
  };
  return { provider: { requestAdapter } as GPU, lose: () => lose() };
}

/**
 * One variant of matmul and attention for all tests: measurements only affect speed, and matmul.test.ts and
 * attention.test.ts show that all variants agree bit for bit.
 */
export function testTuner(
  gpu: Gpu,
  { attention = 'row' }: { attention?: 'row' | 'block' | 'quad' | 'measured' } = {},
): Tuner {
  const tuner = new Tuner(gpu);
  for (const form of ['nt', 'nn', 'tn'])
    for (const rows of ['few', 'many'])
      for (const kind of ['', HALVES]) tuner.force(`matmul ${form} ${rows} rows${kind}`, 'direct-4x4');
  if (attention !== 'measured') tuner.force(ATTENTION, attention);
  return tuner;
}

/** Remembers settled choices; a missing choice fails the test, which would otherwise measure. */
export const SETTLED: TunerStore = {
  load: (key) => Promise.resolve(SETTLED_CHOICES.get(key.slice(key.lastIndexOf('|') + 1))),
  save: (key) => Promise.reject(new Error(`${key} was measured: nothing is settled about it`)),
};
