/**
 * The end of a decoding round: logits of every live sequence and the token sampled from them. For a large vocabulary,
 * logits are computed for one chunk of the sequences at a time, so that they never take more than CHUNK_BYTES.
 */
import type { DispatchEncoder } from '../../gpu/cut-work.ts';
import chunksSource from '../../../shaders/sampling/decode-chunks.wgsl?raw';
import { common, Dims } from '../records.ts';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { addSampling } from './logit-rows.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import type { Model } from '../model.ts';
import { addForwardProduct } from '../ops/weight-products.ts';
import type { PlanContext } from '../scratch-arena.ts';

const CHUNK_BYTES = 64e6;
/** A binding of `normed` can start at any multiple of this many rows, for every hidden size. */
const ROW_STEP = 16;
/** Stride in bytes between the Dims of two chunks: WebGPU's alignment of uniform bindings. */
const DIMS_STRIDE = 256;

export interface DecodeHeadOptions {
  model: Model;
  tuner: Tuner;
  /** Maximum sequences, and maximum tokens per response. */
  sequences: number;
  responseTokens: number;
  dims: GPUBuffer;
  /** The final norm's output, [sequences, D]. */
  normed: GPUBuffer;
  /** Uniform and storage buffers of sampling, as in sampling.wgsl. */
  sampling: GPUBuffer;
  slots: GPUBuffer;
  rows: GPUBuffer;
  drawn: GPUBuffer;
  lengths: GPUBuffer;
  ends: GPUBuffer;
  /** Maximum sequences per chunk (a multiple of 16), for tests. */
  logitsChunk?: number | undefined;
  /** Appends to the plan of the first chunk, which for one sequence is the only one. */
  onLogits?:
    | ((plan: Plan<BatchShape>, batch: { dims: GPUBufferBinding; rows: GPUBuffer; logits: GPUBuffer }) => Promise<void>)
    | undefined;
}

export class DecodeHead {
  private constructor(
    /** Rows of each chunk, where there are several. */
    private readonly counting: Plan<BatchShape> | undefined,
    private readonly chunks: { first: number; plan: Plan<BatchShape> }[],
    private readonly chunk: number,
  ) {}

  static async compose({ tensor, plan }: PlanContext, options: DecodeHeadOptions): Promise<DecodeHead> {
    const { model, tuner, sequences, dims, normed, sampling, slots, rows, drawn, lengths, ends } = options;
    const { hidden, vocabulary, head } = model.layout;
    const fitting = Math.max(ROW_STEP, Math.floor(CHUNK_BYTES / (vocabulary * 4) / ROW_STEP) * ROW_STEP);
    const chunk = Math.min(sequences, options.logitsChunk ?? fitting);
    const count = Math.ceil(sequences / chunk);
    const logits = tensor('decode logits', chunk * vocabulary * 4);
    const counting = count > 1 ? plan() : undefined;
    const chunkDims = counting?.own(
      counting.gpu.buffer('decode chunks', count * DIMS_STRIDE, GPUBufferUsage.UNIFORM | GPUBufferUsage.STORAGE),
    );
    if (counting && chunkDims)
      await counting.add(
        {
          label: 'decode chunks',
          source: common + chunksSource,
          constants: { CHUNK: chunk, CHUNKS: count, STRIDE: DIMS_STRIDE / 4, ROWS: Dims.offset.rows },
          entryPoint: 'count_rows',
        },
        [dims, chunkDims],
        () => linearGrid(count),
      );
    const chunks = [];
    for (let c = 0; c < count; c++) {
      const first = c * chunk;
      const own: GPUBufferBinding = chunkDims
        ? { buffer: chunkDims, offset: c * DIMS_STRIDE, size: Dims.bytes }
        : { buffer: dims };
      const part = plan();
      const states = {
        buffer: normed,
        offset: first * hidden * 4,
        size: Math.min(chunk, sequences - first) * hidden * 4,
      };
      await addForwardProduct(
        part,
        { model, tuner, label: 'decode logits', capacity: chunk, dims: own, weight: head },
        states,
        logits,
      );
      await addSampling(part, tuner, model, { first, mostTokens: options.responseTokens }, [
        own,
        sampling,
        logits,
        slots,
        rows,
        drawn,
        lengths,
        ends,
      ]);
      if (c === 0) await options.onLogits?.(part, { dims: own, rows, logits });
      chunks.push({ first, plan: part });
    }
    return new DecodeHead(counting, chunks, chunk);
  }

  /** @param shape.rows at most this many sequences are live */
  encode(pass: DispatchEncoder, shape: BatchShape): void {
    this.counting?.encode(pass, shape);
    for (const { first, plan } of this.chunks) {
      if (first < shape.rows) plan.encode(pass, { ...shape, rows: Math.min(this.chunk, shape.rows - first) });
    }
  }

  destroy(): void {
    for (const plan of [...(this.counting ? [this.counting] : []), ...this.chunks.map((one) => one.plan)])
      plan.destroy();
  }
}
