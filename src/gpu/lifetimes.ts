/**
 * Which tensors may share a buffer: those whose lifetimes, from the first dispatch that uses them to the last, do not
 * overlap.
 *
 * A buffer holds one tensor at a time, from offset 0: WebGPU forbids a dispatch to read and write one buffer, even in
 * disjoint ranges; two tensors of one dispatch are both live in it, so they never share. Assignment is greedy by size
 * (Pisarchyk & Lee, arXiv 2001.03288): the largest tensor first, each to the smallest buffer that is free for its
 * lifetime.
 */
import { CountingGpu } from './counting-gpu.ts';
import type { Gpu } from './device.ts';
import { Plan, type PlannedDispatch } from './kernel.ts';

export interface Lifetime {
  label: string;
  bytes: number;
  /** Indices of the first and the last dispatch that uses it. */
  first: number;
  last: number;
}

export interface Sharing {
  /** Buffer of each tensor, in the tensors' order. */
  of: number[];
  /** Largest first; a buffer has the label of its largest tensor. */
  buffers: { label: string; bytes: number }[];
}

export function shareBuffers(tensors: readonly Lifetime[]): Sharing {
  const of = new Array<number>(tensors.length).fill(0);
  const buffers: { label: string; bytes: number; tenants: Lifetime[] }[] = [];
  const bySize = [...tensors.entries()].sort(([i, a], [j, b]) => b.bytes - a.bytes || i - j);
  for (const [i, tensor] of bySize) {
    const free = ({ tenants }: { tenants: Lifetime[] }) =>
      tenants.every(({ first, last }) => tensor.last < first || last < tensor.first);
    // Buffers are created in order of decreasing size, so the last free one fits best.
    let found = buffers.findLastIndex(free);
    if (found < 0) found = buffers.push({ label: tensor.label, bytes: tensor.bytes, tenants: [] }) - 1;
    buffers[found]?.tenants.push(tensor);
    of[i] = found;
  }
  return { of, buffers: buffers.map(({ label, bytes }) => ({ label, bytes })) };
}

/** Records in which dispatches tensors are used, while a list of dispatches is composed on plans that only record. */
export class UseRecorder {
  readonly gpu: CountingGpu;
  private readonly lifetimes = new Map<GPUBuffer, Lifetime>();
  private now = 0;

  constructor(gpu: Gpu) {
    this.gpu = new CountingGpu(gpu.device, gpu.adapter, gpu.options);
  }

  /** A placeholder for a tensor that has no buffer yet. */
  tensor(label: string, bytes: number): GPUBuffer {
    const buffer = this.gpu.buffer(label, bytes);
    this.lifetimes.set(buffer, { label, bytes: buffer.size, first: Infinity, last: -1 });
    return buffer;
  }

  plan<Shape>(): Plan<Shape> {
    return new RecordingPlan<Shape>(this.gpu, (buffers) => {
      this.now += 1;
      this.touch(...buffers);
    });
  }

  /** Marks the tensor as used now, in addition to its uses by dispatches. */
  touch(...buffers: GPUBuffer[]): void {
    for (const buffer of buffers) {
      const lifetime = this.lifetimes.get(buffer);
      if (!lifetime) continue;
      lifetime.first = Math.min(lifetime.first, this.now);
      lifetime.last = Math.max(lifetime.last, this.now);
    }
  }

  /** The current position in the list, for `keepFrom`. */
  get mark(): number {
    return this.now;
  }

  /**
   * Everything written up to `mark` and used after it stays live up to here, so dispatches after the mark can rerun.
   */
  keepFrom(mark: number): void {
    for (const lifetime of this.lifetimes.values())
      if (lifetime.first <= mark && lifetime.last > mark) lifetime.last = this.now;
  }

  get tensors(): Lifetime[] {
    return [...this.lifetimes.values()];
  }
}

class RecordingPlan<Shape> extends Plan<Shape> {
  constructor(
    gpu: Gpu,
    private readonly onDispatch: (buffers: GPUBuffer[]) => void,
  ) {
    super(gpu);
  }

  protected override append(dispatches: PlannedDispatch<Shape>[]) {
    for (const { resources } of dispatches)
      this.onDispatch(resources.map((resource) => ('buffer' in resource ? resource.buffer : resource)));
    return Promise.resolve({ steps: [] });
  }
}
