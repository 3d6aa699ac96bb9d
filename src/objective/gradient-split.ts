/**
 * The exact split of a minibatch's parameter gradient by zone: one backward pass per zone over its tokens, and a
 * comparison of each part with the `inside` part and with the unclipped gradient.
 *
 * The parts add up to the full gradient: one per zone (policy term), and `other` for the KL, entropy and LM terms.
 * Costs one forward pass of the minibatch, one backward pass per part that has tokens, and memory for two more
 * gradients.
 */
import { common } from '../model/records.ts';
import splitSource from '../../shaders/objective/gradient-split.wgsl?raw';
import { linearGrid, Plan, submit } from '../gpu/kernel.ts';
import { wgslConstants } from '../gpu/struct.ts';
import { Readback } from '../gpu/readback.ts';
import { flatRegions, type ParameterLayout } from '../model/weights/layout.ts';
import { type Region } from '../model/weights/region.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import { SPLIT_PARTS, ZONES, type SplitPart } from '../run/step-record.ts';
import type { Objective } from './objective.ts';
import { SplitPartUniform, SplitPiece, SplitProducts as ProductsRecord, TokenRecord } from './records.ts';

const OTHER = SPLIT_PARTS.indexOf('other');
const UNCLIPPED = SPLIT_PARTS.indexOf('unclipped');
/** vec4s per piece. */
const PIECE = 4096;
/** Workgroups per row of the grid of `dots`. */
const ROW = 32768;

/** Dot products of one part's gradient over one parameter group. */
export interface SplitProducts {
  self: number;
  inside: number;
  unclipped: number;
}

export interface GradientSplit {
  /** Parts with tokens; by parameter group (`embedding`, `layer 0`, ..., `head`) and `all`. */
  parts: Partial<Record<SplitPart, Record<string, SplitProducts>>>;
}

interface ParameterGroup {
  name: string;
  regions: Region[];
}

export class GradientSplitter {
  private readonly owned: GPUBuffer[] = [];
  private readonly kept: GPUBuffer;
  private readonly inside: GPUBuffer;
  private readonly unclipped: GPUBuffer;
  private readonly present: GPUBuffer;
  private readonly products: GPUBuffer;
  private readonly parameterGroups: ParameterGroup[];
  /** Parameter group of each piece. */
  private readonly pieces: { group: number; first: number; count: number }[] = [];
  private readonly presencePlan: Plan<BatchShape>;
  private readonly maskPlans: Plan<BatchShape>[];
  private readonly dotPlans: Plan<BatchShape>[];
  private readonly readback: Readback;

  private constructor(
    private readonly pass: TrainingPass,
    private readonly objective: Objective,
    /** Whether the loss has terms other than the policy's. */
    private readonly otherTerms: boolean,
  ) {
    const { gpu, model } = pass;
    this.parameterGroups = parameterGroupsOf(model.layout);
    for (const [group, { regions }] of this.parameterGroups.entries()) {
      for (const region of regions) {
        const end = (region.offset + region.rows * region.columns) / 4;
        for (let first = region.offset / 4; first < end; first += PIECE)
          this.pieces.push({ group, first, count: Math.min(PIECE, end - first) });
      }
    }
    this.kept = this.own('d log-probs of the whole loss', pass.dLogprobs.size);
    this.inside = this.own('gradient inside', model.layout.trained.count * 4);
    this.unclipped = this.own('gradient unclipped', model.layout.trained.count * 4);
    this.present = this.own('zones present', 16);
    this.products = this.own('split products', SPLIT_PARTS.length * this.pieces.length * ProductsRecord.bytes);
    this.presencePlan = new Plan(gpu);
    this.maskPlans = SPLIT_PARTS.map(() => new Plan(gpu));
    this.dotPlans = SPLIT_PARTS.map(() => new Plan(gpu));
    this.readback = new Readback(gpu, 'gradient split', Math.max(16, this.products.size));
  }

