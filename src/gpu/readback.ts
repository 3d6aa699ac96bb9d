/** Reads results back through one staging buffer that is remapped for every read. */
import type { Gpu } from './device.ts';

export interface ReadRange {
  source: GPUBuffer;
  /** Bytes, multiples of 4. */
  offset: number;
  bytes: number;
}

export class Readback {
  private readonly staging: GPUBuffer;
  private busy: Promise<unknown> = Promise.resolve();
  /** Pending reads. */
  private reading = 0;

  /** @param capacity bytes that one read can hold */
  constructor(
    private readonly gpu: Gpu,
    label: string,
    readonly capacity: number,
  ) {
    this.staging = gpu.largeBuffer(`${label} readback`, capacity, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /**
   * Copies ranges of buffers to the host, in one submission and one map.
   *
   * @returns one ArrayBuffer with the ranges concatenated
   * @throws StudioError `device-lost`; `internal` or `memory` if the device rejected an earlier command or this copy
   */
  read(ranges: ReadRange[]): Promise<ArrayBuffer> {
    // One mapping at a time: a second read waits for the first. Without a wait, the copy is queued when this call
    // returns, before the caller's next submission.
    const result = this.reading ? this.busy.then(() => this.readNow(ranges)) : this.readNow(ranges);
    this.reading += 1;
    this.busy = result.then(
      () => void (this.reading -= 1),
      () => void (this.reading -= 1),
    );
    return result;
  }

  private async readNow(ranges: ReadRange[]): Promise<ArrayBuffer> {
    this.gpu.checkAlive();
    const encoder = this.gpu.device.createCommandEncoder();
    let at = 0;
    for (const range of ranges) {
      encoder.copyBufferToBuffer(range.source, range.offset, this.staging, at, range.bytes);
      at += range.bytes;
    }
    this.gpu.device.queue.submit([encoder.finish()]);
    this.gpu.counters.readbacks += 1;
    try {
      await this.staging.mapAsync(GPUMapMode.READ, 0, at);
    } catch (error) {
      // A lost device rejects the mapping, but the device's own message says more. Wait one turn of the event loop for
      // it.
      await Promise.resolve();
      this.gpu.checkAlive();
      throw error;
    }
    const copy = this.staging.getMappedRange(0, at).slice(0);
    this.staging.unmap();
    // Errors of all commands before the copy have arrived.
    this.gpu.checkAlive();
    return copy;
  }

  destroy(): void {
    this.gpu.release(this.staging);
  }
}

/**
 * Reads `count` floats from element `first` through a temporary staging buffer; for rare, large reads such as
 * checkpoints.
 */
export async function readFloats(
  gpu: Gpu,
  buffer: GPUBuffer,
  count: number,
  first = 0,
): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await readBytes(gpu, buffer, first * 4, count * 4));
}

/** As `readFloats`. @param offset and `bytes` are multiples of 4 */
export async function readBytes(gpu: Gpu, buffer: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
  const readback = new Readback(gpu, 'parameters', bytes);
  try {
    return await readback.read([{ source: buffer, offset, bytes }]);
  } finally {
    readback.destroy();
  }
}
