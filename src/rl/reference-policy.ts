/**
 * The reference policy that KL is measured to: the weights at the start of RL, moved towards the policy every few steps
 * if the config says so (TR-DPO, arXiv 2404.09656; TRL's `sync_ref_model`).
 */
import mixSource from '../../shaders/optimizer/mix.wgsl?raw';
import { linearGrid, Plan, submit } from '../gpu/kernel.ts';
import type { Model } from '../model/model.ts';
import { common } from '../model/records.ts';
import type { RlConfig } from '../run/config.ts';
import { copyBuffer } from './trainer-state.ts';

type ReferenceConfig = Pick<RlConfig, 'kl_coefficient' | 'reference_update_every' | 'reference_mixup_alpha'>;

export class ReferencePolicy {
  /** In the trained store's layout. */
  readonly weights: GPUBuffer;
  /** Room for the trained weights while the reference's are in their place. */
  private readonly trainedCopy: GPUBuffer;
  private readonly mixing: Plan<undefined>;

  private constructor(
    private readonly model: Model,
    private readonly config: ReferenceConfig,
  ) {
    const bytes = model.layout.trained.count * 4;
    this.weights = model.gpu.largeBuffer('reference weights', bytes);
    this.trainedCopy = model.gpu.largeBuffer('copy of trained weights', bytes);
    this.mixing = new Plan(model.gpu);
    copyBuffer(model, model.trained, this.weights);
  }

  /** @returns undefined without KL to it @throws StudioError `memory` */
  static async create(model: Model, config: ReferenceConfig): Promise<ReferencePolicy | undefined> {
    if (config.kl_coefficient === 0) return undefined;
    const reference = new ReferencePolicy(model, config);
    if (config.reference_update_every > 0 && config.reference_mixup_alpha < 1) await reference.planMixing();
    return reference;
  }

  private async planMixing(): Promise<void> {
    const { model, config, mixing, weights } = this;
    const alpha = config.reference_mixup_alpha;
    for (const { first, count } of model.bindingSlices) {
      const slice = (buffer: GPUBuffer): GPUBufferBinding => ({ buffer, offset: first * 4, size: count * 4 });
      await mixing.add(
        {
          label: 'mix reference weights',
          source: common + mixSource,
          constants: { COUNT: count, ALPHA: alpha, KEPT: 1 - alpha },
          entryPoint: 'mix_weights',
        },
        [slice(model.trained), slice(weights)],
        () => linearGrid(count / 4),
      );
    }
  }

  /**
   * After a step: every `reference_update_every` steps,
   *
   *     reference <- alpha policy + (1 - alpha) reference
   *
   * @param step 1-based
   */
  update(step: number): void {
    const { model, config, mixing } = this;
    if (config.reference_update_every === 0 || step % config.reference_update_every !== 0) return;
    if (config.reference_mixup_alpha === 1) copyBuffer(model, model.trained, this.weights);
    else submit(model.gpu, (compute) => mixing.encode(compute, undefined));
  }

  /** Runs work with the reference's weights in the place of the trained ones. */
  inPlace(work: () => void): void {
    const { model, weights, trainedCopy } = this;
    copyBuffer(model, model.trained, trainedCopy);
    copyBuffer(model, weights, model.trained);
    work();
    copyBuffer(model, trainedCopy, model.trained);
  }

  destroy(): void {
    this.mixing.destroy();
    for (const buffer of [this.weights, this.trainedCopy]) this.model.gpu.release(buffer);
  }
}
