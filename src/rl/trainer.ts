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
import { checkOutcomes, policyMetrics, readRow, spread } from './statistics.ts';
import { submitUpdate } from './update.ts';

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
    if (config.kl_coefficient > 0) {
      this.referenceWeights = model.gpu.buffer('reference weights', model.layout.count * 4);
      this.stash = model.gpu.buffer('weights put aside', model.layout.count * 4);
      this.copyWeights(model.parameters, this.referenceWeights);
    }
  }

  static async create(parts: RlTrainerParts): Promise<RlTrainer> {
    const { model, tuner, task, config } = parts;
    const rule = ruleOf(config.strategy);
    await assertRuleWorks(model.gpu, rule);
    const lengths = rolloutLengths(task, config);
    const generator = await Generator.create(model, tuner, { sequences: config.prompts * config.responses, prompts: config.prompts, promptTokens: lengths.prompt, responseTokens: lengths.response });
    const sequences = Math.ceil(config.prompts / config.minibatches) * config.responses;
    const pass = await TrainingPass.create(model, tuner, { rows: sequences * (lengths.prompt + lengths.response - 1), targets: sequences * lengths.response, gradients: true, repeat: config.split_every > 0 });
    const optimizer = await AdamW.create(model, pass.gradients, { beta1: config.adam_beta1, beta2: config.adam_beta2, epsilon: config.adam_epsilon, weightDecay: config.weight_decay, clip: config.gradient_clip });
    const objective = await Objective.create(
      pass,
      { ...objectiveSettings(config, rule), distributions: parts.distributions ?? true },
      { tokens: config.prompts * config.responses * lengths.response, minibatches: config.minibatches * config.epochs },
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
      for (let epoch = 0; epoch < config.epochs; epoch++) {
        for (const batch of minibatchesOf(groups, config.minibatches, stream(seed, 'minibatches', step, epoch))) {
          options.signal?.throwIfAborted();
          options.onActivity?.(`update ${minibatch + 1} of ${config.minibatches * config.epochs}`);
          const ruleSeed = stream(seed, 'rule', step, minibatch).uint32();
          this.load(batch.flat(), minibatch, ruleSeed);
          // Updates that were made count: a rollout with few groups left has fewer minibatches.
          if (this.splitter && (this.optimizer.updates + 1) % config.split_every === 0) {
            options.onActivity?.('exact split of the gradient');
            const before = performance.now();
            Object.assign(metrics, splitMetrics(await this.splitter.split()));
            splitting += performance.now() - before;
          }
          // Every minibatch is frozen in turn; the last one stays.
          if (options.freeze) this.freeze({ step, minibatch, responses: batch.flat(), ruleSeed });
          this.update(minibatch, metrics);
          minibatch += 1;
        }
      }
      read = await this.objective.read(minibatch, recordedTokens);
      const rows = read.rows.map(readRow);
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
    const perBatch = Math.ceil(config.prompts / config.minibatches);
    const each = (record: (pass: GPUComputePassEncoder) => void) => {
      for (let first = 0; first < groups.length; first += perBatch) {
        this.pass.batch.fill(groups.slice(first, first + perBatch).flat().map((response) => this.sequence(response, { factor: 0, lmFactor: 0 })));
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

  /** Packs and uploads a minibatch, with the factors of the rule's aggregation. */
  load(responses: readonly Response[], minibatch: number, ruleSeed: number, rule: Rule = this.rule): void {
    const { task, config } = this.parts;
    const lengths = responses.map((response) => response.tokens.length);
    const factors = aggregationFactors(config.aggregation ?? rule.aggregation, lengths, rolloutLengths(task, config).response);
    const positives = responses.reduce((sum, response) => sum + (response.reward === 1 ? response.tokens.length : 0), 0);
    this.pass.batch.fill(
      responses.map((response, i) => this.sequence(response, { factor: factors[i] ?? 0, lmFactor: response.reward === 1 ? config.positive_lm / positives : 0 })),
    );
    this.pass.load(config.temperature, minibatch, ruleSeed);
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

  /** One optimizer update with the loaded minibatch: one command buffer. */
  private update(minibatch: number, metrics: Record<string, number>): void {
    const learningRate = this.nextLearningRate();
    metrics['actor/lr'] = learningRate;
    this.optimizer.load(learningRate);
    submitUpdate({ pass: this.pass, objective: this.objective, optimizer: this.optimizer }, { clearCounts: minibatch === 0, apply: true });
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

/** Training cannot go on: the weights before the bad update are kept. */
export function notFinite(phase: string, step: number): StudioError {
  return new StudioError('numerical', `${phase} step ${step}: the loss or its gradient is not a finite number.`, 'The weights before it are kept; lower the learning rate, or use a strategy that bounds its weights.');
}

