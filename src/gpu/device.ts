/**
 * An open device and the adapter that it belongs to (open-gpu.ts opens it). Counts everything created on the device.
 *
 * Only `Gpu` creates buffers, pipelines and bind groups, so a test can check how many a step created (in steady state:
 * none) and a benchmark how many dispatches it encoded.
 */
import { StudioError } from '../errors.ts';
import type { AdapterFacts } from './adapter-facts.ts';
import { UncapturedErrors } from './uncaptured-errors.ts';
import { bindingTypes, sizeArrays, specialize, type Constants } from './wgsl.ts';

export interface Counters {
  buffers: number;
  pipelines: number;
  bindGroups: number;
  dispatches: number;
  readbacks: number;
  /** Number of copies of all trained weights into or out of another buffer. */
  weightCopies: number;
  /** Bytes of all live buffers. */
  bytes: number;
}

/** A kernel's source specialized for a shape; `Gpu.pipeline` compiles each text once. */
export interface KernelSource {
  /** Shown in errors and profiles. */
  label: string;
  source: string;
  constants: Constants;
  entryPoint: string;
  /** Bytes of each binding's resource; on software adapters they set the lengths of arrays (see `sizeArrays`). */
  bindingBytes?: readonly number[];
  /** Compile one text for all binding sizes: for large kernels that a model uses in many shapes. */
  anySize?: true;
}

export interface GpuOptions {
  /**
   * Whether kernels are compiled with the lengths of their bindings (`sizeArrays`); by default only on software
   * adapters.
   */
  texts?: 'sized' | 'unsized';
  /** The kind of adapter whose kernel variants are used; by default the adapter's own kind. */
  variants?: 'software' | 'hardware';
  /**
   * Dispatches per submission of `CutWork`: as measured (by default on GPUs), no limit (by default on software
   * adapters), or a number, for tests.
   */
  cut?: 'measured' | 'never' | number;
}

/** A compiled kernel, or one being compiled. */
export interface RequestedKernel {
  pipeline: Promise<GPUComputePipeline>;
  layout: GPUBindGroupLayout;
}

/** State that a Gpu shares with its scopes (gpu-scope.ts). */
interface Shared {
  counters: Counters;
  /** By entry point and text. */
  kernels: Map<string, RequestedKernel>;
  /** Labels of kernels that are being compiled, in the order of their requests. */
  compiling: Set<{ label: string }>;
  /** Number of kernels that were compiled, or failed to. */
  finished: number;
  layouts: Map<string, { bindGroup: GPUBindGroupLayout; pipeline: GPUPipelineLayout }>;
  lossListeners: ((error: StudioError) => void)[];
  lost?: StudioError;
  uncaptured: UncapturedErrors;
  /** Uncaptured errors that some Gpu or scope has thrown. */
  thrown: number;
}

export class Gpu {
  readonly options: Required<GpuOptions>;
  private readonly shared: Shared;
  /** Uncaptured errors of the device that are not errors of this Gpu: those before it was created. */
  private readonly seen: number;

  /** @param base shares its counters, kernels and device loss with this one */
  constructor(
    readonly device: GPUDevice,
    readonly adapter: AdapterFacts,
    { texts, variants, cut }: GpuOptions = {},
    private readonly base?: Gpu,
  ) {
    const software = adapter.software;
    this.options = {
      texts: texts ?? (software ? 'sized' : 'unsized'),
      variants: variants ?? (software ? 'software' : 'hardware'),
      cut: cut ?? (software ? 'never' : 'measured'),
    };
    this.shared = base?.shared ?? {
      counters: { buffers: 0, pipelines: 0, bindGroups: 0, dispatches: 0, readbacks: 0, weightCopies: 0, bytes: 0 },
      kernels: new Map(),
      compiling: new Set(),
      finished: 0,
      layouts: new Map(),
      lossListeners: [],
      uncaptured: UncapturedErrors.on(device),
      thrown: 0,
    };
    this.seen = this.shared.uncaptured.count;
    if (!base) this.watchLoss();
  }

