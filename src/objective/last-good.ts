/**
 * Copies on the GPU of what an update changes, from before the newest two steps, so that a step that fails leaves the
 * weights of a good one. Weights are known to be good once a step has computed a sound loss and gradient with them.
 */
import type { Gpu } from '../gpu/device.ts';
import type { Model } from '../model/model.ts';
import type { AdamW } from '../model/training/optimizer.ts';

/** Copies of each buffer. */
const SETS = 2;

interface Copy {
  buffers: GPUBuffer[];
  /** Completed steps. */
  step: number;
  updates: number;
  /** Restores the part of the state that is not on the GPU. */
  restoreHost: () => void;
}

export class LastGood {
  /** Buffers that no copy uses. */
  private readonly free: GPUBuffer[][];
  private newest: Copy | undefined;
  private good: Copy | undefined;

  /**
   * @param buffers weights, and others that a step changes
   * @throws StudioError `memory`
   */
  constructor(
    private readonly gpu: Gpu,
    private readonly optimizer: AdamW,
    private readonly buffers: readonly GPUBuffer[],
  ) {
    this.free = Array.from({ length: SETS }, () =>
      buffers.map(({ label, size }) => gpu.largeBuffer(`last good ${label}`, size)),
    );
  }

  /** Bytes of the copies for a model; of `references` further buffers of its trained store too. */
  static bytes({ layout }: Pick<Model, 'layout'>, references = 0): number {
    return SETS * (3 + references) * layout.trained.count * 4;
  }

  /** Before the first update of a step. @param step completed steps */
  save(step: number, restoreHost: () => void): void {
    // A step that ended without a verdict (none of its groups had an advantage) is not known to be good.
    if (this.newest && this.newest !== this.good) this.free.push(this.newest.buffers);
    const buffers = this.free.pop();
    if (!buffers) throw new Error('more copies than buffers for them');
    this.newest = { buffers, step, updates: this.optimizer.updates, restoreHost };
    this.copy(this.buffers, buffers);
  }

  /** Loss and gradient of the step's first update were sound: so are the weights that were saved before it. */
  passed(): void {
    if (this.good && this.good !== this.newest) this.free.push(this.good.buffers);
    this.good = this.newest;
  }

  /**
   * @param weights whether the newest copy's weights give the bad numbers, so that older ones are needed
   * @returns completed steps that the state is at now
   */
  restore(weights: boolean): number | undefined {
    const copy = (weights ? this.good : undefined) ?? this.newest;
    if (!copy) return undefined;
    this.copy(copy.buffers, this.buffers);
    this.optimizer.updates = copy.updates;
    copy.restoreHost();
    return copy.step;
  }

  private copy(from: readonly GPUBuffer[], to: readonly GPUBuffer[]): void {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder();
    for (const [i, source] of from.entries()) {
      const target = to[i] as GPUBuffer;
      encoder.copyBufferToBuffer(source, 0, target, 0, Math.min(source.size, target.size));
    }
    device.queue.submit([encoder.finish()]);
  }

  destroy(): void {
    const used = [this.newest, this.good !== this.newest ? this.good : undefined];
    for (const buffers of [...this.free, ...used.map((copy) => copy?.buffers ?? [])])
      for (const buffer of buffers) this.gpu.release(buffer);
  }
}
