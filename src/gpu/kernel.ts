/**
 * Planned work: a `Kernel` is a pipeline with its bind group, made once; a `Plan` is a list of kernels with the size of
 * each dispatch as a function of the batch at hand. Recording a plan only encodes dispatches.
 */
import type { Gpu, KernelSource } from './device.ts';

/** Workgroups in x, y, z; any 0 leaves the dispatch out. */
export type Grid = readonly [number, number, number];

export interface Step<Shape> {
  label: string;
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  grid: (shape: Shape) => Grid;
}

/** Threads of a one-dimensional kernel's workgroup; the WGSL side is `linear_index` in `shaders/common.wgsl`. */
export const LINEAR_WORKGROUP = 64;
/** A one-dimensional grid is folded into rows of this many workgroups, because a dimension holds at most 65535. */
const LINEAR_ROW = 32768;

/** Workgroups for `threads` invocations of a one-dimensional kernel. */
export function linearGrid(threads: number, workgroup = LINEAR_WORKGROUP): Grid {
  const groups = Math.ceil(threads / workgroup);
  return groups <= LINEAR_ROW ? [groups, 1, 1] : [LINEAR_ROW, Math.ceil(groups / LINEAR_ROW), 1];
}

export class Plan<Shape> {
  readonly steps: Step<Shape>[] = [];
  private readonly owned: GPUBuffer[] = [];

  constructor(readonly gpu: Gpu) {}

  /** Hands a small buffer of a kernel's own (sizes, tables) over to the plan, which releases it. */
  own(buffer: GPUBuffer): GPUBuffer {
    this.owned.push(buffer);
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.owned.splice(0)) this.gpu.release(buffer);
  }

  /** Compiles a kernel, binds its resources in the order of its bindings, and appends it. */
  async add(
    kernel: KernelSource,
    resources: (GPUBuffer | GPUBufferBinding)[],
    grid: (shape: Shape) => Grid,
  ): Promise<void> {
    const bindingBytes = resources.map((resource) =>
      'buffer' in resource ? (resource.size ?? resource.buffer.size - (resource.offset ?? 0)) : resource.size,
    );
    const pipeline = await this.gpu.pipeline({ ...kernel, bindingBytes });
    const bindGroup = this.gpu.bindGroup(
      kernel.label,
      pipeline,
      resources.map((resource) => ('buffer' in resource ? resource : { buffer: resource })),
    );
    this.steps.push({ label: kernel.label, pipeline, bindGroup, grid });
  }

  encode(pass: GPUComputePassEncoder, shape: Shape): void {
    for (const step of this.steps) {
      const [x, y, z] = step.grid(shape);
      if (x === 0 || y === 0 || z === 0) continue;
      pass.setPipeline(step.pipeline);
      pass.setBindGroup(0, step.bindGroup);
      pass.dispatchWorkgroups(x, y, z);
      this.gpu.counters.dispatches += 1;
    }
  }
}

/** Runs one or several plans in one command buffer and one pass. */
export function submit(gpu: Gpu, record: (pass: GPUComputePassEncoder) => void): void {
  gpu.checkAlive();
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}
