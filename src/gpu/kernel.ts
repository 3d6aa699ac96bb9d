/**
 * Planned work: a `Kernel` is a pipeline with its bind group, created once; a `Plan` is a list of kernels with the size
 * of each dispatch as a function of the current batch. Running a plan only encodes dispatches.
 */
import { StudioError } from '../errors.ts';
import type { DispatchEncoder } from './cut-work.ts';
import type { Gpu, KernelSource } from './device.ts';

/** Workgroups in x, y, z; any 0 skips the dispatch. */
export type Grid = readonly [number, number, number];

export interface Step<Shape> {
  label: string;
  /** Undefined while it is being compiled. */
  pipeline: GPUComputePipeline | undefined;
  bindGroup: GPUBindGroup;
  grid: (shape: Shape) => Grid;
}

/** Threads of a one-dimensional kernel's workgroup; the WGSL side is `linear_index` in `shaders/common.wgsl`. */
export const LINEAR_WORKGROUP = 64;
/** WebGPU's maxComputeWorkgroupsPerDimension. */
const LARGEST_GRID = 65535;
/** A one-dimensional grid is folded into rows of this many workgroups, because a dimension holds at most 65535. */
const LINEAR_ROW = 32768;

/** Workgroups for `threads` invocations of a one-dimensional kernel. */
export function linearGrid(threads: number, workgroup = LINEAR_WORKGROUP): Grid {
  const groups = Math.ceil(threads / workgroup);
  return groups <= LINEAR_ROW ? [groups, 1, 1] : [LINEAR_ROW, Math.ceil(groups / LINEAR_ROW), 1];
}

/** A kernel with the resources of its bindings, in their order, yet to be compiled. */
export interface PlannedDispatch<Shape> {
  kernel: KernelSource;
  resources: (GPUBuffer | GPUBufferBinding)[];
  grid: (shape: Shape) => Grid;
}

/** A place in a plan: dispatches that do one thing in one of several variants. */
interface Slot<Shape> {
  steps: Step<Shape>[];
  /** Called when the plan is first encoded. */
  used?: () => void;
}

/** A place in a plan that can change over to another variant while the plan is in use. */
export interface Replaceable {
  readonly variant: string;
  readonly destroyed: boolean;
  /** Compiles the variant, then switches to it at any time between two encodings, since variants agree bit for bit. */
  replace(variant: string): Promise<void>;
}

export class Plan<Shape> {
  private readonly slots: Slot<Shape>[] = [];
  private readonly owned: GPUBuffer[] = [];
  private encoded = false;
  private destroyed = false;

  constructor(readonly gpu: Gpu) {}

  get steps(): readonly Step<Shape>[] {
    return this.slots.flatMap(({ steps }) => steps);
  }

  /** Transfers ownership of a kernel's small buffer (sizes, tables) to the plan, which releases it. */
  own(buffer: GPUBuffer): GPUBuffer {
    this.owned.push(buffer);
    return buffer;
  }

  destroy(): void {
    this.destroyed = true;
    for (const buffer of this.owned.splice(0)) this.gpu.release(buffer);
  }

  /** Compiles a kernel, binds its resources in the order of its bindings, and appends it. */
  async add(
    kernel: KernelSource,
    resources: PlannedDispatch<Shape>['resources'],
    grid: (shape: Shape) => Grid,
  ): Promise<void> {
    await this.append([{ kernel, resources, grid }]);
  }

  /**
   * Appends dispatches that have variants, using the variant of that name.
   *
   * @param dispatches the dispatches of a variant; every variant uses the same buffers
   * @param follow gets the place when the plan is first encoded, to change it over later
   */
  async addVariant(
    variant: string,
    dispatches: (variant: string) => PlannedDispatch<Shape>[],
    follow?: (place: Replaceable) => void,
  ): Promise<void> {
    const slot = await this.append(dispatches(variant));
    if (!follow) return;
    const isDestroyed = () => this.destroyed;
    const place = {
      variant,
      get destroyed() {
        return isDestroyed();
      },
      replace: async (next: string) => {
        const steps: Step<Shape>[] = [];
        // Sequential: on a software adapter compiling occupies the cores that compute.
        for (const dispatch of dispatches(next)) {
          const step = this.step(dispatch);
          step.pipeline = await step.compiling;
          steps.push(step);
        }
        place.variant = next;
        slot.steps = steps;
      },
    };
    slot.used = () => follow(place);
  }

  /** Appends dispatches that belong together; they are requested together and placed in the plan together. */
  protected async append(dispatches: PlannedDispatch<Shape>[]): Promise<Slot<Shape>> {
    const steps = dispatches.map((dispatch) => this.step(dispatch));
    const slot = { steps };
    this.slots.push(slot);
    await this.gpu.compiled(Promise.all(steps.map(async (step) => void (step.pipeline = await step.compiling))));
    return slot;
  }

  private step({ kernel, resources, grid }: PlannedDispatch<Shape>): Step<Shape> & {
    compiling: Promise<GPUComputePipeline>;
  } {
    const bindingBytes = resources.map((resource) =>
      'buffer' in resource ? (resource.size ?? resource.buffer.size - (resource.offset ?? 0)) : resource.size,
    );
    const { pipeline, layout } = this.gpu.request({ ...kernel, bindingBytes });
    const bindGroup = this.gpu.bindGroup(
      kernel.label,
      layout,
      resources.map((resource) => ('buffer' in resource ? resource : { buffer: resource })),
    );
    return { label: kernel.label, pipeline: undefined, compiling: pipeline, bindGroup, grid };
  }

  encode(pass: DispatchEncoder, shape: Shape): void {
    if (!this.encoded) {
      this.encoded = true;
      for (const { used } of this.slots) used?.();
    }
    for (const { steps } of this.slots) for (const step of steps) this.encodeStep(pass, step, shape);
  }

  private encodeStep(pass: DispatchEncoder, { label, pipeline, bindGroup, grid }: Step<Shape>, shape: Shape) {
    const [x, y, z] = grid(shape);
    if (x === 0 || y === 0 || z === 0) return;
    if (!pipeline) throw new Error(`${label} is used before it is compiled`);
    if (Math.max(x, y, z) > LARGEST_GRID)
      throw new StudioError(
        'internal',
        `Kernel ${label} would take ${x} x ${y} x ${z} workgroups, but WebGPU allows ${LARGEST_GRID} per dimension.`,
        'Please report it with the config of the run.',
      );
    this.gpu.encoding(label);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y, z);
    this.gpu.counters.dispatches += 1;
  }
}

/** Runs one or several plans in one command buffer and one pass: short work (else `CutWork`). */
export function submit(gpu: Gpu, record: (pass: GPUComputePassEncoder) => void): void {
  gpu.checkAlive();
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}
