/**
 * One RL step: a rollout, rewards and group-relative advantages, the old policy's log-probs by the training kernels, then
 * minibatches x epochs updates with the strategy's gradient weights, and one readback.
 */
import { submit } from '../gpu/kernel.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { BatchSequence } from '../model/batch.ts';
import { Generator, type Generated } from '../model/generator.ts';
import type { Model } from '../model/model.ts';
import { AdamW, learningRateAt } from '../model/optimizer.ts';
import { TrainingPass } from '../model/training-pass.ts';
import { StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import type { RlConfig } from '../run/config.ts';
import { ruleOf, type Rule } from '../run/strategies.ts';
import type { StepRecord, TokenDistributions } from '../run/step-record.ts';
import type { Problem, Task } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { groupAdvantages } from './advantages.ts';
import { aggregationFactors } from './aggregation.ts';
import { GradientSplitter, splitMetrics } from './gradient-split.ts';
import { minibatchesOf } from './minibatches.ts';
import { Objective, type ObjectiveSettings } from './objective.ts';
import { assertRuleWorks } from './curves.ts';
import { addRows, checkOutcomes, policyMetrics, readRow, spread } from './statistics.ts';
import { submitMinibatch, type TrainerMemory } from './update.ts';

/** A response of the newest rollout. */
export interface Response extends Generated {
  problem: Problem;
  group: number;
  reward: number;
  advantage: number;
  /** First of its tokens in `TokenRecords`; -1 when its group was left out. */
  index: number;
}

export interface RlStepResult {
  record: StepRecord;
  distributions: TokenDistributions | undefined;
  responses: Response[];
  /** RECORD_WORDS floats a token, by index, for the first `recordedTokens` tokens. */
  records: Float32Array;
  recordedTokens: number;
  /** Response tokens that took part in updates. */
  tokens: number;
}

export interface RlStepOptions {
  /** Called as the step goes from one activity to the next. */
  onActivity?: (activity: string) => void;
  signal?: AbortSignal;
  /** Token records to read back for showing; 0 for none. */
  recordTokens?: number;
  /** Keep the last minibatch with weights and optimizer state as they were before it: for `whatIf`. */
  freeze?: boolean;
}

/** The last minibatch of a step, with everything that its update started from. */
export interface FrozenMinibatch {
  step: number;
  /** 0-based, over epochs. */
  minibatch: number;
  responses: Response[];
  ruleSeed: number;
  learningRate: number;
  /** Updates before it. */
  updates: number;
  parameters: GPUBuffer;
  first: GPUBuffer;
  second: GPUBuffer;
}

export interface RlTrainerParts {
  model: Model;
  tuner: Tuner;
  task: Task;
  tokenizer: Tokenizer;
  config: RlConfig;
  seed: number;
  /** Left out: whole minibatches, nothing made again, memory of its own. */
  memory?: TrainerMemory;
  /** False leaves histogram and density uncounted, for measuring what they cost. */
  distributions?: boolean;
}

/** The objective of a config under a rule. */
export function objectiveSettings(config: RlConfig, rule: Rule): ObjectiveSettings {
  return { strategy: rule, klCoefficient: config.kl_coefficient, klEstimator: config.kl_estimator, entropyCoefficient: config.entropy_coefficient, correctionCap: config.correction_cap };
}

/** Longest prompt and response of a task under a config, in tokens. */
export function rolloutLengths(task: Task, config: RlConfig): { prompt: number; response: number } {
  return { prompt: task.maxPromptTokens, response: config.max_response_tokens ?? task.maxResponseTokens };
}

export class RlTrainer {
  readonly optimizer: AdamW;
  /** Most passes that a minibatch takes. */
  readonly passes: number;
  /** Weights at the start of RL, when KL to them is asked for. */
  readonly referenceWeights: GPUBuffer | undefined;
  private readonly stash: GPUBuffer | undefined;
  /** Of the newest step that was asked to freeze. */
  frozen: FrozenMinibatch | undefined;

  private constructor(
    readonly parts: RlTrainerParts,
    readonly generator: Generator,
    readonly pass: TrainingPass,
    optimizer: AdamW,
    readonly objective: Objective,
    readonly rule: Rule,
    private readonly splitter: GradientSplitter | undefined,
  ) {
    this.optimizer = optimizer;
    const { model, config } = parts;
    this.passes = passesOf(parts);
    if (config.kl_coefficient > 0) {
      this.referenceWeights = model.gpu.buffer('reference weights', model.layout.count * 4);
      this.stash = model.gpu.buffer('weights put aside', model.layout.count * 4);
      this.copyWeights(model.parameters, this.referenceWeights);
    }
  }

  /** @throws StudioError `input` for a custom rule that does not work or a rule that needs the whole minibatch in one pass, `memory` */
  static async create(parts: RlTrainerParts): Promise<RlTrainer> {
    await assertRuleWorks(parts.model.gpu, ruleOf(parts.config.strategy));
    return RlTrainer.open(parts);
  }

  /** As `create`, for a rule that is known to work. */
  static async open(parts: RlTrainerParts): Promise<RlTrainer> {
    const { model, tuner, task, config } = parts;
    const rule = ruleOf(config.strategy);
    if (passesOf(parts) > 1) assertDivisible(rule, config);
    const lengths = rolloutLengths(task, config);
    const memory = memoryOf(parts);
    const generator = await Generator.create(model, tuner, { sequences: config.prompts * config.responses, prompts: config.prompts, promptTokens: lengths.prompt, responseTokens: lengths.response, ...(memory.workspace && { workspace: memory.workspace }) });
    const pass = await TrainingPass.create(model, tuner, { ...memory, rows: memory.sequences * (lengths.prompt + lengths.response - 1), targets: memory.sequences * lengths.response, gradients: true, repeat: config.split_every > 0 });
    const optimizer = await AdamW.create(model, pass.gradients, { beta1: config.adam_beta1, beta2: config.adam_beta2, epsilon: config.adam_epsilon, weightDecay: config.weight_decay, clip: config.gradient_clip });
    const objective = await Objective.create(
      pass,
      { ...objectiveSettings(config, rule), distributions: parts.distributions ?? true },
      { tokens: config.prompts * config.responses * lengths.response, minibatches: config.minibatches * config.epochs * passesOf(parts) },
      optimizer.norm,
    );
    const otherTerms = config.kl_coefficient > 0 || config.entropy_coefficient !== 0 || config.positive_lm > 0;
    const splitter = config.split_every > 0 ? await GradientSplitter.create(pass, objective, otherTerms) : undefined;
    return new RlTrainer(parts, generator, pass, optimizer, objective, rule, splitter);
  }

  copyWeights(source: GPUBuffer, target: GPUBuffer): void {
    const encoder = this.parts.model.gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, target, 0, Math.min(source.size, target.size));
    this.parts.model.gpu.device.queue.submit([encoder.finish()]);
  }

  /**
   * @param step 1-based
   * @throws StudioError `numerical` when the gradient is not finite; the weights are those before the bad update
   */
  async step(step: number, options: RlStepOptions = {}): Promise<RlStepResult> {
    const { config, seed } = this.parts;
    const started = performance.now();
    options.onActivity?.('rollout');
    const responses = await this.rollout(step, options.signal);
    const rolledOut = performance.now();
    const { groups, tokens, filtered } = this.selectGroups(responses);
    const metrics = this.rolloutMetrics(responses, filtered);
    const recordedTokens = Math.min(options.recordTokens ?? 0, tokens);
    let splitting = 0;
    let read: Awaited<ReturnType<Objective['read']>> | undefined;
    if (groups.length > 0) {
      options.onActivity?.('log-probs of the old policy');
      this.uploadSampled(groups.flat());
      this.keepLogProbs(groups);
      let minibatch = 0;
      const rowsOf: number[] = [];
      for (let epoch = 0; epoch < config.epochs; epoch++) {
        for (const batch of minibatchesOf(groups, config.minibatches, stream(seed, 'minibatches', step, epoch))) {
          options.signal?.throwIfAborted();
          options.onActivity?.(`update ${minibatch + 1} of ${config.minibatches * config.epochs}`);
          const ruleSeed = stream(seed, 'rule', step, minibatch).uint32();
          const members = batch.flat();
          const row = rowsOf.reduce((sum, count) => sum + count, 0);
          const sequences = this.sequences(members);
          // Updates that were made count: a rollout with few groups left has fewer minibatches.
          if (this.splitter && (this.optimizer.updates + 1) % config.split_every === 0) {
            options.onActivity?.('exact split of the gradient');
            const before = performance.now();
            this.pass.batch.fill(sequences);
            this.pass.load(config.temperature, row, ruleSeed);
            Object.assign(metrics, splitMetrics(await this.splitter.split()));
            splitting += performance.now() - before;
          }
          // Every minibatch is frozen in turn; the last one stays.
          if (options.freeze) this.freeze({ step, minibatch, responses: members, ruleSeed });
          rowsOf.push(this.update(sequences, { temperature: config.temperature, row, seed: ruleSeed }, metrics));
          minibatch += 1;
        }
      }
      const written = await this.objective.read(rowsOf.reduce((sum, count) => sum + count, 0), recordedTokens);
      read = written;
      let row = 0;
      const rows = rowsOf.map((count) => readRow(addRows(written.rows.slice(row, (row += count)))));
      checkOutcomes(rows, this.rule);
      if (rows.some((row) => row.notFinite > 0 || !Number.isFinite(row.gradientNorm))) throw notFinite('rl', step);
      Object.assign(metrics, policyMetrics(rows, { positiveLm: config.positive_lm, klCoefficient: config.kl_coefficient, entropyCoefficient: config.entropy_coefficient, rule: this.rule, correctionCap: config.correction_cap }));
    }
    const finished = performance.now();
    const generated = responses.reduce((sum, response) => sum + response.tokens.length, 0);
    return {
      record: {
        step,
        phase: 'rl',
        metrics,
        time: { step_ms: finished - started, tokens_per_second: (generated * 1000) / (finished - started), rollout_ms: rolledOut - started, update_ms: finished - rolledOut - splitting, ...(this.splitter && { split_ms: splitting }) },
      },
      distributions: read?.distributions,
      responses,
      records: read?.records ?? new Float32Array(0),
      recordedTokens,
      tokens,
    };
  }

  private async rollout(step: number, signal: AbortSignal | undefined): Promise<Response[]> {
    const { task, config, seed } = this.parts;
    const random = stream(seed, 'rl prompts', step);
    const problems = Array.from({ length: config.prompts }, () => task.trainingProblem(random));
    return this.answer(problems, stream(seed, 'rollout', step).uint32(), signal);
  }

  /**
   * A rollout of given problems, `config.responses` a problem, with rewards and group-relative advantages.
   *
   * @param problems as many as `config.prompts`, or fewer
   */
  async answer(problems: readonly Problem[], seed: number, signal: AbortSignal | undefined): Promise<Response[]> {
    const { task, tokenizer, config } = this.parts;
    const prompts = problems.flatMap((problem) => {
      const tokens = tokenizer.encode(problem.prompt);
      return Array.from({ length: config.responses }, () => tokens);
    });
    const generated = await this.generator.generate(prompts, {
      temperature: config.temperature,
      topK: config.top_k,
      topP: config.top_p,
      seed,
      maxTokens: rolloutLengths(task, config).response,
      endToken: tokenizer.endToken,
      ...(signal && { signal }),
    });
    const responses = generated.map((response, i): Response => {
      const group = Math.floor(i / config.responses);
      const problem = problems[group] as Problem;
      const ended = response.tokens.at(-1) === tokenizer.endToken;
      return { ...response, problem, group, reward: task.reward(problem, tokenizer.decode(response.tokens), ended), advantage: 0, index: -1 };
    });
    for (let group = 0; group < problems.length; group++) {
      const members = responses.slice(group * config.responses, (group + 1) * config.responses);
      const advantages = groupAdvantages(members.map((member) => member.reward), config.normalize_advantages);
      for (const [i, member] of members.entries()) member.advantage = advantages[i] ?? 0;
    }
    return responses;
  }

  /** Groups that take part in updates, their tokens' places, and the share of groups left out. */
  private selectGroups(responses: Response[]): { groups: Response[][]; tokens: number; filtered: number } {
    const { config } = this.parts;
    const groups: Response[][] = [];
    let tokens = 0;
    for (let group = 0; group < config.prompts; group++) {
      const members = responses.slice(group * config.responses, (group + 1) * config.responses);
      // Single responses have no group to be compared with: nothing to learn from, filtered or not.
      if (config.filter_groups && members.every((member) => member.advantage === 0)) continue;
      for (const member of members) {
        member.index = tokens;
        tokens += member.tokens.length;
      }
      groups.push(members);
    }
    return { groups, tokens, filtered: 1 - groups.length / config.prompts };
  }

  private rolloutMetrics(responses: Response[], filtered: number): Record<string, number> {
    const { task, config } = this.parts;
    const longest = rolloutLengths(task, config).response;
    const lengths = responses.map((response) => response.tokens.length);
    return {
      ...spread('critic/score', responses.map((response) => response.reward)),
      ...spread('critic/advantages', responses.flatMap((response) => response.tokens.map(() => response.advantage))),
      ...spread('response_length', lengths),
      'response_length/clip_ratio': lengths.filter((length) => length === longest).length / lengths.length,
      'groups/filtered_fraction': filtered,
    };
  }

  private uploadSampled(responses: Response[]): void {
    this.parts.model.gpu.device.queue.writeBuffer(this.objective.sampled, 0, new Float32Array(responses.flatMap((response) => response.logprobs)));
  }

  sequence(response: Response, terms: Pick<BatchSequence, 'factor' | 'lmFactor'>): BatchSequence {
    const prompt = this.parts.tokenizer.encode(response.problem.prompt);
    return { tokens: [...prompt, ...response.tokens], firstTarget: prompt.length, index: response.index, advantage: response.advantage, positive: response.reward === 1, ...terms };
  }

  /** Log-probs of the old policy by the very kernels that train, so that r is exactly 1 before the first update; and the reference's. */
  private keepLogProbs(groups: Response[][]): void {
    const { model, config } = this.parts;
    const batches = this.pass.batch.cut(groups.flat().map((response) => this.sequence(response, { factor: 0, lmFactor: 0 })));
    const each = (record: (pass: GPUComputePassEncoder) => void) => {
      for (const batch of batches) {
        this.pass.batch.fill(batch);
        this.pass.load(config.temperature);
        submit(model.gpu, (pass) => {
          this.pass.recordForward(pass);
          record(pass);
        });
      }
    };
    each((pass) => this.objective.recordKeepOld(pass));
    if (this.referenceWeights && this.stash) {
      this.copyWeights(model.parameters, this.stash);
      this.copyWeights(this.referenceWeights, model.parameters);
      each((pass) => this.objective.recordKeepReference(pass));
      this.copyWeights(this.stash, model.parameters);
    }
  }

  /** A minibatch's sequences, with the factors of the rule's aggregation. */
  sequences(responses: readonly Response[], rule: Rule = this.rule): BatchSequence[] {
    const { task, config } = this.parts;
    const lengths = responses.map((response) => response.tokens.length);
    const factors = aggregationFactors(config.aggregation ?? rule.aggregation, lengths, rolloutLengths(task, config).response);
    const positives = responses.reduce((sum, response) => sum + (response.reward === 1 ? response.tokens.length : 0), 0);
    return responses.map((response, i) => this.sequence(response, { factor: factors[i] ?? 0, lmFactor: response.reward === 1 ? config.positive_lm / positives : 0 }));
  }

  private nextLearningRate(): number {
    const { config } = this.parts;
    return learningRateAt(this.optimizer.updates + 1, config.steps * config.epochs * config.minibatches, config);
  }

  private freeze(what: Pick<FrozenMinibatch, 'step' | 'minibatch' | 'responses' | 'ruleSeed'>): void {
    const { model } = this.parts;
    const copy = (label: string) => model.gpu.buffer(`frozen ${label}`, model.layout.count * 4);
    const { parameters, first, second } = this.frozen ?? { parameters: copy('weights'), first: copy('first moment'), second: copy('second moment') };
    this.copyWeights(model.parameters, parameters);
    this.copyWeights(this.optimizer.first, first);
    this.copyWeights(this.optimizer.second, second);
    this.frozen = { ...what, learningRate: this.nextLearningRate(), updates: this.optimizer.updates, parameters, first, second };
  }

  /** One optimizer update with a minibatch. @returns rows of the statistics table that it writes */
  private update(sequences: readonly BatchSequence[], load: { temperature: number; row: number; seed: number }, metrics: Record<string, number>): number {
    const learningRate = this.nextLearningRate();
    metrics['actor/lr'] = learningRate;
    this.optimizer.load(learningRate);
    return submitMinibatch({ pass: this.pass, objective: this.objective, optimizer: this.optimizer }, sequences, load, { clearCounts: load.row === 0, apply: true });
  }

  destroy(): void {
    this.generator.destroy();
    this.splitter?.destroy();
    this.objective.destroy();
    this.optimizer.destroy();
    this.pass.destroy();
    for (const buffer of [this.referenceWeights, this.stash, this.frozen?.parameters, this.frozen?.first, this.frozen?.second]) if (buffer) this.parts.model.gpu.release(buffer);
  }
}

