/**
 * The forward and backward pass over a packed batch, planned once for a capacity.
 *
 *   load(batch)            upload rows and targets
 *   recordForward(pass)    hidden states, then log-prob and entropy of every target
 *   ... whoever owns the objective writes `slopes` from `likelihoods` ...
 *   recordBackward(pass)   gradients += dL/dW
 *
 * The head works on chunks of targets so that logits of large vocabularies are never held whole; with more than one chunk the
 * backward pass makes a chunk's logits again.
 */
import common from '../../shaders/common.wgsl?raw';
import headSource from '../../shaders/head.wgsl?raw';
import type { Gpu } from '../gpu/device.ts';
import { linearGrid, type Plan } from '../gpu/kernel.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { PackedBatch, ROW_WORDS, TARGET_WORDS } from './batch.ts';
import { LayerPlanner, type BackwardScratch, type LayerActivations } from './layers.ts';
import { addLogProbs } from './logit-rows.ts';
import type { BatchShape } from './matmul.ts';
import { trainedDepth } from './layout.ts';
import type { Model } from './model.ts';
import { addNorm, addNormBackward } from './norms.ts';
import { addForwardProduct, addInputGradient, addMatrixGradient } from './weight-products.ts';
import { Workspace, type Workshop } from './workspace.ts';

/** Words of `Likelihood` (log-prob, entropy, log-sum-exp, spare). */
export const LIKELIHOOD_WORDS = 4;
/** Logits of one chunk take at most this many bytes. */
const CHUNK_BYTES = 64e6;
/** WebGPU's alignment of uniform bindings. */
const UNIFORM_STRIDE = 256;

export interface PassOptions {
  /** Largest batch. */
  rows: number;
  targets: number;
  /** False for a pass that only scores: no activations are kept and no gradients exist. */
  gradients: boolean;
  /** Most targets in one chunk of the head (a multiple of 64); for tests. */
  chunk?: number;
  /** Keep only what enters each layer and make the rest again in the backward pass: less memory, a third more work, same gradients. */
  recompute?: boolean;
  /** The backward pass may run several times after one forward pass (gradient-split.ts). */
  repeat?: boolean;
  /** Memory for activations, shared with users that never work at the same time; a workspace of its own when left out. */
  workspace?: Workspace;
  /** Plans what else reads a chunk's logits, behind its log-probs (token-readings.ts). */
  onLogits?: (plan: Plan<BatchShape>, chunk: { dims: GPUBufferBinding; targets: GPUBuffer; logits: GPUBuffer }) => Promise<void>;
}

interface Chunk {
  index: number;
  forward: Plan<BatchShape>;
  backward: Plan<BatchShape>;
}

/** The dispatches of a pass, and the one tensor that has to be cleared. */
interface Dispatches {
  forward: Plan<BatchShape>;
  chunks: Chunk[];
  backward: Plan<BatchShape>;
  dx: GPUBuffer | undefined;
}

export class TrainingPass {
  readonly batch: PackedBatch;
  /** Dims uniforms: whole batch first, then one a chunk. */
  readonly dims: GPUBuffer;
  readonly targets: GPUBuffer;
  /** [sequences + 1] first target of each sequence. */
  readonly firstTargets: GPUBuffer;
  /** [M] Likelihood. */
  readonly likelihoods: GPUBuffer;
  /** [M] (dL/dlogp, dL/dentropy), written by the objective. */
  readonly slopes: GPUBuffer;
  /** dL/dW in the trained store's layout; 16 bytes when `gradients` is false. */
  readonly gradients: GPUBuffer;
  private readonly rows: GPUBuffer;
  /** The batch's tokens in the order that the embedding's gradient wants. */
  private readonly tokenGroups: GPUBuffer;
  private readonly sortedRows: GPUBuffer;
  private readonly owned: GPUBuffer[] = [];
  private readonly dimsWords: Uint32Array<ArrayBuffer>;
  private readonly dimsFloats: Float32Array<ArrayBuffer>;
  private readonly chunk: number;
  private readonly workspace: Workspace;
  private dispatches: Dispatches | undefined;

