/**
 * The objective of policy optimization on the GPU: between a pass's forward and backward it computes the gradients of
 * log-probs by the strategy and stores a record of every token.
 *
 * Arrays "by index" are as long as a rollout's response tokens; a minibatch refers to its tokens in them.
 */
import type { DispatchEncoder } from '../gpu/cut-work.ts';
import headSource from '../../shaders/head/head.wgsl?raw';
import contextSource from '../../shaders/objective/policy-context.wgsl?raw';
import exponentialSource from '../../shaders/objective/exponential.wgsl?raw';
import tokenSource from '../../shaders/objective/policy-token.wgsl?raw';
import correctionSource from '../../shaders/objective/rollout-correction.wgsl?raw';
import policySource from '../../shaders/objective/policy.wgsl?raw';
import { linearGrid, Plan, type Grid } from '../gpu/kernel.ts';
import { common } from '../model/records.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';
import type { RlConfig } from '../run/config.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { LossInputs } from './loss-inputs.ts';
import type { Loss } from './loss.ts';
import { Context, Minibatch, ObjectiveUniform, tokenCodes, TokenRecord } from './records.ts';
import { parametersStruct, parametersWords, strategySource } from './strategy-source.ts';
import { TokenStatistics, type StatisticsCapacity } from './token-statistics.ts';

export interface ObjectiveSettings {
  strategy: ResolvedStrategy;
  klCoefficient: number;
  klEstimator: 'k1' | 'k2' | 'k3';
  entropyCoefficient: number;
  /** Importance weights pi_old / pi_sampler; null for off. */
  correction: RolloutCorrection | null;
  /** False skips counting and reading histogram and density (for measuring their cost). */
  distributions?: boolean;
}

/** Truncated importance sampling; with a floor, weights outside [floor, cap] are 0 (IcePop). */
export interface RolloutCorrection {
  cap: number;
  floor: number | null;
  /** Whose ratio it is: the token's or the whole response's. */
  level: 'token' | 'sequence';
}

const ESTIMATORS = { k1: 1, k2: 2, k3: 3 };

export class Objective implements Loss {
  private readonly owned: GPUBuffer[] = [];
  private readonly uniform: GPUBuffer;
  private readonly parameters: GPUBuffer;
  /** Context by target; one entry for strategies that need none. */
  private readonly contexts: GPUBuffer;
  /** (log-prob, entropy) by index: the policy before the updates, and the reference policy. */
  readonly old: GPUBuffer;
  readonly reference: GPUBuffer;
  /** The sampler's log-probs by index. */
  readonly sampled: GPUBuffer;
  private readonly contextPlan: Plan<BatchShape>;
  private readonly evaluatePlan: Plan<BatchShape>;
  private readonly storeOldPlan: Plan<BatchShape>;
  private readonly storeReferencePlan: Plan<BatchShape>;

  private constructor(
    private readonly pass: LossInputs,
    private readonly settings: ObjectiveSettings,
    tokens: number,
    readonly statistics: TokenStatistics,
  ) {
    const { gpu } = pass;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const { strategy } = settings;
    this.uniform = this.own('objective', ObjectiveUniform.bytes, uniform);
    this.parameters = this.own('strategy parameters', parametersWords(strategy).byteLength, uniform);
    this.contexts = this.own('strategy context', (this.needsContext ? pass.batch.capacity.targets : 1) * Context.bytes);
    this.old = this.own('old log-probs', tokens * 8);
    this.reference = this.own('reference log-probs', tokens * 8);
    this.sampled = this.own('sampled log-probs', tokens * 4);
    this.contextPlan = new Plan(gpu);
    this.evaluatePlan = new Plan(gpu);
    this.storeOldPlan = new Plan(gpu);
    this.storeReferencePlan = new Plan(gpu);
  }

  /** Whether the correction weighs whole responses, whose ratios policy-context.wgsl computes. */
  private get correctsSequences(): boolean {
    return this.settings.correction?.level === 'sequence';
  }

  private get needsContext(): boolean {
    return this.settings.strategy.context !== 'none' || this.correctsSequences;
  }

