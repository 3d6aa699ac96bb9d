/**
 * A head without stored logits: for one block of vocabulary columns at a time, the epilogue of the product with the
 * head's weight reduces the logits.
 *
 *   forward: partial softmax of every target, combined into its likelihood
 *   backward: the gradient of the block's logits from the objective's `dLogprobs`; two more products turn it into the
 *   gradients of the normed states, summed over blocks, and of the block's rows of the weight
 *
 * The backward pass recomputes the logits, because `dLogprobs` of some strategies depend on all targets of a minibatch.
 * That is a fourth product in addition to three; of the M x V numbers only one block of gradients is ever stored.
 */
import { common, HeadBlock } from '../records.ts';
import combine from '../../../shaders/head/head-combine.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { HeadDispatches } from './head-context.ts';
import type { Head } from './head-context.ts';
import type { HeadScratch } from './head-context.ts';
import type { HeadContext } from './head-context.ts';
import type { HeadOptions } from './head-context.ts';
import { trainedDepth } from '../weights/layout.ts';
import { addProduct, addWeightGradient } from '../ops/matmul.ts';
import { type BatchShape } from '../ops/batch-shape.ts';
import { matmulVariants } from '../ops/variants/matmul.ts';
import { precisionBytes, type Precision } from '../weights/precision.ts';
import { pieceFloats } from '../ops/weight-products.ts';
import type { WeightSlice } from '../weights/weight-store.ts';
import type { PlanContext } from '../scratch-arena.ts';

/** Approximate maximum bytes of the gradients of a block's logits, and of those of its rows of the weight. */
const BLOCK_BYTES = 16e6;
/** Columns per partial softmax (head-epilogue.wgsl), and partials per segment (head-combine.wgsl). */
const PART = 16;
const SEGMENT_PARTS = 32;
/** Blocks start at segment boundaries. */
export const SEGMENT_COLUMNS = PART * SEGMENT_PARTS;
const PART_BYTES = 16;

/** Rows of the head's weight: columns of the logits. */
interface Block extends WeightSlice {
  precision: Precision;
  /** Index of its first segment, and number of segments. */
  firstSegment: number;
  segments: number;
}

interface Tensors {
  normed: GPUBuffer;
  /** [M, columns of a block]; gradients of logits, and unfinished sums of a panel product. */
  dLogits: GPUBuffer;
  /** [M, parts of a block]; highest, sum of exp, sum of exp * z, z of the target's token. */
  parts: GPUBuffer;
  /** [M, segments of the vocabulary]; the same. */
  segments: GPUBuffer;
}

export class FusedCrossEntropyHead implements Head {
  private readonly blocks: Block[];

  constructor(
    private readonly context: HeadContext,
    { block }: HeadOptions,
  ) {
    this.blocks = blocksOf(context, block ?? fittingColumns(context));
  }

  partials(): number {
    const { model, capacity } = this.context;
    const { head } = model.layout;
    if (!head.trained) return 0;
    return Math.max(
      ...this.blocks.flatMap((block) =>
        this.gradientParts(block).map(({ rows }) => pieceFloats(rows, head.columns, capacity)),
      ),
    );
  }

  async compose(
    planContext: PlanContext,
    normed: GPUBuffer,
    scratch: HeadScratch | undefined,
  ): Promise<HeadDispatches> {
    const { model, capacity } = this.context;
    const widest = Math.max(...this.blocks.map(({ rows }) => rows));
    // Whatever variant a plan changes over to finds room for its unfinished sums.
    const variants = matmulVariants(model.gpu, { form: 'nt', capacity, halves: false });
    const carried = variants.some(({ carriesSums }) => carriesSums);
    const tensors: Tensors = {
      normed,
      dLogits: planContext.tensor('d logits', scratch || carried ? capacity * widest * 4 : 16),
      parts: planContext.tensor('parts of logits', capacity * partsOf(widest) * PART_BYTES),
      segments: planContext.tensor('segments of logits', capacity * this.segments * PART_BYTES),
    };
    const forward = planContext.plan();
    const backward = planContext.plan();
    if (carried) planContext.touch(tensors.dLogits);
    for (const block of this.blocks) await this.addForward(planContext, forward, block, tensors);
    await this.addLikelihoods(forward, tensors);
    if (carried) planContext.touch(tensors.dLogits);
    if (scratch)
      for (const block of this.blocks) await this.addBackward(planContext, backward, block, tensors, scratch);
    return {
      encodeForward: (pass, shape) => forward.encode(pass, shape),
      encodeBackward: (pass, shape) => backward.encode(pass, shape),
      destroy: () => [forward, backward].forEach((plan) => plan.destroy()),
    };
  }

  /** Segments of the vocabulary. */
  private get segments(): number {
    return this.blocks.reduce((sum, { segments }) => sum + segments, 0);
  }

  private product(block: Block, { tuner }: PlanContext) {
    const { model, capacity, dims } = this.context;
    return {
      tuner,
      shared: { capacity, fromTargets: true, dims },
      logits: {
        form: 'nt' as const,
        columns: block.rows,
        inner: model.layout.hidden,
        b: block.binding,
        precision: block.precision,
      },
    };
  }

