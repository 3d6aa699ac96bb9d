/**
 * The objective on the GPU: between a pass's forward and backward it turns log-probs into slopes, keeps a record of
 * every token, and reduces the records to one row of statistics a minibatch.
 *
 * Arrays "by index" are as long as a rollout's response tokens; a minibatch refers to its tokens in them.
 */
import common from '../../shaders/common.wgsl?raw';
import headSource from '../../shaders/head/head.wgsl?raw';
import contextSource from '../../shaders/objective/policy-context.wgsl?raw';
import recordsSource from '../../shaders/objective/policy-records.wgsl?raw';
import tokenSource from '../../shaders/objective/policy-token.wgsl?raw';
import policySource from '../../shaders/objective/policy.wgsl?raw';
import statisticsSource from '../../shaders/objective/statistics.wgsl?raw';
import supervisedSource from '../../shaders/strategies/supervised.wgsl?raw';
import { linearGrid, Plan, type Grid } from '../gpu/kernel.ts';
import { Readback, type ReadRange } from '../gpu/readback.ts';
import type { BatchShape } from '../model/ops/matmul.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import type { RlConfig } from '../run/config.ts';
import {
  DENSITY_COLUMNS,
  DENSITY_ROWS,
  HISTOGRAM_BINS,
  HISTOGRAM_RANGE,
  type TokenDistributions,
} from '../run/step-record.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import { parametersStruct, parametersWords, strategySource } from './strategy-source.ts';

export interface ObjectiveSettings {
  /** `supervised`: no policy term, the loss comes from lm_factor alone. */
  strategy: ResolvedStrategy | 'supervised';
  klCoefficient: number;
  klEstimator: 'k1' | 'k2' | 'k3';
  entropyCoefficient: number;
  /** Truncated importance sampling: largest pi_old / pi_sampler; null for off. */
  tisCap: number | null;
  /** False leaves histogram and density uncounted and unread (for measuring what they cost). */
  distributions?: boolean;
}

export interface ObjectiveCapacity {
  /** Response tokens of a rollout. */
  tokens: number;
  /** Rows of the statistics table of a step: its minibatches, or their passes where they are cut to fit in memory. */
  minibatches: number;
}

/** Floats of a row of the statistics table, and threads of its first stage: statistics.wgsl. */
export const STATISTICS = 48;
const THREADS = 256;

/** Words of `TokenRecord` in policy-records.wgsl. */
export const RECORD_WORDS = 20;

/** Words of `Context` in policy-context.wgsl. */
const CONTEXT_WORDS = 8;
const COUNTS = 2 * HISTOGRAM_BINS + DENSITY_ROWS * DENSITY_COLUMNS;
const SUPERVISED: ResolvedStrategy = {
  name: 'reinforce',
  title: 'supervised',
  source: supervisedSource,
  parameters: { eps_low: 0.2, eps_high: 0.2 },
  context: 'none',
  aggregation: 'token-mean',
  ownCorrection: false,
  custom: false,
};
const ESTIMATORS = { k1: 1, k2: 2, k3: 3 };

export class Objective {
  private readonly owned: GPUBuffer[] = [];
  private readonly uniform: GPUBuffer;
  private readonly parameters: GPUBuffer;
  /** Context by target; one entry for rules that need none. */
  private readonly contexts: GPUBuffer;
  /** (log-prob, entropy) by index: the policy before the updates, and the reference policy. */
  readonly old: GPUBuffer;
  readonly reference: GPUBuffer;
  /** The sampler's log-probs by index. */
  readonly sampled: GPUBuffer;
  /** TokenRecord by index, from the last minibatch that saw the token. */
  readonly records: GPUBuffer;
  private readonly parts: GPUBuffer;
  private readonly counts: GPUBuffer;
  private readonly table: GPUBuffer;
  private readonly readback: Readback;
  private readonly contextPlan: Plan<BatchShape>;
  private readonly evaluatePlan: Plan<BatchShape>;
  private readonly storeOldPlan: Plan<BatchShape>;
  private readonly storeReferencePlan: Plan<BatchShape>;
  private readonly statisticsPlan: Plan<BatchShape>;

