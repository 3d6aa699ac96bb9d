/** AdamW over all trained parameters at once, with global-norm clipping: see shaders/optimizer/adamw.wgsl. */
import type { DispatchEncoder } from '../../gpu/cut-work.ts';
import { AdamWUpdate, common } from '../records.ts';
import source from '../../../shaders/optimizer/adamw.wgsl?raw';
import { linearGrid, Plan } from '../../gpu/kernel.ts';
import type { Model } from '../model.ts';

export interface AdamWOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Maximum global gradient norm. */
  clip: number;
}

/** Threads of the norm's first stage (PARTS in adamw.wgsl). */
const PARTS = 4096;

export class AdamW {
  /** First and second moments, in the trained store's layout. */
  readonly first: GPUBuffer;
  readonly second: GPUBuffer;
  /** [global norm before clipping, scale factor, not 0: updates are skipped (statistics.wgsl)]. */
  readonly norm: GPUBuffer;
  /** Updates made so far: t of the bias corrections. */
  updates = 0;
  private readonly uniform: GPUBuffer;
  private readonly parts: GPUBuffer;
  private readonly normPlan: Plan<undefined>;
  private readonly stepPlan: Plan<undefined>;

  private constructor(
    private readonly model: Model,
    private readonly options: AdamWOptions,
  ) {
    const { gpu, layout } = model;
    this.first = gpu.largeBuffer('first moment', layout.trained.count * 4);
    this.second = gpu.largeBuffer('second moment', layout.trained.count * 4);
    this.norm = gpu.buffer('gradient norm', 16);
    this.uniform = gpu.buffer('update', AdamWUpdate.bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.parts = gpu.buffer('gradient norm parts', PARTS * 4);
    this.normPlan = new Plan(gpu);
    this.stepPlan = new Plan(gpu);
  }

  /** @param gradients in the trained store's layout */
  static async create(model: Model, gradients: GPUBuffer, options: AdamWOptions): Promise<AdamW> {
    return model.gpu.guarded('the optimizer state', async () => {
      const optimizer = new AdamW(model, options);
      await optimizer.plan(gradients);
      return optimizer;
    });
  }

  private async plan(gradients: GPUBuffer): Promise<void> {
    const { layout, trained: parameters, bindingSlices } = this.model;
    const kernel = (flag: string, entryPoint: string, constants: Record<string, number>) => ({
      label: `adamw ${entryPoint}`,
      source: common + AdamWUpdate.wgsl + source,
      constants: { COUNT: 0, DECAYED: 0, FIRST: 0, NORM_PARTS: 0, NORM: 0, STEP: 0, ...constants, [flag]: 1 },
      entryPoint,
    });
    // A store larger than the binding limit is updated slice by slice.
    for (const { first, count } of bindingSlices) {
      const slice = (buffer: GPUBuffer): GPUBufferBinding => ({ buffer, offset: first * 4, size: count * 4 });
      const constants = {
        COUNT: count,
        DECAYED: Math.min(count, Math.max(0, layout.trained.decayed - first)),
        FIRST: first === 0 ? 1 : 0,
      };
      await this.normPlan.add(
        kernel('NORM_PARTS', 'norm_parts', constants),
        [this.uniform, slice(gradients), this.parts],
        () => [PARTS / 64, 1, 1],
      );
      await this.stepPlan.add(
        kernel('STEP', 'step', constants),
        [this.uniform, slice(gradients), this.norm, slice(parameters), slice(this.first), slice(this.second)],
        () => linearGrid(count / 4),
      );
    }
    await this.normPlan.add(kernel('NORM', 'norm_total', {}), [this.uniform, this.parts, this.norm], () => [1, 1, 1]);
  }

  /** Uploads the update's numbers. @param learningRate of this update */
  load(learningRate: number): void {
    this.updates += 1;
    const { beta1, beta2, epsilon, weightDecay, clip } = this.options;
    const update = AdamWUpdate.pack({
      learningRate,
      beta1,
      beta2,
      epsilon,
      decay: weightDecay,
      clip,
      correction1: 1 - beta1 ** this.updates,
      correction2: 1 - beta2 ** this.updates,
    });
    this.model.gpu.device.queue.writeBuffer(this.uniform, 0, update);
  }

  /** Global gradient norm into `norm`. */
  encodeNorm(pass: DispatchEncoder): void {
    this.normPlan.encode(pass, undefined);
  }

  /** Allows updates again, once per step: a bad one halts those after it. */
  clearHalt(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.norm, 8, 4);
  }

  /** The update; skipped on the GPU when the norm is not finite, or after a bad update. */
  encodeStep(pass: DispatchEncoder): void {
    this.stepPlan.encode(pass, undefined);
  }

  destroy(): void {
    for (const buffer of [this.first, this.second, this.norm, this.uniform, this.parts]) this.model.gpu.release(buffer);
  }
}

/**
 * Learning rate of update `t` (1-based) of `total`: linear warm-up from 0, then constant, or decayed to `minimum`
 * linearly or by a cosine.
 */
export function learningRateAt(
  t: number,
  total: number,
  schedule: {
    learning_rate: number;
    schedule: 'constant' | 'linear' | 'cosine';
    warmup_steps: number;
    min_learning_rate: number;
  },
): number {
  const { learning_rate: peak, warmup_steps: warmup, min_learning_rate: minimum } = schedule;
  if (t <= warmup) return (peak * t) / warmup;
  if (schedule.schedule === 'constant') return peak;
  const progress = Math.min(1, (t - warmup) / Math.max(1, total - warmup));
  const share = schedule.schedule === 'linear' ? 1 - progress : 0.5 * (1 + Math.cos(Math.PI * progress));
  return minimum + (peak - minimum) * share;
}
