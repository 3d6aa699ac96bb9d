/**
 * A scope of a Gpu's work, such as a run, that is prepared as a whole, can be cancelled while it is prepared, and is
 * released as a whole if preparing fails.
 *
 * Inside `prepare`, plans request kernels without awaiting each; all are awaited together at its end. Compiled kernels
 * and counters are those of the Gpu that the scope belongs to.
 */
import { unlessAborted } from './unless-aborted.ts';
import { Gpu, type KernelSource, type RequestedKernel } from './device.ts';

/** Progress of preparing. */
export interface CompileProgress {
  /** Kernels compiled, and kernels requested so far. */
  compiled: number;
  requested: number;
  /** A kernel that is being compiled; the last one when all are done. */
  label: string;
}

export interface PrepareOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: CompileProgress) => void) | undefined;
}

interface Preparation extends PrepareOptions {
  /** Labels of the kernels requested that are being compiled. */
  waiting: Map<RequestedKernel, string>;
  requested: Set<RequestedKernel>;
  work: Promise<unknown>[];
}

export class GpuScope extends Gpu {
  private readonly buffers = new Set<GPUBuffer>();
  private preparation: Preparation | undefined;

  constructor(base: Gpu) {
    super(base.device, base.adapter, base.options, base);
  }

  /**
   * Runs `work` and waits until all kernels that it requested are compiled.
   *
   * @throws what `work` throws; the signal's reason once it is aborted, without waiting for kernels. Buffers that were
   *   created meanwhile are released.
   */
  async prepare<T>(work: () => Promise<T>, options: PrepareOptions = {}): Promise<T> {
    if (this.preparation) throw new Error('a scope prepares one thing at a time');
    options.signal?.throwIfAborted();
    const preparation: Preparation = { ...options, waiting: new Map(), requested: new Set(), work: [] };
    this.preparation = preparation;
    const before = new Set(this.buffers);
    try {
      const result = await work();
      await this.unlessAborted(Promise.all(preparation.work));
      return result;
    } catch (error) {
      for (const buffer of [...this.buffers]) if (!before.has(buffer)) this.release(buffer);
      throw error;
    } finally {
      this.preparation = undefined;
    }
  }

  override request(kernel: KernelSource): RequestedKernel {
    const requested = super.request(kernel);
    const { preparation } = this;
    if (!preparation || preparation.requested.has(requested)) return requested;
    preparation.requested.add(requested);
    preparation.waiting.set(requested, kernel.label);
    report(preparation, kernel.label);
    const done = () => {
      preparation.waiting.delete(requested);
      if (!preparation.signal?.aborted) report(preparation, kernel.label);
    };
    requested.pipeline.then(done, done);
    return requested;
  }

  override pipeline(kernel: KernelSource): Promise<GPUComputePipeline> {
    return this.unlessAborted(super.pipeline(kernel));
  }

  override async compiled(work: Promise<unknown>): Promise<void> {
    if (!this.preparation) return super.compiled(work);
    this.preparation.signal?.throwIfAborted();
    // Awaited by `prepare`, unless something else fails first.
    work.catch(() => undefined);
    this.preparation.work.push(work);
  }

  override checkAlive(): void {
    this.preparation?.signal?.throwIfAborted();
    super.checkAlive();
  }

  override async unlessAborted<T>(work: Promise<T>): Promise<T> {
    const signal = this.preparation?.signal;
    return signal ? unlessAborted(work, signal) : work;
  }

  protected override make(label: string, bytes: number, usage: GPUBufferUsageFlags, limit: number): GPUBuffer {
    const buffer = super.make(label, bytes, usage, limit);
    this.buffers.add(buffer);
    return buffer;
  }

  override release(buffer: GPUBuffer): void {
    this.buffers.delete(buffer);
    super.release(buffer);
  }

  /** Whether a buffer was created through this scope and is not released. */
  holds(buffer: GPUBuffer): boolean {
    return this.buffers.has(buffer);
  }

  /** Releases every live buffer created through this scope. */
  releaseAll(): void {
    for (const buffer of [...this.buffers]) this.release(buffer);
  }
}

function report({ waiting, requested, onProgress }: Preparation, label: string): void {
  const [first = label] = waiting.values();
  onProgress?.({ compiled: requested.size - waiting.size, requested: requested.size, label: first });
}