  private constructor(
    private readonly pass: TrainingPass,
    private readonly settings: ObjectiveSettings,
    private readonly capacity: ObjectiveCapacity,
  ) {
    const { gpu } = pass;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.uniform = this.own('objective', 16, uniform);
    this.parameters = this.own('rule parameters', parametersWords(this.rule).byteLength, uniform);
    this.contexts = this.own(
      'rule context',
      this.rule.context === 'none' ? CONTEXT_WORDS * 4 : pass.batch.capacity.targets * CONTEXT_WORDS * 4,
    );
    this.old = this.own('old log-probs', capacity.tokens * 8);
    this.reference = this.own('reference log-probs', capacity.tokens * 8);
    this.sampled = this.own('sampled log-probs', capacity.tokens * 4);
    this.records = this.own('token records', capacity.tokens * RECORD_WORDS * 4);
    this.parts = this.own('statistics parts', THREADS * STATISTICS * 4);
    this.counts = this.own('token counts', COUNTS * 4);
    this.table = this.own('statistics', capacity.minibatches * STATISTICS * 4);
    this.readback = new Readback(gpu, 'statistics', this.table.size + this.counts.size + this.records.size);
    this.contextPlan = new Plan(gpu);
    this.evaluatePlan = new Plan(gpu);
    this.storeOldPlan = new Plan(gpu);
    this.storeReferencePlan = new Plan(gpu);
    this.statisticsPlan = new Plan(gpu);
  }

  /** @param norm buffer whose first float is the gradient norm, for the statistics row */
  static async create(
    pass: TrainingPass,
    settings: ObjectiveSettings,
    capacity: ObjectiveCapacity,
    norm: GPUBuffer,
  ): Promise<Objective> {
    return pass.gpu.guarded('the objective', async () => {
      const objective = new Objective(pass, settings, capacity);
      await objective.plan(norm);
      objective.writeSettings();
      return objective;
    });
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.pass.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private async plan(norm: GPUBuffer): Promise<void> {
    const { pass, settings } = this;
    const dims = pass.batchDims;
    const supervised = settings.strategy === 'supervised';
    const { rule } = this;
    await this.planContext();
    await this.evaluatePlan.add(
      {
        label: `objective ${rule.title}`,
        source: common + parametersStruct(rule) + tokenSource + recordsSource + policySource + strategySource(rule),
        constants: {
          SUPERVISED: Number(supervised),
          WITH_REFERENCE: Number(settings.klCoefficient !== 0),
          WITH_CONTEXT: Number(rule.context !== 'none'),
          CUSTOM: Number(rule.custom),
          OWN_CORRECTION: Number(rule.ownCorrection),
        },
        entryPoint: 'evaluate',
      },
      [
        dims,
        { buffer: this.uniform },
        { buffer: this.parameters },
        pass.targets,
        pass.likelihoods,
        this.old,
        this.reference,
        this.sampled,
        this.contexts,
        this.records,
        pass.dLogprobs,
      ],
      ({ targets }) => linearGrid(targets),
    );
    const keep = {
      label: 'keep log-probs',
      source: common + headSource,
      constants: { FORWARD: 0, BACKWARD: 0, KEEP: 1, V: 0, V_PADDED: 0 },
      entryPoint: 'keep',
    };
    await this.storeOldPlan.add(keep, [dims, pass.targets, pass.likelihoods, this.old], ({ targets }) =>
      linearGrid(targets),
    );
    await this.storeReferencePlan.add(keep, [dims, pass.targets, pass.likelihoods, this.reference], ({ targets }) =>
      linearGrid(targets),
    );
    const statistics = (flag: string, entryPoint: string) => ({
      label: `statistics ${entryPoint}`,
      source: common + recordsSource + statisticsSource,
      constants: {
        GATHER: 0,
        TOTAL: 0,
        COUNT: Number(settings.distributions !== false),
        RANGE: HISTOGRAM_RANGE + Number.EPSILON,
        [flag]: 1,
      },
      entryPoint,
    });
    await this.statisticsPlan.add(
      statistics('GATHER', 'gather'),
      [dims, pass.targets, this.records, this.parts, this.counts],
      () => [THREADS / 64, 1, 1],
    );
    await this.statisticsPlan.add(statistics('TOTAL', 'total'), [dims, this.parts, norm, this.table], () => [1, 1, 1]);
  }

  /** The rule that evaluates tokens; `supervised` as a rule without parameters. */
  private get rule(): ResolvedStrategy {
    return this.settings.strategy === 'supervised' ? SUPERVISED : this.settings.strategy;
  }

  /** What the rule must know beyond its token: see policy-context.wgsl. */
  private async planContext(): Promise<void> {
    const { pass, rule, contexts } = this;
    const { context } = rule;
    if (context === 'none') return;
    const { likelihoods, targets: targetTokens, batchDims: dims } = pass;
    const flags = {
      SEQUENCES: 0,
      MEANS: 0,
      KEYS: 0,
      CHOOSE: 0,
      MARK: 0,
      BALANCE: 0,
      LOG_BAND: Number(rule.name === 'gmpo'),
      CLIP_COV: Number(context === 'clip-cov'),
    };
    const add = (
      flag: keyof typeof flags,
      entryPoint: string,
      resources: GPUBuffer[],
      grid: (shape: BatchShape) => Grid,
    ) =>
      this.contextPlan.add(
        {
          label: `${rule.title} ${entryPoint}`,
          source: common + parametersStruct(rule) + recordsSource + contextSource,
          constants: { ...flags, [flag]: 1 },
          entryPoint,
        },
        [dims, { buffer: this.uniform }, { buffer: this.parameters }, targetTokens, ...resources],
        grid,
      );
    const perTarget = ({ targets }: BatchShape) => linearGrid(targets);
    const one = ({ targets }: BatchShape): Grid => (targets === 0 ? [0, 0, 0] : [1, 1, 1]);
    if (context === 'sequence') {
      await add(
        'SEQUENCES',
        'sequences',
        [likelihoods, this.old, this.sampled, pass.firstTargets, contexts],
        ({ sequences }) => linearGrid(sequences),
      );
    } else if (context === 'balance') {
      await add('BALANCE', 'balance', [likelihoods, this.old, contexts], one);
    } else {
      const keys = this.own('covariance keys', pass.batch.capacity.targets * 4);
      const whole = this.own('covariance of the minibatch', 16);
      await add('MEANS', 'means', [likelihoods, whole], one);
      await add('KEYS', 'find_keys', [likelihoods, this.old, whole, keys], perTarget);
      await add('CHOOSE', 'choose', [keys, whole], one);
      await add('MARK', 'mark', [keys, whole, contexts], perTarget);
    }
  }

  private writeSettings(): void {
    const { klCoefficient, klEstimator, entropyCoefficient, tisCap } = this.settings;
    const words = new Float32Array([klCoefficient, 0, entropyCoefficient, tisCap ?? 0]);
    new Uint32Array(words.buffer)[1] = ESTIMATORS[klEstimator];
    const { queue } = this.pass.gpu.device;
    queue.writeBuffer(this.uniform, 0, words);
    queue.writeBuffer(this.parameters, 0, parametersWords(this.rule));
  }

  /** Slopes and records of the loaded batch, after the pass's forward. */
  encodeEvaluate(pass: GPUComputePassEncoder): void {
    this.contextPlan.encode(pass, this.pass.shape);
    this.evaluatePlan.encode(pass, this.pass.shape);
  }

  encodeStoreOldLogprobs(pass: GPUComputePassEncoder): void {
    this.storeOldPlan.encode(pass, this.pass.shape);
  }

  encodeStoreReferenceLogprobs(pass: GPUComputePassEncoder): void {
    this.storeReferencePlan.encode(pass, this.pass.shape);
  }

  /** The minibatch's row of the table, after the gradient norm is known. */
  encodeStatistics(pass: GPUComputePassEncoder): void {
    this.statisticsPlan.encode(pass, this.pass.shape);
  }

  /** Histogram and density start from 0; once a step. */
  clearCounts(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.counts);
  }

