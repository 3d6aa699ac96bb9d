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
import { linearGrid, Plan } from '../gpu/kernel.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { PackedBatch, ROW_WORDS, TARGET_WORDS } from './batch.ts';
import { LayerPlanner, type BackwardScratch, type LayerActivations } from './layers.ts';
import { addProduct, addWeightGradient, mostPieces, type BatchShape } from './matmul.ts';
import type { Model } from './model.ts';

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
}

interface Chunk {
  index: number;
  forward: Plan<BatchShape>;
  backward: Plan<BatchShape>;
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
  /** dL/dW in the parameters' layout; 16 bytes when `gradients` is false. */
  readonly gradients: GPUBuffer;
  private readonly rows: GPUBuffer;
  private readonly owned: GPUBuffer[] = [];
  private readonly dimsWords: Uint32Array<ArrayBuffer>;
  private readonly dimsFloats: Float32Array<ArrayBuffer>;
  private readonly forwardPlan: Plan<BatchShape>;
  private readonly backwardPlan: Plan<BatchShape>;
  private readonly chunks: Chunk[] = [];
  private readonly chunk: number;
  private scratch: BackwardScratch | undefined;

  private constructor(
    readonly model: Model,
    private readonly tuner: Tuner,
    private readonly options: PassOptions,
  ) {
    const { gpu, layout } = model;
    this.batch = new PackedBatch(options, model.config.vocabularySize);
    const fitting = Math.max(64, Math.floor(CHUNK_BYTES / (layout.vocabulary * 4) / 64) * 64);
    this.chunk = Math.min(options.chunk ?? fitting, Math.ceil(options.targets / 64) * 64);
    const count = Math.ceil(options.targets / this.chunk);
    this.dims = this.own('dims', (1 + count) * UNIFORM_STRIDE, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.dimsWords = new Uint32Array(((1 + count) * UNIFORM_STRIDE) / 4);
    this.dimsFloats = new Float32Array(this.dimsWords.buffer);
    this.rows = this.own('rows', options.rows * ROW_WORDS * 4);
    this.targets = this.own('targets', options.targets * TARGET_WORDS * 4);
    this.firstTargets = this.own('first targets', this.batch.firstTargets.byteLength);
    this.likelihoods = this.own('likelihoods', options.targets * LIKELIHOOD_WORDS * 4);
    this.slopes = this.own('slopes', options.targets * 8);
    this.gradients = this.own('gradients', options.gradients ? layout.count * 4 : 16);
    this.forwardPlan = new Plan(gpu);
    this.backwardPlan = new Plan(gpu);
  }

  static async create(model: Model, tuner: Tuner, options: PassOptions): Promise<TrainingPass> {
    return model.gpu.guarded('the activations', async () => {
      const pass = new TrainingPass(model, tuner, options);
      await pass.plan();
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

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.model.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private async plan(): Promise<void> {
    const { model, options } = this;
    const planner = new LayerPlanner(model, this.tuner, this.batchDims, this.rows, options.rows);
    const layers = planner.allocate('activations', options.gradients);
    for (const buffer of new Set(layers.flatMap((layer) => Object.values(layer) as GPUBuffer[]))) this.owned.push(buffer);
    await planner.forward(this.forwardPlan, layers);
    const hidden = model.layout.hidden;
    const last = (layers.at(-1) as LayerActivations).output;
    const normed = this.own('final normed', options.targets * hidden * 4);
    const scale = this.own('final scale', options.targets * 4);
    await planner.normForward(this.forwardPlan, last, model.layout.finalNorm, normed, scale, this.targets);
    if (options.gradients) this.scratch = this.allocateScratch(planner);
    await this.planHead(normed);
    if (this.scratch) {
      await planner.normBackward(this.backwardPlan, last, model.layout.finalNorm, scale, this.gradients, this.scratch, this.targets);
      await planner.backward(this.backwardPlan, layers, this.gradients, this.scratch);
    }
  }

  private allocateScratch(planner: LayerPlanner): BackwardScratch {
    const { options } = this;
    const widths = planner.widths;
    const most = Math.max(options.rows, options.targets);
    const rows = (label: string, width: number, count = options.rows) => this.own(label, count * width * 4);
    const { embedding, layers, head } = this.model.layout;
    const regions = [embedding, head, ...layers.flatMap((layer) => [layer.qkv, layer.output, layer.gateUp, layer.down])];
    const partials = Math.max(...regions.map((region) => mostPieces(region.rows, region.columns, most) * region.rows * region.columns), mostPieces(4, widths.hidden, most) * widths.hidden);
    return {
      dx: rows('dx', widths.hidden),
      dNormed: rows('d normed', widths.hidden, most),
      dQkv: rows('d qkv', widths.qkv),
      dAttended: rows('d attended', widths.attended),
      dBoth: rows('d gate and up', widths.both),
      dInner: rows('d inner', widths.inner),
      delta: rows('delta', this.model.config.heads),
      partials: rows('partial sums', partials, 1),
      tokenGroups: this.own('token groups', this.batch.tokenGroups.byteLength),
      sortedRows: this.own('sorted rows', this.batch.sortedRows.byteLength),
    };
  }

  /** Per chunk: logits, their softmax; backward: dlogits in place, gradient of the normed states and of the head's weight. */
  private async planHead(normed: GPUBuffer): Promise<void> {
    const { model, options, chunk } = this;
    const { hidden, vocabulary } = model.layout;
    const logits = this.own('logits', chunk * vocabulary * 4);
    const weight = model.region(model.layout.head);
    const constants = { FORWARD: 0, BACKWARD: 0, KEEP: 0, V: model.config.vocabularySize, V_PADDED: vocabulary };
    const slice = (buffer: GPUBuffer, index: number): GPUBufferBinding => ({ buffer, offset: index * chunk * hidden * 4, size: Math.min(chunk, options.targets - index * chunk) * hidden * 4 });
    const count = Math.ceil(options.targets / chunk);
    for (let index = 0; index < count; index++) {
      const dims = { buffer: this.dims, offset: (1 + index) * UNIFORM_STRIDE, size: 32 };
      const forward = new Plan<BatchShape>(model.gpu);
      const shared = { label: 'logits', capacity: chunk, fromTargets: true, dims };
      await addProduct(forward, this.tuner, { ...shared, form: 'nt', columns: vocabulary, inner: hidden, a: slice(normed, index), b: weight, c: logits });
      await forward.add({ label: 'log-probs', source: common + headSource, constants: { ...constants, FORWARD: 1 }, entryPoint: 'forward' }, [dims, this.targets, logits, this.likelihoods], ({ targets }) => linearGrid(targets));
      const backward = new Plan<BatchShape>(model.gpu);
      if (this.scratch) {
        await backward.add({ label: 'd logits', source: common + headSource, constants: { ...constants, BACKWARD: 1 }, entryPoint: 'backward' }, [dims, this.targets, this.likelihoods, this.slopes, logits], ({ targets }) => linearGrid(targets * vocabulary));
        await addProduct(backward, this.tuner, { ...shared, label: 'd final normed', form: 'nn', columns: hidden, inner: vocabulary, a: logits, b: weight, c: slice(this.scratch.dNormed, index) });
        await addWeightGradient(backward, this.tuner, { ...shared, label: 'd head', columns: hidden, inner: vocabulary, a: logits, b: slice(normed, index) }, this.scratch.partials, model.region(model.layout.head, this.gradients));
      }
      this.chunks.push({ index, forward, backward });
    }
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
    for (const { index } of this.chunks) write(1 + index, this.chunkTargets(index), index * this.chunk);
    queue.writeBuffer(this.dims, 0, this.dimsWords);
    queue.writeBuffer(this.rows, 0, batch.rowWords, 0, batch.rows * ROW_WORDS);
    queue.writeBuffer(this.targets, 0, batch.targetWords, 0, batch.targets * TARGET_WORDS);
    queue.writeBuffer(this.firstTargets, 0, batch.firstTargets, 0, batch.sequences + 1);
    if (this.scratch) {
      queue.writeBuffer(this.scratch.tokenGroups, 0, batch.tokenGroups, 0, batch.distinct * 4);
      queue.writeBuffer(this.scratch.sortedRows, 0, batch.sortedRows, 0, batch.rows);
    }
  }

  private chunkTargets(index: number): number {
    return Math.max(0, Math.min(this.chunk, this.batch.targets - index * this.chunk));
  }

  recordForward(pass: GPUComputePassEncoder): void {
    this.forwardPlan.record(pass, this.shape);
    for (const { index, forward } of this.chunks) forward.record(pass, { ...this.shape, targets: this.chunkTargets(index) });
  }

  /** To be encoded before a pass that holds `recordBackward`: the residual gradient starts from 0. */
  clearBefore(encoder: GPUCommandEncoder): void {
    if (this.scratch) encoder.clearBuffer(this.scratch.dx, 0, this.batch.rows * this.model.layout.hidden * 4);
  }

  /** Gradients start from 0; once per optimizer update. */
  clearGradients(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.gradients);
  }

  /** @param options.headAgain make the logits again: for a second backward pass after one forward pass */
  recordBackward(pass: GPUComputePassEncoder, { headAgain = false } = {}): void {
    const again = headAgain || this.chunks.filter(({ index }) => this.chunkTargets(index) > 0).length > 1;
    for (const { index, forward, backward } of this.chunks) {
      const shape = { ...this.shape, targets: this.chunkTargets(index) };
      if (again) forward.record(pass, shape);
      backward.record(pass, shape);
    }
    this.backwardPlan.record(pass, this.shape);
  }

  destroy(): void {
    for (const plan of [this.forwardPlan, this.backwardPlan, ...this.chunks.flatMap(({ forward, backward }) => [forward, backward])]) plan.destroy();
    for (const buffer of this.owned) this.model.gpu.release(buffer);
  }
}