  private watchLoss(): void {
    const { shared } = this;
    void this.device.lost.then((info) => {
      if (info.reason === 'destroyed') return;
      shared.lost = new StudioError(
        'device-lost',
        `The GPU device was lost (${info.message || 'no reason given'}).`,
        'Completed steps are kept; start the run again. If it recurs, use more minibatches or close other GPU tabs.',
      );
      for (const listener of shared.lossListeners) listener(shared.lost);
    });
  }

  get counters(): Counters {
    return this.shared.counters;
  }

  /** The error of a lost device. */
  get lost(): StudioError | undefined {
    return this.shared.lost;
  }

  /** What is being compiled: the first label that waits, and numbers of kernels; undefined for nothing. */
  get compiling(): { label: string; waiting: number; finished: number } | undefined {
    const { compiling, finished } = this.shared;
    const [first] = compiling;
    return first && { label: first.label, waiting: compiling.size, finished };
  }

  onLost(listener: (error: StudioError) => void): void {
    this.shared.lossListeners.push(listener);
  }

  /**
   * A scope (gpu-scope.ts) cannot be used after an error that no error scope caught, because some of its commands did
   * not run. A Gpu itself throws such an error once, unless a scope has: later work on it does not depend on it.
   *
   * @throws StudioError `device-lost` after device loss; `internal` or `memory` after an uncaptured error; the reason
   *   when preparing is cancelled
   */
  checkAlive(): void {
    const { shared } = this;
    if (shared.lost) throw shared.lost;
    const error = shared.uncaptured.after(this.base ? this.seen : Math.max(this.seen, shared.thrown));
    if (!error) return;
    shared.thrown = shared.uncaptured.count;
    throw error;
  }

  /** Notes the kernel that is being encoded, for messages. */
  encoding(label: string): void {
    this.shared.uncaptured.lastKernel = label;
  }

  /**
   * @param bytes rounded up to a multiple of 16, at least 16
   * @throws StudioError `memory` when the adapter cannot bind or hold a buffer of this size
   */
  buffer(
    label: string,
    bytes: number,
    usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  ): GPUBuffer {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    return this.make(label, bytes, usage, Math.min(maxBufferSize, maxStorageBufferBindingSize));
  }

  /** A buffer that kernels bind only in parts. @throws StudioError `memory` when the adapter cannot hold it */
  largeBuffer(
    label: string,
    bytes: number,
    usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  ): GPUBuffer {
    return this.make(label, bytes, usage, this.device.limits.maxBufferSize);
  }

  protected make(label: string, bytes: number, usage: GPUBufferUsageFlags, limit: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    if (size > limit) {
      throw new StudioError(
        'memory',
        `${label} needs ${megabytes(size)} MB, but this adapter allows at most ${megabytes(limit)} MB per buffer.`,
        'Use more minibatches (fewer sequences per update), shorter sequences, or a smaller model.',
      );
    }
    this.counters.buffers += 1;
    this.counters.bytes += size;
    return this.device.createBuffer({ label, size, usage });
  }

  release(buffer: GPUBuffer): void {
    this.counters.bytes -= buffer.size;
    buffer.destroy();
  }

  /** Compiles a kernel, once per text. @throws StudioError `internal` with the compiler's first message */
  pipeline(kernel: KernelSource): Promise<GPUComputePipeline> {
    return this.request(kernel).pipeline;
  }

  /** Starts compiling a kernel, once per text; its bindings can be bound before it is compiled. */
  request(kernel: KernelSource): RequestedKernel {
    const plain = specialize(kernel.source, kernel.constants);
    const sized = this.options.texts === 'sized' && kernel.bindingBytes && !kernel.anySize;
    const code = sized ? sizeArrays(plain, kernel.bindingBytes ?? []) : plain;
    const key = `${kernel.entryPoint}\n${code}`;
    let requested = this.shared.kernels.get(key);
    if (!requested) {
      const { bindGroup, pipeline } = this.layouts(code, kernel.bindingBytes?.length);
      requested = { pipeline: this.compile(kernel, code, pipeline), layout: bindGroup };
      // The caller may await a failure late, because all kernels of a plan are awaited together.
      requested.pipeline.catch(() => undefined);
      this.shared.kernels.set(key, requested);
    }
    return requested;
  }