  /** @param norm buffer whose first float is the gradient norm, for the statistics row */
  static async create(
    pass: LossInputs,
    settings: ObjectiveSettings,
    capacity: StatisticsCapacity,
    norm: GPUBuffer,
  ): Promise<Objective> {
    return pass.gpu.guarded('the objective', async () => {
      const { distributions = true } = settings;
      const statistics = await TokenStatistics.create(pass, capacity, norm, { distributions });
      const objective = new Objective(pass, settings, capacity.tokens, statistics);
      await objective.plan();
      objective.writeSettings();
      return objective;
    });
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.pass.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private async plan(): Promise<void> {
    const { pass, settings } = this;
    const dims = pass.batchDims;
    const { strategy } = settings;
    await this.planContext();
    await this.evaluatePlan.add(
      {
        label: `objective ${strategy.title}`,
        source:
          common +
          parametersStruct(strategy) +
          tokenCodes +
          exponentialSource +
          tokenSource +
          ObjectiveUniform.wgsl +
          Context.wgsl +
          TokenRecord.wgsl +
          correctionSource +
          policySource +
          strategySource(strategy),
        constants: {
          WITH_REFERENCE: Number(settings.klCoefficient !== 0),
          WITH_CONTEXT: Number(this.needsContext),
          SEQUENCE_CORRECTION: Number(this.correctsSequences),
          CUSTOM: Number(strategy.custom),
          OWN_CORRECTION: Number(strategy.ownCorrection),
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
        this.statistics.records,
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
  }

  /** The strategy's inputs beyond its token: see policy-context.wgsl. */
  private async planContext(): Promise<void> {
    const { pass, contexts } = this;
    const { strategy } = this.settings;
    const { context } = strategy;
    if (!this.needsContext) return;
    const { likelihoods, targets: targetTokens, batchDims: dims } = pass;
    const flags = {
      SEQUENCES: 0,
      MEANS: 0,
      KEYS: 0,
      CHOOSE: 0,
      MARK: 0,
      BALANCE: 0,
      SECOND_MOMENT: 0,
      LOG_BAND: Number(strategy.name === 'gmpo'),
      CLIP_COV: Number(context === 'clip-cov'),
      MOMENT_KEYS: Number(context === 'second-moment'),
      FUTURE: Number(strategy.name === 'fipo'),
    };
    const add = (
      flag: keyof typeof flags,
      entryPoint: string,
      resources: GPUBuffer[],
      grid: (shape: BatchShape) => Grid,
    ) =>
      this.contextPlan.add(
        {
          label: `${strategy.title} ${entryPoint}`,
          source:
            common +
            parametersStruct(strategy) +
            exponentialSource +
            ObjectiveUniform.wgsl +
            Context.wgsl +
            Minibatch.wgsl +
            correctionSource +
            contextSource,
          constants: { ...flags, [flag]: 1 },
          entryPoint,
        },
        [dims, { buffer: this.uniform }, { buffer: this.parameters }, targetTokens, ...resources],
        grid,
      );
    const perTarget = ({ targets }: BatchShape) => linearGrid(targets);
    const one = ({ targets }: BatchShape): Grid => (targets === 0 ? [0, 0, 0] : [1, 1, 1]);
    if (context === 'sequence' || this.correctsSequences) {
      await add(
        'SEQUENCES',
        'sequences',
        [likelihoods, this.old, this.sampled, pass.firstTargets, contexts],
        ({ sequences }) => linearGrid(sequences),
      );
    }
    if (context === 'balance') {
      await add('BALANCE', 'balance', [likelihoods, this.old, contexts], one);
    } else if (context !== 'none' && context !== 'sequence') {
      const keys = this.own('keys of the tokens', pass.batch.capacity.targets * 4);
      const whole = this.own('choice of the minibatch', Minibatch.bytes);
      const moment = context === 'second-moment';
      if (!moment) await add('MEANS', 'means', [likelihoods, whole], one);
      await add('KEYS', 'find_keys', [likelihoods, this.old, whole, keys], perTarget);
      if (moment) await add('SECOND_MOMENT', 'second_moment', [keys, whole], one);
      else await add('CHOOSE', 'choose', [keys, whole], one);
      await add('MARK', 'mark', [keys, whole, contexts], perTarget);
    }
  }

  private writeSettings(): void {
    const { strategy, klCoefficient, klEstimator, entropyCoefficient, correction } = this.settings;
    const uniform = ObjectiveUniform.pack({
      klCoefficient,
      klEstimator: ESTIMATORS[klEstimator],
      entropyCoefficient,
      tisCap: correction?.cap ?? 0,
      tisFloor: correction?.floor ?? 0,
      tisSequence: Number(correction?.level === 'sequence'),
    });
    const { queue } = this.pass.gpu.device;
    queue.writeBuffer(this.uniform, 0, uniform);
    queue.writeBuffer(this.parameters, 0, parametersWords(strategy));
  }

  encodeEvaluate(pass: DispatchEncoder): void {
    this.contextPlan.encode(pass, this.pass.shape);
    this.evaluatePlan.encode(pass, this.pass.shape);
  }

  encodeStoreOldLogprobs(pass: DispatchEncoder): void {
    this.storeOldPlan.encode(pass, this.pass.shape);
  }

  encodeStoreReferenceLogprobs(pass: DispatchEncoder): void {
    this.storeReferencePlan.encode(pass, this.pass.shape);
  }

  destroy(): void {
    this.statistics.destroy();
    for (const buffer of this.owned) this.pass.gpu.release(buffer);
  }
}

/** The objective of a config under a strategy. */
export function objectiveSettings(config: RlConfig, strategy: ResolvedStrategy): ObjectiveSettings {
  return {
    strategy,
    klCoefficient: config.kl_coefficient,
    klEstimator: config.kl_estimator,
    entropyCoefficient: config.entropy_coefficient,
    correction: rolloutCorrection(config),
  };
}

/** The rollout correction of a config or of a gradient batch's params. */
export function rolloutCorrection(
  config: Pick<RlConfig, 'tis_cap' | 'tis_floor' | 'tis_level'>,
): RolloutCorrection | null {
  const { tis_cap: cap, tis_floor: floor, tis_level: level } = config;
  return cap === null ? null : { cap, floor, level };
}
