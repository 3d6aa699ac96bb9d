/**
 * Work submitted in pieces that are short enough for the operating system, which resets a GPU that is busy with one
 * submission for about 2 s.
 *
 * The time of a submission is measured from time to time, and work that would take too long is cut between dispatches,
 * which changes no result. Work that has not been measured yet starts with one dispatch per submission where its number
 * of multiply-adds could take too long on a slow GPU. Software adapters have no such limit: their work is never cut.
 */
import type { Gpu } from './device.ts';

/** The part of a compute pass that plans use. */
export type DispatchEncoder = Pick<GPUComputePassEncoder, 'setPipeline' | 'setBindGroup' | 'dispatchWorkgroups'>;

/** Longest submission, ms: half of the limit of Windows (TdrDelay), the shortest of the operating systems'. */
export const LONGEST_MS = 1000;
/** Work of unknown speed that may take longer than this starts in small pieces, ms. */
const CAUTIOUS_MS = 500;
/** Multiply-adds per ms of the slowest GPU to expect: 2 GFLOP/s. */
const SLOWEST_RATE = 1e6;
/** Submissions at the beginning that are measured; later every `MEASURED_EVERY`-th, and every one that is cut. */
const MEASURED_FIRST = 3;
const MEASURED_EVERY = 32;

/** How long pieces of work took. */
export interface Measured {
  /** Dispatches per submission. */
  dispatches: number;
  /** The longest submission, ms. */
  longest: number;
  multiplyAdds: number;
}

/**
 * Dispatches per submission with which none takes longer than LONGEST_MS.
 *
 * Pieces that begin at multiples of the measured length are made of measured pieces, so a multiple of it is safe.
 *
 * @param measured undefined before the first measurement
 */
export function dispatchesPerSubmission(multiplyAdds: number, measured: Measured | undefined): number {
  if (!measured) return multiplyAdds / SLOWEST_RATE > CAUTIOUS_MS ? 1 : Infinity;
  const expected = measured.longest * Math.max(1, multiplyAdds / Math.max(1, measured.multiplyAdds));
  return expected <= LONGEST_MS
    ? measured.dispatches * Math.floor(LONGEST_MS / Math.max(expected, 1e-3))
    : Math.max(1, Math.floor((measured.dispatches * LONGEST_MS) / expected));
}

/** Work of one kind: the same plans each time, for batches of different sizes. */
export class CutWork {
  private measured: Measured | undefined;
  private submissions = 0;
  private wasCut = false;

  constructor(private readonly gpu: Gpu) {}

  /**
   * @param multiplyAdds of this work, approximately
   * @param record encodes the dispatches
   * @param before encodes what comes before them
   * @throws StudioError `device-lost`
   */
  submit(
    multiplyAdds: number,
    record: (pass: DispatchEncoder) => void,
    before?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const { gpu, submissions } = this;
    gpu.checkAlive();
    const { cut } = gpu.options;
    const limit =
      cut === 'never' ? Infinity : cut === 'measured' ? dispatchesPerSubmission(multiplyAdds, this.measured) : cut;
    const pieces = new Pieces(gpu, limit, before);
    const measuring =
      cut === 'measured' && (submissions < MEASURED_FIRST || submissions % MEASURED_EVERY === 0 || this.wasCut);
    this.submissions += 1;
    const times = measuring ? new PieceTimes(gpu.device.queue) : undefined;
    pieces.onSubmit = () => times?.submitted();
    record(pieces);
    const total = pieces.end();
    this.wasCut = total > limit;
    const dispatches = Math.min(limit, total);
    void times?.longest().then((longest) => {
      this.measured = { dispatches, longest, multiplyAdds };
    });
  }
}

/** A compute pass that ends after every `limit` dispatches. */
class Pieces implements DispatchEncoder {
  onSubmit: () => void = () => undefined;
  private encoder: GPUCommandEncoder;
  private pass: GPUComputePassEncoder;
  private inPiece = 0;
  private total = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly limit: number,
    before?: (encoder: GPUCommandEncoder) => void,
  ) {
    this.encoder = gpu.device.createCommandEncoder();
    before?.(this.encoder);
    this.pass = this.encoder.beginComputePass();
  }

  setPipeline(pipeline: GPUComputePipeline): undefined {
    // A dispatch begins: plans set pipeline and bind group for each.
    if (this.inPiece >= this.limit) this.next();
    this.pass.setPipeline(pipeline);
  }

  setBindGroup(index: number, group: GPUBindGroup | null | undefined): undefined {
    this.pass.setBindGroup(index, group);
  }

  dispatchWorkgroups(x: number, y?: number, z?: number): undefined {
    this.pass.dispatchWorkgroups(x, y, z);
    this.inPiece += 1;
    this.total += 1;
  }

  private next(): void {
    this.submit();
    this.encoder = this.gpu.device.createCommandEncoder();
    this.pass = this.encoder.beginComputePass();
    this.inPiece = 0;
  }

  private submit(): void {
    this.pass.end();
    this.gpu.device.queue.submit([this.encoder.finish()]);
    this.onSubmit();
  }

  /** @returns dispatches in all pieces */
  end(): number {
    this.submit();
    return this.total;
  }
}

/** Measures pieces by the times at which the queue has done them. */
class PieceTimes {
  /** Times at which each piece, and before them the work already in the queue, was done. */
  private readonly done: Promise<number>[];

  constructor(private readonly queue: GPUQueue) {
    this.done = [this.now()];
  }

  private async now(): Promise<number> {
    await this.queue.onSubmittedWorkDone();
    return performance.now();
  }

  submitted(): void {
    this.done.push(this.now());
  }

  /** Milliseconds of the longest piece; does not settle after device loss. */
  async longest(): Promise<number> {
    try {
      const times = await Promise.all(this.done);
      return Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? time)));
    } catch {
      return new Promise(() => undefined);
    }
  }
}
