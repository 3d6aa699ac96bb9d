/**
 * The forward and backward pass over a packed batch, planned once for a capacity.
 *
 *   load(batch)            upload rows and targets
 *   encodeForward(pass)    hidden states, then log-prob and entropy of every target
 *   ... the objective writes `dLogprobs` from `likelihoods` ...
 *   encodeBackward(pass)   gradients += dL/dW
 *
 * The head never holds the logits of a whole batch (head.ts).
 */
import { CutWork, type DispatchEncoder } from '../../gpu/cut-work.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { PackedBatch } from './batch.ts';
import { Dims, Likelihood, Row, TargetToken, TokenGroup } from '../records.ts';
import { headOf } from '../head/head.ts';
import { type HeadDispatches } from '../head/head-context.ts';
import { type Head } from '../head/head-context.ts';
import { type HeadOptions } from '../head/head-context.ts';
import {
  layerActivations,
  layerPartials,
  layerWidths,
  loraWidths,
  recomputedActivations,
  type BackwardScratch,
  type LayerActivations,
} from '../layer-activations.ts';
import { LayerPlanner } from '../layers.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import { trainedDepth } from '../weights/layout.ts';
import type { Model } from '../model.ts';
import { addNorm, addNormBackward } from '../ops/norms.ts';
import type { OnLogits } from '../head/head-context.ts';
import { ScratchArena, type PlanContext } from '../scratch-arena.ts';

export interface PassOptions {
  /** Largest batch. */
  rows: number;
  targets: number;
  /** False for a pass that only scores: no activations are kept and no gradients exist. */
  gradients: boolean;
  /** How the head works; for tests and benchmarks. */
  head?: HeadOptions;
  /**
   * Keep only each layer's input and recompute the rest in the backward pass: less memory, a third more work, same
   * gradients.
   */
  recompute?: boolean;
  /** The backward pass may run several times after one forward pass (gradient-split.ts). */
  repeat?: boolean;
  /** Memory for activations, shared with users that never run at the same time; a separate arena when left out. */
  arena?: ScratchArena;
  /** Plans other readers of a chunk's logits, after its log-probs (token-readings.ts). */
  onLogits?: OnLogits;
}

/** The dispatches of a pass, and the one tensor that has to be cleared. */
interface Dispatches {
  forward: Plan<BatchShape>;
  head: HeadDispatches;
  backward: Plan<BatchShape>;
  dx: GPUBuffer | undefined;
}

export class TrainingPass {
  readonly batch: PackedBatch;
  /** Dims uniform of the whole batch. */
  readonly dims: GPUBuffer;
  readonly targets: GPUBuffer;
  /** [sequences + 1] first target of each sequence. */
  readonly firstTargets: GPUBuffer;
  /** [M] Likelihood. */
  readonly likelihoods: GPUBuffer;
  /** [M] (dL/dlogp, dL/dentropy), written by the objective. */
  readonly dLogprobs: GPUBuffer;
  /** dL/dW in the trained store's layout; 16 bytes when `gradients` is false. */
  readonly gradients: GPUBuffer;
  private readonly rows: GPUBuffer;
  /** The batch's tokens in the order that the embedding's gradient needs. */
  private readonly tokenGroups: GPUBuffer;
  private readonly sortedRows: GPUBuffer;
  private readonly owned: GPUBuffer[] = [];
  private readonly head: Head;
  private readonly arena: ScratchArena;
  private dispatches: Dispatches | undefined;
  private readonly forwardWork: CutWork;
  private readonly trainingWork: CutWork;
  /** Multiply-adds of a row in the forward pass, approximately. */
  private readonly rowWork: number;

