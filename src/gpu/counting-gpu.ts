/**
 * A Gpu that only counts. Code builds on it as on a real one, but nothing is allocated, compiled or run, so a run's
 * memory is known before it is allocated, from the same code that will allocate it.
 */
import type { AdapterFacts } from './adapter-facts.ts';
import { Gpu, type GpuOptions, type RequestedKernel } from './device.ts';

export interface CountedBuffer {
  label: string;
  /** Bytes. */
  size: number;
}

export class CountingGpu extends Gpu {
  /** Live buffers. */
  readonly counted = new Set<CountedBuffer>();

  /**
   * @param device the device counted for: its limits refuse buffers that are too large, and its features choose kernels
   */
  constructor(device: Pick<GPUDevice, 'limits' | 'features'>, adapter: AdapterFacts, options: GpuOptions = {}) {
    super(idleDevice(device), adapter, options);
  }

  protected override make(label: string, bytes: number, usage: GPUBufferUsageFlags, limit: number): GPUBuffer {
    const buffer = super.make(label, bytes, usage, limit);
    this.counted.add(buffer);
    return buffer;
  }

  override release(buffer: GPUBuffer): void {
    this.counted.delete(buffer);
    super.release(buffer);
  }

  override request(): RequestedKernel {
    return { pipeline: Promise.resolve(standIn<GPUComputePipeline>({})), layout: standIn<GPUBindGroupLayout>({}) };
  }

  override bindGroup(): GPUBindGroup {
    return standIn<GPUBindGroup>({});
  }
}

/** A device on which plans may create buffers, write to them and encode copies; every call is a no-op. */
function idleDevice({ limits, features }: Pick<GPUDevice, 'limits' | 'features'>): GPUDevice {
  const nothing = () => undefined;
  const encoder = { copyBufferToBuffer: nothing, clearBuffer: nothing, finish: () => ({}) };
  return standIn<GPUDevice>({
    limits,
    features,
    lost: new Promise<never>(nothing),
    addEventListener: nothing,
    queue: { writeBuffer: nothing, submit: nothing },
    createBuffer: ({ label, size }: GPUBufferDescriptor) => ({ label, size, destroy: nothing }),
    createCommandEncoder: () => encoder,
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    destroy: nothing,
  });
}

/** Only a device can create WebGPU objects: these stand-ins have the few members that are used. */
function standIn<T>(members: object): T {
  return members as T;
}