/** Sequences of a minibatch. */
function minibatchSequences({ config }: RlTrainerParts): number {
  return Math.ceil(config.prompts / config.minibatches) * config.responses;
}

function memoryOf(parts: RlTrainerParts): TrainerMemory {
  return parts.memory ?? { sequences: minibatchSequences(parts), recompute: false };
}

function passesOf(parts: RlTrainerParts): number {
  return Math.ceil(minibatchSequences(parts) / memoryOf(parts).sequences);
}

/** Some work looks at a minibatch as a whole. @throws StudioError `memory` */
function assertDivisible(rule: Rule, config: RlConfig): void {
  const advice = 'Use more minibatches, fewer or shorter responses, memory.recompute, or a larger memory.budget_mb, so that a minibatch fits in one pass.';
  if (rule.context !== 'none' && rule.context !== 'sequence') throw new StudioError('memory', `${rule.title} weighs the tokens of a whole minibatch against one another, and this minibatch has to be cut into several passes to fit in memory.`, advice);
  if (config.split_every > 0) throw new StudioError('memory', 'The exact split of the gradient (split_every) needs a minibatch in one pass, and this one has to be cut to fit in memory.', advice);
}

/** Training cannot go on: the weights before the bad update are kept. */
export function notFinite(phase: string, step: number): StudioError {
  return new StudioError('numerical', `${phase} step ${step}: the loss or its gradient is not a finite number.`, 'The weights before it are kept; lower the learning rate, or use a strategy that bounds its weights.');
}