  private constructor(
    readonly model: Model,
    private readonly options: PassOptions,
  ) {
    const { layout } = model;
    this.batch = new PackedBatch(options, model.config.vocabularySize);
    this.dims = this.own('dims', Dims.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.rows = this.own('rows', options.rows * Row.bytes);
    this.targets = this.own('targets', options.targets * TargetToken.bytes);
    this.firstTargets = this.own('first targets', (options.targets + 1) * 4);
    this.tokenGroups = this.own(
      'token groups',
      this.grouped ? Math.min(model.config.vocabularySize, options.rows) * TokenGroup.bytes : 16,
    );
    this.sortedRows = this.own('sorted rows', this.grouped ? options.rows * 4 : 16);
    this.likelihoods = this.own('likelihoods', options.targets * Likelihood.bytes);
    this.dLogprobs = this.own('slopes', options.targets * 8);
    this.gradients = model.gpu.largeBuffer('gradients', options.gradients ? layout.trained.count * 4 : 16);
    this.owned.push(this.gradients);
    const { targets, likelihoods, dLogprobs, gradients } = this;
    this.head = headOf(
      {
        model,
        capacity: options.targets,
        dims: this.batchDims,
        targets,
        likelihoods,
        dLogprobs,
        gradients,
        onLogits: options.onLogits,
      },
      options.head,
    );
    this.arena = options.arena ?? new ScratchArena(model.gpu);
    this.forwardWork = new CutWork(model.gpu);
    this.trainingWork = new CutWork(model.gpu);
    this.rowWork = model.float32Bytes / 4;
  }

  static async create(model: Model, tuner: Tuner, options: PassOptions): Promise<TrainingPass> {
    return model.gpu.guarded('the activations', async () => {
      const pass = new TrainingPass(model, options);
      pass.dispatches = await pass.arena.compose(tuner, (planContext) => pass.compose(planContext));
      return pass;
    });
  }

  get gpu(): Gpu {
    return this.model.gpu;
  }

  /** The dims uniform of the whole batch, for kernels of the objective. */
  get batchDims(): GPUBufferBinding {
    return { buffer: this.dims, offset: 0, size: Dims.bytes };
  }

  get shape(): BatchShape {
    const { rows, targets, sequences, distinct } = this.batch;
    return { rows, targets, sequences, distinct };
  }

  /** Whether the embedding's gradient needs the batch's tokens in its order. */
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

  private async compose(planContext: PlanContext): Promise<Dispatches> {
    const { model, options } = this;
    const { layout } = model;
    const planner = new LayerPlanner(
      model,
      planContext.tuner,
      this.batchDims,
      this.rows,
      options.rows,
      planContext.tensor,
    );
    const scratch = options.gradients ? this.scratch(planContext) : undefined;
    // Cleared before the whole command buffer runs.
    if (scratch) planContext.touch(scratch.dx);
    const forward = planContext.plan();
    const room = { rows: options.rows, label: 'activations', tensor: planContext.tensor };
    const layers = layerActivations(model, room);
    await planner.forward(forward, layers);
    const last = (layers.at(-1) as LayerActivations).output;
    const normed = planContext.tensor('activations final normed', options.targets * layout.hidden * 4);
    const scale = planContext.tensor('activations final scale', options.targets * layerWidths(model).scale * 4);
    await addNorm(planner, forward, layout.finalNorm, last, normed, scale, { targets: this.targets });
    const keepForward = planContext.mark();
    const head = await this.head.compose(planContext, normed, scratch);
    const backward = planContext.plan();
    if (scratch) {
      const { belowHead, belowFinalNorm } = trainedDepth(layout);
      if (belowHead)
        await addNormBackward(
          planner,
          backward,
          layout.finalNorm,
          last,
          scale,
          scratch.dNormed,
          belowFinalNorm ? scratch.dx : undefined,
          { gradients: this.gradients, partials: scratch.partials },
          { targets: this.targets },
        );
      // The last layer's activations are still intact when its backward starts.
      const recomputed = options.recompute
        ? layers.slice(0, -1).map((kept, layer) => recomputedActivations(model, layer, kept, room))
        : [];
      await planner.backward(backward, layers, this.gradients, scratch, recomputed);
    }
    if (options.repeat) keepForward();
    return { forward, head, backward, dx: scratch?.dx };
  }

  private scratch({ tensor }: PlanContext): BackwardScratch {
    const { model, options } = this;
    const [widths, lora] = [layerWidths(model), loraWidths(model)];
    const most = Math.max(options.rows, options.targets);
    const rows = (label: string, width: number, count = options.rows) => tensor(`scratch ${label}`, count * width * 4);
    return {
      dx: rows('dx', widths.hidden),
      dBranch: model.architecture.names.postNorms ? rows('d branch', widths.hidden) : undefined,
      dNormed: rows('d normed', widths.hidden, most),
      dQkv: rows('d qkv', widths.qkv),
      dAttended: rows('d attended', widths.attended),
      dGateUp: rows('d gate and up', widths.gateUp),
      dMlpHidden: rows('d mlp hidden', widths.mlpHidden),
      delta: rows('delta', model.config.heads),
      partials: rows('partial sums', Math.max(layerPartials(model, most), this.head.partials(most)), 1),
      lora: lora && { dLow: rows('d lora low', lora.low), dInput: rows('d lora input', lora.input) },
      tokenGroups: this.tokenGroups,
      sortedRows: this.sortedRows,
    };
  }

  /**
   * Uploads the batch that `this.batch` holds.
   *
   * @param temperature logits are divided by it
   * @param step row of the statistics table
   * @param seed of the objective's random choices (Clip-Cov)
   */
  load(temperature: number, step = 0, seed = 0): void {
    const { queue } = this.gpu.device;
    const { batch } = this;
    const { rows, targets, sequences, distinct } = batch;
    const dims = Dims.pack({ rows, targets, sequences, temperature, step, seed, distinct });
    queue.writeBuffer(this.dims, 0, dims);
    this.head.load(dims);
    queue.writeBuffer(this.rows, 0, batch.rowWords, 0, rows * Row.words);
    queue.writeBuffer(this.targets, 0, batch.targetWords, 0, targets * TargetToken.words);
    queue.writeBuffer(this.firstTargets, 0, batch.firstTargets, 0, sequences + 1);
    if (this.grouped) {
      queue.writeBuffer(this.tokenGroups, 0, batch.tokenGroups, 0, distinct * TokenGroup.words);
      queue.writeBuffer(this.sortedRows, 0, batch.sortedRows, 0, rows);
    }
  }

  /** Submits a forward pass over the loaded batch. @param then encodes what follows it */
  submitForward(then?: (pass: DispatchEncoder) => void): void {
    this.forwardWork.submit(this.batch.rows * this.rowWork, (pass) => {
      this.encodeForward(pass);
      then?.(pass);
    });
  }

  /** Submits work that contains a backward pass. @param before encodes what comes before it */
  submitTraining(record: (pass: DispatchEncoder) => void, before: (encoder: GPUCommandEncoder) => void): void {
    this.trainingWork.submit(3 * this.batch.rows * this.rowWork, record, before);
  }

  encodeForward(pass: DispatchEncoder): void {
    const { forward, head } = this.planned;
    forward.encode(pass, this.shape);
    head.encodeForward(pass, this.shape);
  }

  /** Encode before a pass that contains `encodeBackward`: the residual gradient starts from 0. */
  clearBefore(encoder: GPUCommandEncoder): void {
    const { dx } = this.planned;
    if (dx) encoder.clearBuffer(dx, 0, this.batch.rows * this.model.layout.hidden * 4);
  }

  /** Clears the gradients; once per optimizer update. */
  clearGradients(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.gradients);
  }

  /** @param options.headAgain another backward pass has run since the forward pass */
  encodeBackward(pass: DispatchEncoder, { headAgain = false } = {}): void {
    const { head, backward } = this.planned;
    head.encodeBackward(pass, this.shape, headAgain);
    backward.encode(pass, this.shape);
  }

  destroy(): void {
    for (const part of [this.planned.forward, this.planned.head, this.planned.backward, this.head]) part.destroy();
    for (const buffer of this.owned) this.model.gpu.release(buffer);
    if (!this.options.arena) this.arena.destroy();
  }
}