  /**
   * The one readback of a step.
   *
   * @param minibatches rows of the table to read
   * @param tokens records to read as well, for showing tokens; 0 for none
   */
  async read(
    minibatches: number,
    tokens: number,
  ): Promise<{ rows: Float32Array[]; distributions: TokenDistributions | undefined; records: Float32Array }> {
    const counted = this.settings.distributions === false ? 0 : COUNTS;
    const ranges: ReadRange[] = [{ source: this.table, offset: 0, bytes: minibatches * STATISTICS * 4 }];
    if (counted > 0) ranges.push({ source: this.counts, offset: 0, bytes: counted * 4 });
    if (tokens > 0)
      ranges.push({
        source: this.records,
        offset: 0,
        bytes: Math.min(tokens, this.capacity.tokens) * RECORD_WORDS * 4,
      });
    const bytes = await this.readback.read(ranges);
    const countsAt = minibatches * STATISTICS * 4;
    const counts = Array.from(new Uint32Array(bytes, countsAt, counted));
    return {
      rows: Array.from({ length: minibatches }, (_, row) => new Float32Array(bytes, row * STATISTICS * 4, STATISTICS)),
      distributions:
        counted === 0
          ? undefined
          : {
              positive: counts.slice(0, HISTOGRAM_BINS),
              negative: counts.slice(HISTOGRAM_BINS, 2 * HISTOGRAM_BINS),
              density: counts.slice(2 * HISTOGRAM_BINS),
            },
      records: new Float32Array(bytes, countsAt + counted * 4),
    };
  }

  destroy(): void {
    this.readback.destroy();
    for (const buffer of this.owned) this.pass.gpu.release(buffer);
  }
}

/** The objective of a config under a rule. */
export function objectiveSettings(config: RlConfig, rule: ResolvedStrategy): ObjectiveSettings {
  return {
    strategy: rule,
    klCoefficient: config.kl_coefficient,
    klEstimator: config.kl_estimator,
    entropyCoefficient: config.entropy_coefficient,
    tisCap: config.tis_cap,
  };
}
