/**
 * A head that stores logits, for one chunk of targets at a time, so that logits of a whole batch are never stored. Both
 * passes use one chunk's buffer; with several chunks the backward pass recomputes the logits. For small vocabularies,
 * and for callers that read logits.
 */
import type { DispatchEncoder } from '../../gpu/cut-work.ts';
import { common, Dims } from '../records.ts';
import headSource from '../../../shaders/head/head.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { HeadDispatches } from './head-context.ts';
import type { Head } from './head-context.ts';
import type { HeadScratch } from './head-context.ts';
import type { HeadContext } from './head-context.ts';
import type { HeadOptions } from './head-context.ts';
import { trainedDepth } from '../weights/layout.ts';
import { addLogProbs } from './logit-rows.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import { addForwardProduct, addInputGradient, addMatrixGradient, partialFloats } from '../ops/weight-products.ts';
import type { PlanContext } from '../scratch-arena.ts';

/** Logits of one chunk take at most this many bytes. */
const CHUNK_BYTES = 64e6;
/** WebGPU's alignment of uniform bindings. */
const UNIFORM_STRIDE = 256;

interface Chunk {
  index: number;
  forward: Plan<BatchShape>;
  backward: Plan<BatchShape>;
}

export class LogitsHead implements Head {
  /** Targets of a chunk. */
  private readonly chunk: number;
  private readonly count: number;
  /** Dims uniforms, one per chunk. */
  private readonly dims: GPUBuffer;

  constructor(
    private readonly context: HeadContext,
    { chunk }: HeadOptions,
  ) {
    const { model, capacity } = context;
    const fitting = Math.max(64, Math.floor(CHUNK_BYTES / (model.layout.vocabulary * 4) / 64) * 64);
    this.chunk = Math.min(chunk ?? fitting, Math.ceil(capacity / 64) * 64);
    this.count = Math.ceil(capacity / this.chunk);
    this.dims = model.gpu.buffer(
      'dims of chunks',
      this.count * UNIFORM_STRIDE,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
  }

  partials(rows: number): number {
    const { model } = this.context;
    const { head } = model.layout;
    return head.trained ? partialFloats(model, head, rows) : 0;
  }

  /**
   * Per chunk: logits, their softmax; backward: dlogits in place, gradient of the normed states and of the head's
   * weight.
   */
  async compose(
    planContext: PlanContext,
    normed: GPUBuffer,
    scratch: HeadScratch | undefined,
  ): Promise<HeadDispatches> {
    const { chunk, count } = this;
    const { model, capacity, targets, likelihoods, dLogprobs, gradients, onLogits } = this.context;
    const { head, hidden, vocabulary } = model.layout;
    const { tuner } = planContext;
    const logits = planContext.tensor('logits', chunk * vocabulary * 4);
    const constants = { FORWARD: 0, BACKWARD: 1, KEEP: 0, V: model.config.vocabularySize, V_PADDED: vocabulary };
    const slice = (buffer: GPUBuffer, index: number): GPUBufferBinding => ({
      buffer,
      offset: index * chunk * hidden * 4,
      size: Math.min(chunk, capacity - index * chunk) * hidden * 4,
    });
    // Chunks run forward in turn, then again backward: a tensor that one chunk uses lives through all of them.
    const through = [normed, logits, ...(scratch ? [scratch.dNormed, scratch.partials] : [])];
    planContext.touch(...through);
    const chunks: Chunk[] = [];
    for (let index = 0; index < count; index++) {
      const dims = { buffer: this.dims, offset: index * UNIFORM_STRIDE, size: Dims.bytes };
      const forward = planContext.plan();
      const shared = { model, tuner, label: 'logits', capacity: chunk, fromTargets: true, dims, weight: head };
      await addForwardProduct(forward, shared, slice(normed, index), logits);
      await addLogProbs(forward, tuner, model, [dims, targets, logits, likelihoods]);
      await onLogits?.(forward, { dims, targets, logits });
      const backward = planContext.plan();
      if (scratch) {
        await backward.add(
          { label: 'd logits', source: common + headSource, constants, entryPoint: 'backward' },
          [dims, targets, likelihoods, dLogprobs, logits],
          ({ targets: rows }) => linearGrid(rows * vocabulary),
        );
        if (trainedDepth(model.layout).belowHead)
          await addInputGradient(
            backward,
            { ...shared, label: 'd final normed' },
            logits,
            slice(scratch.dNormed, index),
          );
        if (head.trained)
          await addMatrixGradient(
            backward,
            { ...shared, label: 'd head' },
            logits,
            slice(normed, index),
            scratch.partials,
            gradients,
          );
      }
      chunks.push({ index, forward, backward });
    }
    planContext.touch(...through);
    return new ChunkDispatches(chunks, chunk);
  }

  load(dims: Uint32Array<ArrayBuffer>): void {
    const words = new Uint32Array((this.count * UNIFORM_STRIDE) / 4);
    for (let index = 0; index < this.count; index++) {
      const at = (index * UNIFORM_STRIDE) / 4;
      words.set(dims, at);
      words[at + Dims.offset.targets] = targetsOf(index, this.chunk, dims[Dims.offset.targets] ?? 0);
      words[at + Dims.offset.targetOffset] = index * this.chunk;
    }
    this.context.model.gpu.device.queue.writeBuffer(this.dims, 0, words);
  }

  destroy(): void {
    this.context.model.gpu.release(this.dims);
  }
}

/** How many of a batch's targets are in a chunk. */
function targetsOf(index: number, chunk: number, targets: number): number {
  return Math.max(0, Math.min(chunk, targets - index * chunk));
}

class ChunkDispatches implements HeadDispatches {
  constructor(
    private readonly chunks: readonly Chunk[],
    private readonly chunk: number,
  ) {}

  private *filled(shape: BatchShape): Generator<Chunk & { shape: BatchShape }> {
    for (const one of this.chunks) {
      const targets = targetsOf(one.index, this.chunk, shape.targets);
      if (targets > 0) yield { ...one, shape: { ...shape, targets } };
    }
  }

  encodeForward(pass: DispatchEncoder, shape: BatchShape): void {
    for (const { forward, shape: own } of this.filled(shape)) forward.encode(pass, own);
  }

  encodeBackward(pass: DispatchEncoder, shape: BatchShape, again: boolean): void {
    const several = shape.targets > this.chunk;
    for (const { forward, backward, shape: own } of this.filled(shape)) {
      if (again || several) forward.encode(pass, own);
      backward.encode(pass, own);
    }
  }

  destroy(): void {
    for (const { forward, backward } of this.chunks) for (const plan of [forward, backward]) plan.destroy();
  }
}
