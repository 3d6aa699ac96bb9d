/**
 * One RL step: a rollout, rewards and group-relative advantages, the old policy's log-probs by the training kernels,
 * then minibatches x epochs updates with the strategy's gradient weights, and one readback.
 */
import type { BatchSequence } from '../model/training/batch.ts';
import { AdamW, learningRateAt } from '../model/training/optimizer.ts';
import { TrainingPass } from '../model/training/training-pass.ts';
import { stream } from '../random.ts';
import { resolveStrategy, type ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { StepRecord, TokenDistributions } from '../run/step-record.ts';
import { GradientSplitter, splitMetrics } from '../objective/gradient-split.ts';
import { minibatchSequences } from './minibatch-sequences.ts';
import { minibatchesOf } from './minibatches.ts';
import { LastGood } from '../objective/last-good.ts';
import { faultOf } from '../objective/numerical-fault.ts';
import { Objective, objectiveSettings } from '../objective/objective.ts';
import { TokenRecord, type TokenRecords } from '../objective/records.ts';
import type { StatisticsRead } from '../objective/token-statistics.ts';
import { assertStrategyWorks } from '../objective/curves.ts';
import { assertDivisible, memoryOf, passesOf } from '../objective/trainer-memory.ts';
import { failedStep, type StepUpdates } from './failed-step.ts';
import { selectGroups } from './group-selection.ts';
import { rolloutMetrics, shortBatchNote } from './rollout-metrics.ts';
import { Rollouts, rolloutLengths, type RolloutParts } from './rollouts.ts';
import type { Response } from './response.ts';
import { addRows, policyMetrics, readRow } from '../objective/statistics.ts';
import { submitMinibatch } from '../objective/update.ts';
import { ReferencePolicy } from './reference-policy.ts';
import { RolloutLogprobs } from './rollout-logprobs.ts';
import { TrainerState } from './trainer-state.ts';

export interface RlStepResult {
  record: StepRecord;
  distributions: TokenDistributions | undefined;
  responses: Response[];
  /** By index, for the first `recordedTokens` tokens. */
  records: TokenRecords;
  recordedTokens: number;
  /** Response tokens used in updates. */
  tokens: number;
}

export interface RlStepOptions {
  /** Called when the step's activity changes. */
  onActivity?: (activity: string) => void;
  /**
   * Before the step's first update, discards the step, so that it can be repeated from its beginning; a step that has
   * updated the weights is finished.
   */
  signal?: AbortSignal;
  /** Called before the step's first update; after it the signal does not discard the step. */
  onFirstUpdate?: () => void;
  /** Token records to read back for display; 0 for none. */
  recordTokens?: number;
  /** Keep the last minibatch with the weights and optimizer state from before its update, for `whatIf`. */
  freeze?: boolean;
  /**
   * Whether to start the next step's rollout once this step's updates are queued, so that the GPU has work while the
   * host reads statistics. The rollout is unchanged, since it depends only on the weights. Only if nothing between the
   * two steps uses the trainer's arena. Called when the updates are queued.
   */
  ahead?: () => boolean;
}

/** The last minibatch of a step, kept for `whatIf`. */
export interface FrozenMinibatch {
  step: number;
  /** 0-based, over epochs. */
  minibatch: number;
  responses: Response[];
  strategySeed: number;
  learningRate: number;
  /** Before its update. */
  state: TrainerState;
}

export interface RlTrainerParts extends RolloutParts {
  /** False skips counting histogram and density, for measuring their cost. */
  distributions?: boolean;
}

export class RlTrainer {
  readonly optimizer: AdamW;
  /** Maximum passes per minibatch. */
  readonly passes: number;
  /** Of the newest step with `freeze`. */
  frozen: FrozenMinibatch | undefined;
  private readonly logprobs: RolloutLogprobs;

  private constructor(
    readonly parts: RlTrainerParts,
    readonly rollouts: Rollouts,
    readonly pass: TrainingPass,
    optimizer: AdamW,
    readonly objective: Objective,
    readonly strategy: ResolvedStrategy,
    private readonly splitter: GradientSplitter | undefined,
    private readonly reference: ReferencePolicy | undefined,
    readonly lastGood: LastGood | undefined,
  ) {
    this.optimizer = optimizer;
    this.passes = passesOf(parts);
    this.logprobs = new RolloutLogprobs(pass, objective, parts.config, reference);
  }

  /** Weights of the reference policy, when KL to it is configured. */
  get referenceWeights(): GPUBuffer | undefined {
    return this.reference?.weights;
  }

  /**
   * @throws StudioError `input` for a custom strategy that does not work or a strategy that needs the whole minibatch
   *   in one pass, `memory`
   */
  static async create(parts: RlTrainerParts): Promise<RlTrainer> {
    await assertStrategyWorks(parts.model.gpu, resolveStrategy(parts.config.strategy));
    return RlTrainer.open(parts);
  }

  /** As `create`, for a strategy already checked. */
  static async open(parts: RlTrainerParts): Promise<RlTrainer> {
    const { model, tuner, task, config } = parts;
    const strategy = resolveStrategy(config.strategy);
    if (passesOf(parts) > 1) assertDivisible(strategy, config);
    const lengths = rolloutLengths(task, config);
    const memory = memoryOf(parts);
    const rollouts = await Rollouts.create(parts);
    const pass = await TrainingPass.create(model, tuner, {
      ...memory,
      rows: memory.sequences * (lengths.prompt + lengths.response - 1),
      targets: memory.sequences * lengths.response,
      gradients: true,
      repeat: config.split_every > 0,
    });
    const optimizer = await AdamW.create(model, pass.gradients, {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
      clip: config.gradient_clip,
    });
    const objective = await Objective.create(
      pass,
      { ...objectiveSettings(config, strategy), distributions: parts.distributions ?? true },
      {
        tokens: config.prompts * config.responses * lengths.response,
        minibatches: config.minibatches * config.epochs * passesOf(parts),
      },
      optimizer.norm,
    );
    const otherTerms = config.kl_coefficient > 0 || config.entropy_coefficient !== 0 || config.positive_lm > 0;
    const splitter = config.split_every > 0 ? await GradientSplitter.create(pass, objective, otherTerms) : undefined;
    const reference = await ReferencePolicy.create(model, config);
    // A reference that follows the policy changes with the steps too.
    const moving = reference && config.reference_update_every > 0 ? [reference.weights] : [];
    const lastGood = memory.keepGood
      ? await model.gpu.guarded(
          'copies of the weights',
          () => new LastGood(model.gpu, optimizer, [model.trained, optimizer.first, optimizer.second, ...moving]),
        )
      : undefined;
    return new RlTrainer(parts, rollouts, pass, optimizer, objective, strategy, splitter, reference, lastGood);
  }

  /**
   * @param step 1-based
   * @throws NumericalFault when the loss or the gradient is not finite or too large; the weights are those from before
   *   the bad update, or of a good step. The signal's reason, with weights and optimizer state as before the step.
   */
  async step(step: number, options: RlStepOptions = {}): Promise<RlStepResult> {
    const { config } = this.parts;
    const started = performance.now();
    options.onActivity?.('rollout');
    const rollout = await this.rollouts.take(step, options.signal, (batch) =>
      options.onActivity?.(`rollout, batch ${batch} of at most ${config.max_num_gen_batches}`),
    );
    const { responses } = rollout;
    const rolledOut = performance.now();
    const selection = selectGroups(responses, config, this.parts.tokenizer.endTokens);
    const { groups, tokens } = selection;
    if (groups.length > 0) {
      options.onActivity?.('computing old log-probs');
      this.logprobs.store(groups, tokens);
    }
    // From here on the GPU is busy.
    const { task } = this.parts;
    const longest = rolloutLengths(task, config).response;
    const metrics = rolloutMetrics(rollout, selection, config, longest, task.bands);
    const note = shortBatchNote(rollout, selection, config);
    const recordedTokens = Math.min(options.recordTokens ?? 0, tokens);
    let splitting = 0;
    let read: StatisticsRead | undefined;
    const updates = groups.length > 0 ? await this.updates(step, groups, metrics, options) : undefined;
    this.rollouts.prompts.commit(rollout);
    this.reference?.update(step);
    if (updates) {
      splitting = updates.splitting;
      const reading = this.objective.statistics.read(sum(updates.rowsOf), recordedTokens);
      if (step < config.steps && options.ahead?.()) this.rollouts.begin(step + 1);
      read = await reading;
      Object.assign(metrics, await this.checkedMetrics(step, updates, read, tokens));
    }
    const finished = performance.now();
    const generated = sum(responses.map((response) => response.tokens.length));
    return {
      record: {
        step,
        phase: 'rl',
        metrics,
        time: {
          step_ms: finished - started,
          tokens_per_second: (generated * 1000) / (finished - started),
          rollout_ms: rolledOut - started,
          update_ms: finished - rolledOut - splitting,
          ...(this.splitter && { split_ms: splitting }),
        },
        ...(note !== undefined && { note }),
      },
      distributions: read?.distributions,
      responses,
      records: read?.records ?? TokenRecord.array(0),
      recordedTokens,
      tokens,
    };
  }

  /**
   * The updates of a step: minibatches x epochs.
   *
   * @param metrics gets the learning rate, and the gradient's split by zone where one is due
   * @returns rows of the statistics table that each update writes, its responses, and the time that splitting took, in
   *   ms
   */
  private async updates(
    step: number,
    groups: readonly Response[][],
    metrics: Record<string, number>,
    options: RlStepOptions,
  ): Promise<StepUpdates> {
    const { config, seed } = this.parts;
    const batches = Array.from({ length: config.epochs }, (_, epoch) =>
      minibatchesOf(groups, config.minibatches, stream(seed, 'minibatches', step, epoch)),
    ).flat();
    const rowsOf: number[] = [];
    const responses: Response[][] = [];
    let splitting = 0;
    for (const [minibatch, batch] of batches.entries()) {
      if (minibatch === 0) {
        options.signal?.throwIfAborted();
        options.onFirstUpdate?.();
        this.lastGood?.save(step - 1, this.rollouts.prompts.checkpoint());
      }
      options.onActivity?.(`update ${minibatch + 1} of ${config.minibatches * config.epochs}`);
      // The stream keeps its old name 'rule': another name would give other random numbers.
      const strategySeed = stream(seed, 'rule', step, minibatch).uint32();
      const members = batch.flat();
      const sequences = this.sequences(members);
      const load = { temperature: config.temperature, row: sum(rowsOf), seed: strategySeed };
      // Counts updates actually made: a rollout with few groups left has fewer minibatches.
      if (this.splitter && (this.optimizer.updates + 1) % config.split_every === 0) {
        options.onActivity?.('splitting the gradient by zone');
        const before = performance.now();
        this.pass.batch.fill(sequences);
        this.pass.load(load.temperature, load.row, load.seed);
        Object.assign(metrics, splitMetrics(await this.splitter.split()));
        splitting += performance.now() - before;
      }
      if (options.freeze && minibatch === batches.length - 1)
        this.freeze({ step, minibatch, responses: members, strategySeed });
      responses.push(members);
      rowsOf.push(this.update(sequences, load, metrics));
    }
    return { rowsOf, responses, splitting };
  }

  /** @param tokens of the step's records @throws NumericalFault */
  private async checkedMetrics(
    step: number,
    updates: StepUpdates,
    read: StatisticsRead,
    tokens: number,
  ): Promise<Record<string, number>> {
    const { config } = this.parts;
    let row = 0;
    const passes = updates.rowsOf.map((count) => read.rows.slice(row, (row += count)));
    const rows = passes.map((one) => readRow(addRows(one)));
    const fault = faultOf(passes.map((one) => one.map(readRow)));
    if (fault) throw await failedStep(this, { step, fault, updates, rows, tokens });
    this.lastGood?.passed();
    return policyMetrics(rows, {
      positiveLm: config.positive_lm,
      klCoefficient: config.kl_coefficient,
      entropyCoefficient: config.entropy_coefficient,
      strategy: this.strategy,
      tisCap: config.tis_cap,
      gradientClip: config.gradient_clip,
    });
  }

  /** A minibatch's sequences with their loss weights, by another strategy than the run's if given. */
  sequences(responses: readonly Response[], strategy: ResolvedStrategy = this.strategy): BatchSequence[] {
    const { task, config } = this.parts;
    return minibatchSequences(responses, config, strategy, rolloutLengths(task, config).response);
  }

  /** Of the next update. */
  nextLearningRate(): number {
    const { config } = this.parts;
    return learningRateAt(this.optimizer.updates + 1, config.steps * config.epochs * config.minibatches, config);
  }

  private freeze(what: Pick<FrozenMinibatch, 'step' | 'minibatch' | 'responses' | 'strategySeed'>): void {
    const state = this.frozen?.state ?? new TrainerState(this.parts.model, this.optimizer, 'frozen');
    state.save();
    this.frozen = { ...what, learningRate: this.nextLearningRate(), state };
  }

  /** One optimizer update with a minibatch. @returns rows of the statistics table it writes */
  private update(
    sequences: readonly BatchSequence[],
    load: { temperature: number; row: number; seed: number },
    metrics: Record<string, number>,
  ): number {
    const learningRate = this.nextLearningRate();
    metrics['actor/lr'] = learningRate;
    this.optimizer.load(learningRate);
    return submitMinibatch({ pass: this.pass, loss: this.objective, optimizer: this.optimizer }, sequences, load, {
      clearCounts: load.row === 0,
      apply: true,
    });
  }

  destroy(): void {
    this.rollouts.destroy();
    this.splitter?.destroy();
    this.objective.destroy();
    this.optimizer.destroy();
    this.pass.destroy();
    this.reference?.destroy();
    this.lastGood?.destroy();
    this.frozen?.state.destroy();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