  /**
   * Waits until a kernel of a plan is compiled. A scope that prepares a whole run collects them and awaits all
   * together.
   */
  async compiled(work: Promise<unknown>): Promise<void> {
    await work;
  }

  /** @throws the signal's reason when preparing is cancelled (gpu-scope.ts), otherwise as `work` */
  unlessAborted<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  private async compile(kernel: KernelSource, code: string, layout: GPUPipelineLayout): Promise<GPUComputePipeline> {
    const { compiling } = this.shared;
    const waiting = { label: kernel.label };
    compiling.add(waiting);
    try {
      return await this.compileNow(kernel, code, layout);
    } finally {
      compiling.delete(waiting);
      this.shared.finished += 1;
    }
  }

  private async compileNow(kernel: KernelSource, code: string, layout: GPUPipelineLayout): Promise<GPUComputePipeline> {
    this.counters.pipelines += 1;
    // The pipeline reports the errors of its shader. Popped immediately: scopes are a stack.
    this.device.pushErrorScope('validation');
    const shader = this.device.createShaderModule({ label: kernel.label, code });
    // It rejects when the device is lost, which `lost` reports.
    this.device.popErrorScope().catch(() => undefined);
    try {
      return await this.device.createComputePipelineAsync({
        label: kernel.label,
        layout,
        compute: { module: shader, entryPoint: kernel.entryPoint },
      });
    } catch (error) {
      const { messages } = await shader.getCompilationInfo();
      const first = messages.find((message) => message.type === 'error');
      const where = first ? `line ${first.lineNum}: ${first.message}` : String(error);
      throw new StudioError(
        'internal',
        `Kernel ${kernel.label} does not compile on this adapter: ${where}`,
        'Please report it with the names of your GPU and browser.',
      );
    }
  }

  /**
   * The bind group layout of a text. Kernels with equal bindings share one: with `auto` layouts, drivers reserve room
   * for bind groups per pipeline, for hundreds of pipelines.
   *
   * @param count number of bindings bound; by default all that the text declares
   */
  private layouts(code: string, count = Infinity) {
    const types = bindingTypes(code).slice(0, count);
    const key = types.join();
    let layouts = this.shared.layouts.get(key);
    if (!layouts) {
      const entries = types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } }));
      const bindGroup = this.device.createBindGroupLayout({ entries });
      layouts = { bindGroup, pipeline: this.device.createPipelineLayout({ bindGroupLayouts: [bindGroup] }) };
      this.shared.layouts.set(key, layouts);
    }
    return layouts;
  }

  /** @param resources in the order of the kernel's bindings */
  bindGroup(label: string, layout: GPUBindGroupLayout, resources: GPUBindingResource[]): GPUBindGroup {
    this.counters.bindGroups += 1;
    return this.device.createBindGroup({
      label,
      layout,
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
  }

  /**
   * Runs `work` with validation and out-of-memory errors caught.
   *
   * @throws StudioError `memory` or `internal`
   */
  async guarded<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    let outcome: { value: T } | { error: unknown };
    try {
      outcome = { value: await work() };
    } catch (error) {
      outcome = { error };
    }
    const invalid = await this.device.popErrorScope();
    const tooMuch = await this.device.popErrorScope();
    this.checkAlive();
    if (tooMuch) {
      throw new StudioError(
        'memory',
        `Out of GPU memory while allocating ${what} (${megabytes(this.counters.bytes)} MB allocated in total).`,
        'Use more minibatches, fewer responses, shorter sequences, or a smaller model.',
      );
    }
    if ('error' in outcome) throw outcome.error;
    if (invalid)
      throw new StudioError(
        'internal',
        `The GPU rejected ${what}: ${invalid.message}`,
        'Please report it with the names of your GPU and browser.',
      );
    return outcome.value;
  }

  destroy(): void {
    this.device.destroy();
  }
}

/** Bytes as megabytes (10^6) with one decimal, for messages. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
