/** The loss of supervised fine-tuning on the GPU: the negative log-likelihood of the targets, weighted per token. */
import type { DispatchEncoder } from '../gpu/cut-work.ts';
import crossEntropySource from '../../shaders/objective/cross-entropy.wgsl?raw';
import { linearGrid, Plan } from '../gpu/kernel.ts';
import { common } from '../model/records.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import type { Loss } from './loss.ts';
import { tokenCodes, TokenRecord } from './records.ts';
import type { StatisticsRow } from './statistics.ts';
import { TokenStatistics, type StatisticsCapacity } from './token-statistics.ts';

export class CrossEntropyLoss implements Loss {
  private constructor(
    private readonly pass: TrainingPass,
    readonly statistics: TokenStatistics,
    private readonly plan: Plan<BatchShape>,
  ) {}

  /** @param norm buffer whose first float is the gradient norm, for the statistics row */
  static async create(pass: TrainingPass, capacity: StatisticsCapacity, norm: GPUBuffer): Promise<CrossEntropyLoss> {
    return pass.gpu.guarded('the loss', async () => {
      const statistics = await TokenStatistics.create(pass, capacity, norm, { distributions: false });
      const plan = new Plan<BatchShape>(pass.gpu);
      await plan.add(
        {
          label: 'cross-entropy',
          source: common + tokenCodes + TokenRecord.wgsl + crossEntropySource,
          constants: {},
          entryPoint: 'evaluate',
        },
        [pass.batchDims, pass.targets, pass.likelihoods, statistics.records, pass.dLogprobs],
        ({ targets }) => linearGrid(targets),
      );
      return new CrossEntropyLoss(pass, statistics, plan);
    });
  }

  encodeEvaluate(pass: DispatchEncoder): void {
    this.plan.encode(pass, this.pass.shape);
  }

  destroy(): void {
    this.statistics.destroy();
    this.plan.destroy();
  }
}

/** Metrics of a step from the row of its batch. Nats; the loss is the sum of nll_weight -log pi. */
export function crossEntropyMetrics(row: StatisticsRow) {
  return {
    'train/loss': row.lmLoss,
    'train/entropy': row.entropy / row.tokens,
    'train/grad_norm': row.gradientNorm,
  };
}