  private async addForward(
    planContext: PlanContext,
    plan: Plan<BatchShape>,
    block: Block,
    { normed, dLogits, parts, segments }: Tensors,
  ): Promise<void> {
    const { model, dims, targets } = this.context;
    const { tuner, shared, logits } = this.product(block, planContext);
    const epilogue = {
      constants: { LOGIT_PARTS: 1, D_LOGITS: 0, V: model.config.vocabularySize },
      firstColumn: block.first,
      resources: [targets],
      parts,
    };
    await addProduct(plan, tuner, { ...shared, ...logits, label: 'logits', a: normed, c: dLogits, epilogue });
    const place = plan.own(
      plan.gpu.buffer('place of a block', HeadBlock.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
    );
    plan.gpu.device.queue.writeBuffer(
      place,
      0,
      HeadBlock.pack({ parts: partsOf(block.rows), segments: block.segments, first: block.firstSegment }),
    );
    await plan.add(
      {
        label: 'log-probs of a block',
        source: common + HeadBlock.wgsl + combine,
        constants: this.combineConstants('FOLD'),
        entryPoint: 'fold',
      },
      [dims, parts, segments, place],
      (shape) => linearGrid(shape.targets * block.segments),
    );
  }

  private async addLikelihoods(plan: Plan<BatchShape>, { segments }: Tensors): Promise<void> {
    const { dims, likelihoods } = this.context;
    await plan.add(
      {
        label: 'log-probs',
        source: common + HeadBlock.wgsl + combine,
        constants: this.combineConstants('LIKELIHOODS'),
        entryPoint: 'likelihood',
      },
      [dims, segments, likelihoods],
      (shape) => linearGrid(shape.targets),
    );
  }

  private combineConstants(step: 'FOLD' | 'LIKELIHOODS') {
    return { FOLD: 0, LIKELIHOODS: 0, [step]: 1, SEGMENT: SEGMENT_PARTS, SEGMENTS: this.segments };
  }

  private async addBackward(
    planContext: PlanContext,
    plan: Plan<BatchShape>,
    block: Block,
    { normed, dLogits }: Tensors,
    { dNormed, partials }: HeadScratch,
  ): Promise<void> {
    const { model, targets, likelihoods, dLogprobs } = this.context;
    const { head, hidden } = model.layout;
    const { tuner, shared, logits } = this.product(block, planContext);
    const epilogue = {
      constants: { LOGIT_PARTS: 0, D_LOGITS: 1, V: model.config.vocabularySize },
      firstColumn: block.first,
      resources: [targets, likelihoods, dLogprobs],
    };
    await addProduct(plan, tuner, { ...shared, ...logits, label: 'd logits', a: normed, c: dLogits, epilogue });
    if (trainedDepth(model.layout).belowHead) {
      await addProduct(plan, tuner, {
        ...shared,
        label: 'd final normed',
        form: 'nn',
        columns: hidden,
        inner: block.rows,
        a: dLogits,
        b: block.binding,
        precision: block.precision,
        c: dNormed,
        accumulate: block !== this.blocks[0],
      });
    }
    if (!head.trained) return;
    for (const { first, rows, binding } of this.gradientParts(block)) {
      await addWeightGradient(
        plan,
        tuner,
        {
          ...shared,
          label: 'd head',
          columns: hidden,
          inner: rows,
          a: dLogits,
          aPart: { width: block.rows, first: first - block.first },
          b: normed,
        },
        partials,
        binding,
      );
    }
  }

  /** A block's location in the gradients: several parts where it spans several slices. */
  private gradientParts({ first, rows }: Block): WeightSlice[] {
    const { model, gradients } = this.context;
    const { head } = model.layout;
    return model.gradientSlices(head, gradients).flatMap((slice) => {
      const from = Math.max(first, slice.first);
      const to = Math.min(first + rows, slice.first + slice.rows);
      return from < to ? [part(slice, from - slice.first, to - from, head.columns * 4)] : [];
    });
  }

  load(): void {
    // The whole batch's dims are those of its head.
  }

  destroy(): void {
    // The arena owns its tensors.
  }
}

const partsOf = (columns: number): number => Math.ceil(columns / PART);

/** Columns of a block: as many segments as fit, at least one. */
function fittingColumns({ model, capacity }: HeadContext): number {
  const { head } = model.layout;
  const bytes = Math.max(capacity, head.trained ? head.columns : 0) * 4;
  return Math.max(1, Math.floor(BLOCK_BYTES / bytes / SEGMENT_COLUMNS)) * SEGMENT_COLUMNS;
}

/** The head's weight in blocks of at most that many rows, each within one slice. */
function blocksOf({ model }: HeadContext, columns: number): Block[] {
  const { head } = model.layout;
  const { precision, slices } = model.matrix(head);
  const blocks: Block[] = [];
  let firstSegment = 0;
  for (const slice of slices) {
    for (let from = 0; from < slice.rows; from += columns) {
      const rows = Math.min(columns, slice.rows - from);
      const segments = Math.ceil(rows / SEGMENT_COLUMNS);
      blocks.push({
        ...part(slice, from, rows, head.columns * precisionBytes(precision)),
        precision,
        firstSegment,
        segments,
      });
      firstSegment += segments;
    }
  }
  return blocks;
}

/** Some rows of a slice. @param rowBytes bytes of one row */
function part({ first, binding }: WeightSlice, from: number, rows: number, rowBytes: number): WeightSlice {
  return {
    first: first + from,
    rows,
    binding: { buffer: binding.buffer, offset: (binding.offset ?? 0) + from * rowBytes, size: rows * rowBytes },
  };
}
