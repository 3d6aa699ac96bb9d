/**
 * A Gpu that only counts. Whatever is made on it asks for its buffers as on a real one, and nothing is allocated,
 * compiled or run: so a run can say what it will need before it takes it, by the very code that will take it.
 */
import { Gpu, type AdapterFacts, type GpuOptions, type RequestedKernel } from './device.ts';

export interface CountedBuffer {
  label: string;
  /** Bytes. */
  size: number;
}

export class CountingGpu extends Gpu {
  /** Buffers alive. */
  readonly counted = new Set<CountedBuffer>();

  /**
   * @param device that the count is for: a buffer beyond its limits is refused as it would be there, and its features
   * choose kernels
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

/** A device of which plans may make buffers, write to them and encode copies; none of it does anything. */
function idleDevice({ limits, features }: Pick<GPUDevice, 'limits' | 'features'>): GPUDevice {
  const nothing = () => undefined;
  const encoder = { copyBufferToBuffer: nothing, clearBuffer: nothing, finish: () => ({}) };
  return standIn<GPUDevice>({
    limits,
    features,
    lost: new Promise<never>(nothing),
    queue: { writeBuffer: nothing, submit: nothing },
    createBuffer: ({ label, size }: GPUBufferDescriptor) => ({ label, size, destroy: nothing }),
    createCommandEncoder: () => encoder,
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    destroy: nothing,
  });
}

/** WebGPU's objects can only be made by a device: the few members that are used here stand for them. */
function standIn<T>(members: object): T {
  return members as T;
}
