/**
 * Memory for tensors that live at most one pass or one generation: activations, logits, KV caches, scratch.
 *
 * `compose` plans a list of dispatches twice: first on a recorder, to see when each tensor is used, then for real with
 * tensors that share buffers where their lifetimes allow it. Users of one arena that never work at the same time (a
 * rollout, the updates after it, an evaluation) share its buffers as well.
 */
import { UseRecorder, shareBuffers } from '../gpu/lifetimes.ts';
import type { Gpu } from '../gpu/device.ts';
import { Plan } from '../gpu/kernel.ts';
import type { Question } from '../gpu/candidates.ts';
import { Tuner } from '../gpu/tuner.ts';
import type { BatchShape } from './ops/batch-shape.ts';

export interface BufferDemand {
  label: string;
  bytes: number;
}

/** The context in which a list of dispatches is composed. Tensors are requested in the same order every time. */
export interface PlanContext {
  tuner: Tuner;
  tensor: (label: string, bytes: number) => GPUBuffer;
  plan: () => Plan<BatchShape>;
  /** Marks the tensors as used at this place of the list, in addition to their uses by dispatches. */
  touch: (...tensors: GPUBuffer[]) => void;
  /**
   * Marks a place. Calling the returned function later keeps tensors live up to that call if they were written before
   * the mark and are used after it.
   */
  mark: () => () => void;
}

export class ScratchArena {
  private readonly buffers: GPUBuffer[];
  /** Bytes that the lists composed so far would need if no tensor shared a buffer. */
  unshared = 0;

  /** @param demands buffers to create now, so that several users fit into them; more are created when they do not */
  constructor(
    readonly gpu: Gpu,
    demands: readonly BufferDemand[] = [],
  ) {
    this.buffers = demands.map(({ label, bytes }) => gpu.buffer(label, bytes));
  }

  /** @throws StudioError `memory` when a tensor is larger than the adapter allows */
  async compose<T>(tuner: Tuner, compose: (planContext: PlanContext) => Promise<T>): Promise<T> {
    const recorder = new UseRecorder(this.gpu);
    await compose({
      tuner: new AnyVariant(recorder.gpu),
      tensor: (label, bytes) => recorder.tensor(label, bytes),
      plan: () => recorder.plan(),
      touch: (...tensors) => recorder.touch(...tensors),
      mark: () => {
        const { mark } = recorder;
        return () => recorder.keepFrom(mark);
      },
    });
    const { tensors } = recorder;
    this.unshared += tensors.reduce((sum, { bytes }) => sum + bytes, 0);
    const { of, buffers: demands } = shareBuffers(tensors);
    const buffers = this.take(demands);
    let next = 0;
    return compose({
      tuner,
      tensor: (label) => {
        const buffer = buffers[of[next++] ?? -1];
        if (!buffer) throw new Error(`${label} was not asked for the first time`);
        return buffer;
      },
      plan: () => new Plan(this.gpu),
      touch: () => undefined,
      mark: () => () => undefined,
    });
  }

  /** One distinct buffer per demand; largest demand first. */
  protected take(demands: readonly BufferDemand[]): GPUBuffer[] {
    const free = [...this.buffers].sort((a, b) => a.size - b.size);
    return demands.map(({ label, bytes }) => {
      const fits = free.findIndex(({ size }) => size >= bytes);
      const [found] = fits < 0 ? [] : free.splice(fits, 1);
      if (found) return found;
      const made = this.gpu.buffer(label, bytes);
      this.buffers.push(made);
      return made;
    });
  }

  /** Forgets buffers that were released elsewhere: a cancelled preparation releases all buffers that it created. */
  keepOnly(live: (buffer: GPUBuffer) => boolean): void {
    this.buffers.splice(0, this.buffers.length, ...this.buffers.filter(live));
  }

  destroy(): void {
    for (const buffer of this.buffers.splice(0)) this.gpu.release(buffer);
  }
}

/**
 * Collects the demands of several users of an arena: the k-th largest buffer is as large as the largest k-th demand.
 */
export class ScratchArenaDraft extends ScratchArena {
  readonly demands: BufferDemand[] = [];

  protected override take(demands: readonly BufferDemand[]): GPUBuffer[] {
    for (const [k, demand] of demands.entries())
      if (demand.bytes > (this.demands[k]?.bytes ?? 0)) this.demands[k] = demand;
    const placeholders = demands.map(({ label, bytes }) => this.gpu.buffer(label, bytes));
    // Counted once for all users, when the draft is complete.
    for (const placeholder of placeholders) this.gpu.release(placeholder);
    return placeholders;
  }
}

/** A plan that never runs needs no measured choice. */
export class AnyVariant extends Tuner {
  override choose({ candidates }: Question): Promise<string> {
    return Promise.resolve(candidates[0]?.name ?? '');
  }
}