  private constructor(
    readonly model: Model,
    private readonly options: PassOptions,
  ) {
    const { layout } = model;
    this.batch = new PackedBatch(options, model.config.vocabularySize);
    const fitting = Math.max(64, Math.floor(CHUNK_BYTES / (layout.vocabulary * 4) / 64) * 64);
    this.chunk = Math.min(options.chunk ?? fitting, Math.ceil(options.targets / 64) * 64);
    const count = Math.ceil(options.targets / this.chunk);
    this.dims = this.own('dims', (1 + count) * UNIFORM_STRIDE, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.dimsWords = new Uint32Array(((1 + count) * UNIFORM_STRIDE) / 4);
    this.dimsFloats = new Float32Array(this.dimsWords.buffer);
    this.rows = this.own('rows', options.rows * ROW_WORDS * 4);
    this.targets = this.own('targets', options.targets * TARGET_WORDS * 4);
    this.firstTargets = this.own('first targets', (options.targets + 1) * 4);
    this.tokenGroups = this.own('token groups', this.grouped ? Math.min(model.config.vocabularySize, options.rows) * 16 : 16);
    this.sortedRows = this.own('sorted rows', this.grouped ? options.rows * 4 : 16);
    this.likelihoods = this.own('likelihoods', options.targets * LIKELIHOOD_WORDS * 4);
    this.slopes = this.own('slopes', options.targets * 8);
    this.gradients = model.gpu.largeBuffer('gradients', options.gradients ? layout.trained.count * 4 : 16);
    this.owned.push(this.gradients);
    this.workspace = options.workspace ?? new Workspace(model.gpu);
  }

  static async create(model: Model, tuner: Tuner, options: PassOptions): Promise<TrainingPass> {
    return model.gpu.guarded('the activations', async () => {
      const pass = new TrainingPass(model, options);
      pass.dispatches = await pass.workspace.compose(tuner, (workshop) => pass.compose(workshop));
      return pass;
    });
  }

  get gpu(): Gpu {
    return this.model.gpu;
  }

  /** The dims uniform of the whole batch, for kernels of the objective. */
  get batchDims(): GPUBufferBinding {
    return { buffer: this.dims, offset: 0, size: 32 };
  }

  get shape(): BatchShape {
    const { rows, targets, sequences, distinct } = this.batch;
    return { rows, targets, sequences, distinct };
  }

  /** Whether the batch's tokens are wanted in the order of the embedding's gradient. */
  private get grouped(): boolean {
    return this.options.gradients && this.model.layout.embedding.trained;
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.model.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private get planned(): Dispatches {
    if (!this.dispatches) throw new Error('a pass is planned before it is used');
    return this.dispatches;
  }

  private async compose(workshop: Workshop): Promise<Dispatches> {
    const { model, options } = this;
    const { layout } = model;
    const planner = new LayerPlanner(model, workshop.tuner, this.batchDims, this.rows, options.rows, workshop.tensor);
    const scratch = options.gradients ? this.scratch(planner, workshop) : undefined;
    // Cleared before the whole command buffer runs.
    if (scratch) workshop.touch(scratch.dx);
    const forward = workshop.plan();
    const layers = planner.activations('activations', workshop.tensor);
    await planner.forward(forward, layers);
    const last = (layers.at(-1) as LayerActivations).output;
    const normed = workshop.tensor('activations final normed', options.targets * layout.hidden * 4);
    const scale = workshop.tensor('activations final scale', options.targets * planner.widths.scale * 4);
    await addNorm(planner, forward, layout.finalNorm, last, normed, scale, { targets: this.targets });
    const keepForward = workshop.mark();
    const chunks = await this.composeHead(workshop, normed, scratch);
    const backward = workshop.plan();
    if (scratch) {
      const { belowHead, belowFinalNorm } = trainedDepth(layout);
      if (belowHead) await addNormBackward(planner, backward, layout.finalNorm, last, scale, scratch.dNormed, belowFinalNorm ? scratch.dx : undefined, { gradients: this.gradients, partials: scratch.partials }, { targets: this.targets });
      // The last layer's activations are still there when its backward begins.
      const again = options.recompute ? layers.slice(0, -1).map((layer, i) => planner.remade(i, layer, 'activations', workshop.tensor)) : [];
      await planner.backward(backward, layers, this.gradients, scratch, again);
    }
    if (options.repeat) keepForward();
    return { forward, chunks, backward, dx: scratch?.dx };
  }

  private scratch(planner: LayerPlanner, { tensor }: Workshop): BackwardScratch {
    const { options } = this;
    const { widths, loraWidths: lora } = planner;
    const most = Math.max(options.rows, options.targets);
    const rows = (label: string, width: number, count = options.rows) => tensor(`scratch ${label}`, count * width * 4);
    return {
      dx: rows('dx', widths.hidden),
      dBranch: this.model.structure.postNorms ? rows('d branch', widths.hidden) : undefined,
      dNormed: rows('d normed', widths.hidden, most),
      dQkv: rows('d qkv', widths.qkv),
      dAttended: rows('d attended', widths.attended),
      dBoth: rows('d gate and up', widths.both),
      dInner: rows('d inner', widths.inner),
      delta: rows('delta', this.model.config.heads),
      partials: rows('partial sums', planner.partials(most), 1),
      lora: lora && { dLow: rows('d lora low', lora.low), dInput: rows('d lora input', lora.input) },
      tokenGroups: this.tokenGroups,
      sortedRows: this.sortedRows,
    };
  }

  /** Per chunk: logits, their softmax; backward: dlogits in place, gradient of the normed states and of the head's weight. */
  private async composeHead(workshop: Workshop, normed: GPUBuffer, scratch: BackwardScratch | undefined): Promise<Chunk[]> {
    const { model, options, chunk } = this;
    const { hidden, vocabulary } = model.layout;
    const { tuner } = workshop;
    const logits = workshop.tensor('logits', chunk * vocabulary * 4);
    const { head } = model.layout;
    const constants = { FORWARD: 0, BACKWARD: 0, KEEP: 0, V: model.config.vocabularySize, V_PADDED: vocabulary };
    const slice = (buffer: GPUBuffer, index: number): GPUBufferBinding => ({ buffer, offset: index * chunk * hidden * 4, size: Math.min(chunk, options.targets - index * chunk) * hidden * 4 });
    const count = Math.ceil(options.targets / chunk);
    // Chunks run forward one after the other, then again backward: what one of them uses lives through all.
    const through = [normed, logits, ...(scratch ? [scratch.dNormed, scratch.partials] : [])];
    workshop.touch(...through);
    const chunks: Chunk[] = [];
    for (let index = 0; index < count; index++) {
      const dims = { buffer: this.dims, offset: (1 + index) * UNIFORM_STRIDE, size: 32 };
      const forward = workshop.plan();
      const shared = { model, tuner, label: 'logits', capacity: chunk, fromTargets: true, dims, weight: head };
      await addForwardProduct(forward, shared, slice(normed, index), logits);
      await addLogProbs(forward, tuner, model, [dims, this.targets, logits, this.likelihoods]);
      await options.onLogits?.(forward, { dims, targets: this.targets, logits });
      const backward = workshop.plan();
      if (scratch) {
        await backward.add({ label: 'd logits', source: common + headSource, constants: { ...constants, BACKWARD: 1 }, entryPoint: 'backward' }, [dims, this.targets, this.likelihoods, this.slopes, logits], ({ targets }) => linearGrid(targets * vocabulary));
        if (trainedDepth(model.layout).belowHead) await addInputGradient(backward, { ...shared, label: 'd final normed' }, logits, slice(scratch.dNormed, index));
        if (head.trained) await addMatrixGradient(backward, { ...shared, label: 'd head' }, logits, slice(normed, index), scratch.partials, this.gradients);
      }
      chunks.push({ index, forward, backward });
    }
    workshop.touch(...through);
    return chunks;
  }

  /**
   * Uploads the batch that `this.batch` holds.
   *
   * @param temperature logits are divided by it
   * @param step row of the statistics table
   * @param seed of what the objective draws (Clip-Cov)
   */
  load(temperature: number, step = 0, seed = 0): void {
    const { queue } = this.gpu.device;
    const { batch } = this;
    const write = (slot: number, targets: number, offset: number) => {
      const at = (slot * UNIFORM_STRIDE) / 4;
      this.dimsWords.set([batch.rows, targets, offset, batch.sequences, 0, step, seed, batch.distinct], at);
      this.dimsFloats[at + 4] = temperature;
    };
    write(0, batch.targets, 0);
    for (const { index } of this.planned.chunks) write(1 + index, this.chunkTargets(index), index * this.chunk);
    queue.writeBuffer(this.dims, 0, this.dimsWords);
    queue.writeBuffer(this.rows, 0, batch.rowWords, 0, batch.rows * ROW_WORDS);
    queue.writeBuffer(this.targets, 0, batch.targetWords, 0, batch.targets * TARGET_WORDS);
    queue.writeBuffer(this.firstTargets, 0, batch.firstTargets, 0, batch.sequences + 1);
    if (this.grouped) {
      queue.writeBuffer(this.tokenGroups, 0, batch.tokenGroups, 0, batch.distinct * 4);
      queue.writeBuffer(this.sortedRows, 0, batch.sortedRows, 0, batch.rows);
    }
  }

  private chunkTargets(index: number): number {
    return Math.max(0, Math.min(this.chunk, this.batch.targets - index * this.chunk));
  }

  recordForward(pass: GPUComputePassEncoder): void {
    const { forward, chunks } = this.planned;
    forward.record(pass, this.shape);
    for (const { index, forward: head } of chunks) head.record(pass, { ...this.shape, targets: this.chunkTargets(index) });
  }

  /** To be encoded before a pass that holds `recordBackward`: the residual gradient starts from 0. */
  clearBefore(encoder: GPUCommandEncoder): void {
    const { dx } = this.planned;
    if (dx) encoder.clearBuffer(dx, 0, this.batch.rows * this.model.layout.hidden * 4);
  }

  /** Gradients start from 0; once per optimizer update. */
  clearGradients(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.gradients);
  }

  /** @param options.headAgain make the logits again: for a second backward pass after one forward pass */
  recordBackward(pass: GPUComputePassEncoder, { headAgain = false } = {}): void {
    const { chunks, backward } = this.planned;
    const again = headAgain || chunks.filter(({ index }) => this.chunkTargets(index) > 0).length > 1;
    for (const { index, forward, backward: head } of chunks) {
      const shape = { ...this.shape, targets: this.chunkTargets(index) };
      if (again) forward.record(pass, shape);
      head.record(pass, shape);
    }
    backward.record(pass, this.shape);
  }

  destroy(): void {
    const { forward, chunks, backward } = this.planned;
    for (const plan of [forward, backward, ...chunks.flatMap((chunk) => [chunk.forward, chunk.backward])]) plan.destroy();
    for (const buffer of this.owned) this.model.gpu.release(buffer);
    if (!this.options.workspace) this.workspace.destroy();
  }
}
