/**
 * Copies a run's state to the host beside its training: one copy on the GPU, queued at once between two steps, then
 * piece by piece, while the GPU works on further steps. Without memory for the copy, the run waits while it is read.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { readBytes } from '../gpu/readback.ts';
import { largestPhase, type MemoryPlan } from '../views/memory.ts';
import type { PlannedMemory } from './memory-plan.ts';
import { stateHeader } from './state-file.ts';
import type { LiveState } from './training-snapshot.ts';

/** Bytes of a piece: copied, hashed and written at once, in a few milliseconds each. */
export const PIECE_BYTES = 8 << 20;

/** A state whose counters are those of one moment. */
export interface CapturedState {
  state: LiveState;
  /** Its file in pieces. @throws StudioError `device-lost` */
  pieces: (about: Record<string, string>) => AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** Bytes of its file without the header. */
  bytes: number;
}

/** A memory plan, and whether it has room for the copy of the state. */
export type StateMemory = PlannedMemory & { beside: boolean };

/**
 * The plan with the copy of the state, if that fits into the budget; the run itself is planned without it, so that
 * keeping states changes nothing in it.
 */
export function planWithStates({ limits }: Pick<GPUDevice, 'limits'>, memory: PlannedMemory): StateMemory {
  const { plan, state } = memory;
  const most = largestPhase(plan)?.total ?? 0;
  const beside =
    state.buffers > 0 && state.bytes <= limits.maxBufferSize && most + state.bytes * state.buffers <= plan.budget;
  return { ...memory, beside, ...(beside && { plan: withCopy(plan, state.bytes * state.buffers) }) };
}

const withCopy = (plan: MemoryPlan, bytes: number): MemoryPlan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({
    ...phase,
    total: phase.total + bytes,
    parts: { ...phase.parts, readback: phase.parts.readback + bytes },
  })),
});

export class StateCapture {
  private constructor(
    private readonly gpu: Gpu,
    /** One per buffer of a state; undefined without memory for them. */
    private readonly copies: readonly GPUBuffer[] | undefined,
  ) {}

  /** @returns a capture whose states are read while the run waits, if the copy does not fit */
  static async create(gpu: Gpu, { beside, state }: StateMemory): Promise<StateCapture> {
    if (!beside) return new StateCapture(gpu, undefined);
    const made: GPUBuffer[] = [];
    try {
      await gpu.guarded('the copy of the state', () => {
        for (let i = 0; i < state.buffers; i++)
          made.push(gpu.largeBuffer('state readback', state.bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST));
      });
      return new StateCapture(gpu, made);
    } catch (error) {
      for (const buffer of made) gpu.release(buffer);
      if (error instanceof StudioError && error.kind === 'memory') return new StateCapture(gpu, undefined);
      throw error;
    }
  }

  /** Whether the run may train while a state is read. */
  get beside(): boolean {
    return this.copies !== undefined;
  }

  /** Queues the copies before any further work; the state before must have been read. */
  take(state: LiveState): CapturedState {
    const size = state.count * 4;
    const { copies } = this;
    if (copies) {
      const encoder = this.gpu.device.createCommandEncoder({ label: 'copy of the state' });
      for (const [i, { buffer }] of state.buffers.entries())
        encoder.copyBufferToBuffer(buffer, 0, copies[i] as GPUBuffer, 0, size);
      this.gpu.device.queue.submit([encoder.finish()]);
    }
    const body = () => (copies ? this.mapped(copies.slice(0, state.buffers.length), size) : this.read(state, size));
    return {
      state,
      bytes: size * state.buffers.length,
      pieces: async function* (about) {
        yield stateHeader(state, about);
        yield* body();
      },
    };
  }

  private async *mapped(copies: readonly GPUBuffer[], size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (const copy of copies) {
      try {
        await copy.mapAsync(GPUMapMode.READ, 0, size);
      } catch (error) {
        // The device's own message says more than the rejected mapping.
        await Promise.resolve();
        this.gpu.checkAlive();
        throw error;
      }
      try {
        for (const [offset, bytes] of piecesOf(size)) yield new Uint8Array(copy.getMappedRange(offset, bytes).slice(0));
      } finally {
        copy.unmap();
      }
    }
  }

  private async *read({ buffers }: LiveState, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (const { buffer } of buffers)
      for (const [offset, bytes] of piecesOf(size))
        yield new Uint8Array(await readBytes(this.gpu, buffer, offset, bytes));
  }

  destroy(): void {
    for (const copy of this.copies ?? []) this.gpu.release(copy);
  }
}

function* piecesOf(size: number): Generator<[offset: number, bytes: number]> {
  for (let offset = 0; offset < size; offset += PIECE_BYTES) yield [offset, Math.min(PIECE_BYTES, size - offset)];
}