  static async create(pass: TrainingPass, objective: Objective, otherTerms: boolean): Promise<GradientSplitter> {
    return pass.gpu.guarded('the gradient split', async () => {
      const splitter = new GradientSplitter(pass, objective, otherTerms);
      await splitter.plan();
      return splitter;
    });
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.pass.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private async plan(): Promise<void> {
    const { pass, objective } = this;
    const { gpu } = pass;
    const records =
      TokenRecord.wgsl +
      SplitPartUniform.wgsl +
      SplitPiece.wgsl +
      ProductsRecord.wgsl +
      wgslConstants({ other: OTHER, unclipped: UNCLIPPED });
    const kernel = (flag: string, entryPoint: string) => ({
      label: `split ${entryPoint}`,
      source: common + records + splitSource,
      constants: { PRESENCE: 0, MASK: 0, DOTS: 0, [flag]: 1 },
      entryPoint,
    });
    await this.presencePlan.add(
      kernel('PRESENCE', 'presence'),
      [pass.batchDims, pass.targets, objective.statistics.records, { buffer: this.present, size: 4 }],
      ({ targets }) => linearGrid(targets),
    );
    const count = this.pieces.length;
    const pieces = SplitPiece.array(count);
    for (const [i, piece] of this.pieces.entries()) pieces.set(i, piece);
    const table = this.own('split pieces', pieces.u32.byteLength);
    gpu.device.queue.writeBuffer(table, 0, pieces.u32);
    for (const part of SPLIT_PARTS.keys()) {
      const which = this.own('split part', SplitPartUniform.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
      gpu.device.queue.writeBuffer(which, 0, SplitPartUniform.pack({ part }));
      await this.maskPlans[part]?.add(
        kernel('MASK', 'mask'),
        [pass.batchDims, which, pass.targets, objective.statistics.records, this.kept, pass.dLogprobs],
        ({ targets }) => linearGrid(targets),
      );
      await this.dotPlans[part]?.add(
        kernel('DOTS', 'dots'),
        [
          which,
          { buffer: table, size: count * SplitPiece.bytes },
          pass.gradients,
          this.inside,
          this.unclipped,
          { buffer: this.products, size: SPLIT_PARTS.length * count * ProductsRecord.bytes },
        ],
        () => [Math.min(count, ROW), Math.ceil(count / ROW), 1],
      );
    }
  }

  /**
   * Splits the gradient of the pass's loaded batch under the current weights; leaves the pass ready for the same batch.
   *
   * @param each called with the gradient buffer of each part, for tests
   */
  async split(each?: (part: SplitPart, gradients: GPUBuffer) => Promise<void>): Promise<GradientSplit> {
    const { pass, objective } = this;
    const { gpu } = pass;
    const clearing = gpu.device.createCommandEncoder();
    clearing.clearBuffer(this.present);
    gpu.device.queue.submit([clearing.finish()]);
    pass.submitForward((compute) => {
      objective.encodeEvaluate(compute);
      this.presencePlan.encode(compute, pass.shape);
    });
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(pass.dLogprobs, 0, this.kept, 0, this.kept.size);
    gpu.device.queue.submit([encoder.finish()]);
    const present = new Uint32Array(await this.readback.read([{ source: this.present, offset: 0, bytes: 4 }]))[0] ?? 0;
    // `unclipped` and `inside` come first: the other parts are compared with them.
    const parts: number[] = [UNCLIPPED, ...ZONES.keys(), ...(this.otherTerms ? [OTHER] : [])].filter(
      (part) => part === UNCLIPPED || part === OTHER || part === 0 || (present & (1 << part)) !== 0,
    );
    for (const part of parts) {
      this.submitPart(part);
      if (each) await each(SPLIT_PARTS[part] as SplitPart, pass.gradients);
    }
    const count = this.pieces.length;
    const products = ProductsRecord.over(
      await this.readback.read([
        { source: this.products, offset: 0, bytes: SPLIT_PARTS.length * count * ProductsRecord.bytes },
      ]),
    );
    return {
      parts: Object.fromEntries(
        parts.map((part) => [SPLIT_PARTS[part], this.byGroup((piece) => products.get(part * count + piece))]),
      ),
    };
  }

  private submitPart(part: number): void {
    const { pass } = this;
    const { gpu } = pass;
    submit(gpu, (compute) => this.maskPlans[part]?.encode(compute, pass.shape));
    pass.submitTraining(
      // The previous part's backward pass has overwritten the logits.
      (compute) => pass.encodeBackward(compute, { headAgain: true }),
      (clearing) => {
        pass.clearGradients(clearing);
        pass.clearBefore(clearing);
      },
    );
    const encoder = gpu.device.createCommandEncoder();
    const keep = part === 0 ? this.inside : part === UNCLIPPED ? this.unclipped : undefined;
    if (keep) encoder.copyBufferToBuffer(pass.gradients, 0, keep, 0, keep.size);
    const products = encoder.beginComputePass();
    this.dotPlans[part]?.encode(products, pass.shape);
    products.end();
    gpu.device.queue.submit([encoder.finish()]);
  }

  private byGroup(
    products: (piece: number) => Omit<SplitProducts, 'self'> & { square: number },
  ): Record<string, SplitProducts> {
    const names = ['all', ...this.parameterGroups.map(({ name }) => name)];
    const sums = Object.fromEntries(names.map((name) => [name, { self: 0, inside: 0, unclipped: 0 }])) as Record<
      string,
      SplitProducts
    >;
    for (const [p, { group }] of this.pieces.entries()) {
      const { square, inside, unclipped } = products(p);
      for (const name of ['all', this.parameterGroups[group]?.name ?? '']) {
        const sum = sums[name];
        if (!sum) continue;
        sum.self += square;
        sum.inside += inside;
        sum.unclipped += unclipped;
      }
    }
    return sums;
  }

  destroy(): void {
    this.readback.destroy();
    for (const plan of [this.presencePlan, ...this.maskPlans, ...this.dotPlans]) plan.destroy();
    for (const buffer of this.owned) this.pass.gpu.release(buffer);
  }
}

/** The trained parameter groups, from the model's first weights to its last. */
function parameterGroupsOf(layout: ParameterLayout): ParameterGroup[] {
  const tied = layout.head === layout.embedding;
  const all = [
    {
      name: tied ? 'embedding and head' : 'embedding',
      regions: [layout.embedding, ...(layout.positions ? [layout.positions] : [])],
    },
    ...layout.layers.map((layer, i) => ({ name: `layer ${i}`, regions: flatRegions(layer) })),
    { name: 'head', regions: [...(tied ? [] : [layout.head]), ...flatRegions({ norm: layout.finalNorm })] },
  ];
  return all
    .map(({ name, regions }) => ({ name, regions: regions.filter(({ trained }) => trained) }))
    .filter(({ regions }) => regions.length > 0);
}

/**
 * Norms and cosines by metric name: `gradient_split/<part>/norm` and so on, with `/layers/<group>` between for a
 * parameter group.
 */
export function splitMetrics({ parts }: GradientSplit): Record<string, number> {
  const metrics: Record<string, number> = {};
  const norm = (part: SplitPart, group: string) => Math.sqrt(parts[part]?.[group]?.self ?? 0);
  for (const [part, groups] of Object.entries(parts) as [SplitPart, Record<string, SplitProducts>][]) {
    for (const [group, products] of Object.entries(groups)) {
      const name = `gradient_split/${part}${group === 'all' ? '' : `/layers/${group}`}`;
      metrics[`${name}/norm`] = norm(part, group);
      for (const other of ['inside', 'unclipped'] as const) {
        // `unclipped` is computed before `inside`, so their dot product is stored with `inside`.
        if (other === part || part === 'unclipped') continue;
        const size = norm(part, group) * norm(other, group);
        // A gradient of 0 has no direction: its cosine is omitted.
        if (size > 0) metrics[`${name}/cosine_${other}`] = products[other] / size;
      }
    }
  }
  return metrics;
}
