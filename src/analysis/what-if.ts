/**
 * Compares strategies on one minibatch, from the frozen weights and optimizer state of a trainer's last minibatch: each
 * strategy's gradient and update, the cosines of the gradients, the predicted first-order change in expected reward,
 * and the change measured after applying the update to a copy. The run is unchanged.
 */
import { StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import { resolveStrategy, type ResolvedStrategy, type StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { Problem } from '../tasks/task.ts';
import { assertStrategyWorks } from '../objective/curves.ts';
import { Objective, objectiveSettings } from '../objective/objective.ts';
import { addRows, policyMetrics, readRow } from '../objective/statistics.ts';
import { rolloutLengths } from '../rl/rollouts.ts';
import { responseSequence } from '../rl/minibatch-sequences.ts';
import { copyBuffer, TrainerState } from '../rl/trainer-state.ts';
import { type FrozenMinibatch, type RlTrainer } from '../rl/trainer.ts';
import { submitMinibatch } from '../objective/update.ts';
import { VectorProducts } from './vector-products.ts';
import { assertFits } from './what-if-memory.ts';
import { disagreements, mean, strategyReport, type Outcome } from './what-if-report.ts';

/** Number of minibatch-sized rollouts that estimate the policy gradient; their spread gives the prediction's error. */
const FOLDS = 6;
/** Batches of problems on which rewards before and after an update are measured. */
const MEASURED_BATCHES = 3;

export interface WhatIfOptions {
  /** Maximum bytes of all buffers. */
  budget?: number;
  signal?: AbortSignal;
  onActivity?: (activity: string) => void;
  /** Called while the model holds the weights after strategy i's update; for tests. */
  onUpdate?: (strategy: number) => Promise<void>;
}

/**
 * @param strategies to compare with the run's own, which comes first
 * @throws StudioError `input` when there is no frozen minibatch or a custom strategy does not work, `memory`,
 *   `cancelled`
 */
export async function whatIf(
  trainer: RlTrainer,
  strategies: readonly StrategyConfig[],
  options: WhatIfOptions = {},
): Promise<WhatIf> {
  const { frozen } = trainer;
  if (!frozen) throw new StudioError('input', 'There is no minibatch to look at yet.', 'Make an RL step first.');
  await trainer.rollouts.settled();
  const own = trainer.parts.config.strategy;
  const all = [own, ...strategies.filter((strategy) => JSON.stringify(strategy) !== JSON.stringify(own))];
  assertFits(trainer, all.length, options.budget ?? Infinity);
  for (const strategy of all) await assertStrategyWorks(trainer.parts.model.gpu, resolveStrategy(strategy));
  const bench = await Bench.create(trainer, frozen, all.map(resolveStrategy), options);
  try {
    return await bench.run(all);
  } finally {
    bench.destroy();
  }
}

class Bench {
  private readonly live: TrainerState;
  /** Of each strategy: its gradient, and the weights after its update. */
  private readonly gradients: GPUBuffer[];
  private readonly after: GPUBuffer[];
  private readonly products: VectorProducts;

  private constructor(
    private readonly trainer: RlTrainer,
    private readonly frozen: FrozenMinibatch,
    private readonly strategies: readonly ResolvedStrategy[],
    private readonly options: WhatIfOptions,
  ) {
    const { model } = trainer.parts;
    const vector = (label: string) => model.gpu.buffer(label, model.layout.trained.count * 4);
    this.live = new TrainerState(model, trainer.optimizer, 'live');
    this.gradients = strategies.map(({ title }) => vector(`gradient of ${title}`));
    this.after = strategies.map(({ title }) => vector(`weights after ${title}`));
    this.products = new VectorProducts(model.gpu);
  }

  static async create(
    trainer: RlTrainer,
    frozen: FrozenMinibatch,
    strategies: readonly ResolvedStrategy[],
    options: WhatIfOptions,
  ): Promise<Bench> {
    return trainer.parts.model.gpu.guarded('comparing strategies', async () => {
      const bench = new Bench(trainer, frozen, strategies, options);
      await bench.products.plan({
        gradients: bench.gradients,
        gradient: trainer.pass.gradients,
        before: frozen.state.weights,
        after: bench.after,
      });
      bench.live.save();
      return bench;
    });
  }

  async run(configs: readonly StrategyConfig[]): Promise<WhatIf> {
    const { frozen } = this;
    try {
      const before = await this.measure(frozen.state.weights);
      const outcomes: Outcome[] = [];
      for (const [i, strategy] of this.strategies.entries()) {
        this.say(`what ${strategy.title} would have done`);
        outcomes.push(await this.update(i, strategy));
      }
      this.say('comparing gradients');
      const pairs = await this.products.pairs(outcomes.map(({ failed }) => failed === undefined));
      this.say('estimating the policy gradient');
      const predictions = await this.predictions();
      return {
        step: frozen.step,
        minibatch: frozen.minibatch + 1,
        tokens: this.tokens,
        responses: frozen.responses.length,
        strategies: configs.map((config, i) =>
          strategyReport(config, outcomes[i] as Outcome, pairs.norms[i] ?? 0, predictions[i] ?? [], before),
        ),
        cosine: pairs.cosine,
        signAgreement: pairs.signAgreement,
        disagreements: disagreements(outcomes, frozen.responses, this.trainer.parts.tokenizer),
        measuredOn: { problems: before.length, samples: this.trainer.parts.config.responses, before: mean(before) },
      };
    } finally {
      this.live.restore();
    }
  }

  private say(activity: string): void {
    this.options.signal?.throwIfAborted();
    this.options.onActivity?.(activity);
  }

  private get tokens(): number {
    return this.frozen.responses.reduce((sum, response) => sum + response.tokens.length, 0);
  }

  /**
   * The minibatch's update by one strategy from the frozen state; keeps its gradient and weights, and measures its
   * reward.
   */
  private async update(i: number, strategy: ResolvedStrategy): Promise<Outcome> {
    const { trainer, frozen } = this;
    const { config, model } = trainer.parts;
    const { pass, optimizer } = trainer;
    const last = frozen.responses.reduce((most, { index, tokens }) => Math.max(most, index + tokens.length - 1), 0);
    const objective = await Objective.create(
      pass,
      objectiveSettings(config, strategy),
      { tokens: last + 1, minibatches: trainer.passes },
      optimizer.norm,
    );
    try {
      for (const name of ['old', 'reference', 'sampled'] as const)
        copyBuffer(model, trainer.objective[name], objective[name]);
      frozen.state.restore();
      optimizer.load(frozen.learningRate);
      const passes = submitMinibatch(
        { pass, loss: objective, optimizer },
        trainer.sequences(frozen.responses, strategy),
        { temperature: config.temperature, row: 0, seed: frozen.strategySeed },
        { clearCounts: true, apply: true },
      );
      copyBuffer(model, pass.gradients, this.gradients[i] as GPUBuffer);
      copyBuffer(model, model.trained, this.after[i] as GPUBuffer);
      await this.options.onUpdate?.(i);
      const read = await objective.statistics.read(passes, last + 1);
      const row = readRow(addRows(read.rows));
      const metrics = policyMetrics([row], {
        positiveLm: config.positive_lm,
        klCoefficient: config.kl_coefficient,
        entropyCoefficient: config.entropy_coefficient,
        strategy,
      });
      const failed =
        row.notFinite > 0 || row.strategyNotFinite > 0 || !Number.isFinite(row.gradientNorm)
          ? 'gave no finite gradient'
          : undefined;
      const rewards = failed ? [] : await this.measure(this.after[i] as GPUBuffer);
      return { records: read.records, metrics, rewards, ...(failed && { failed }) };
    } finally {
      objective.destroy();
    }
  }

  /** Mean reward of each problem under given weights; problems and sampling seeds are the same every time. */
  private async measure(weights: GPUBuffer): Promise<number[]> {
    const { trainer, frozen } = this;
    const { config, task, seed, model } = trainer.parts;
    copyBuffer(model, weights, model.trained);
    const random = stream(seed, 'what-if problems', frozen.step, frozen.minibatch);
    const rewards: number[] = [];
    for (let batch = 0; batch < MEASURED_BATCHES; batch++) {
      const problems = Array.from({ length: config.prompts }, () => task.trainingProblem(random));
      const responses = await trainer.rollouts.answer(
        problems,
        stream(seed, 'what-if samples', frozen.step, frozen.minibatch, batch).uint32(),
        this.options.signal,
      );
      for (let group = 0; group < problems.length; group++)
        rewards.push(
          mean(responses.slice(group * config.responses, (group + 1) * config.responses).map(({ reward }) => reward)),
        );
    }
    return rewards;
  }

  /**
   * Per strategy, one prediction per fold: the policy gradient of the expected reward (REINFORCE with a leave-one-out
   * baseline on a fresh rollout at the frozen weights) times the strategy's step.
   */
  private async predictions(): Promise<number[][]> {
    const { trainer, frozen } = this;
    const { config, task, seed } = trainer.parts;
    const { pass, optimizer } = trainer;
    const groups = Math.ceil(config.prompts / config.minibatches);
    const tokens = groups * config.responses * rolloutLengths(task, config).response;
    const objective = await Objective.create(
      pass,
      {
        strategy: resolveStrategy({ name: 'reinforce' }),
        klCoefficient: 0,
        klEstimator: 'k3',
        entropyCoefficient: 0,
        correction: null,
        distributions: false,
      },
      { tokens, minibatches: trainer.passes },
      optimizer.norm,
    );
    const predictions = this.strategies.map((): number[] => []);
    try {
      frozen.state.restore();
      for (let fold = 0; fold < FOLDS; fold++) {
        this.options.signal?.throwIfAborted();
        const random = stream(seed, 'what-if gradient', frozen.step, frozen.minibatch, fold);
        const problems = Array.from({ length: groups }, (): Problem => task.trainingProblem(random));
        const responses = await trainer.rollouts.answer(problems, random.uint32(), this.options.signal);
        let index = 0;
        const sequences = responses.map((response) => {
          const members = responses
            .slice(response.group * config.responses, (response.group + 1) * config.responses)
            .map(({ reward }) => reward);
          const advantage =
            config.responses > 1
              ? (response.reward - mean(members)) * (members.length / (members.length - 1))
              : response.reward;
          const sequence = {
            ...responseSequence({ ...response, index }, { lossWeight: 1 / responses.length, nllWeight: 0 }),
            advantage,
            positive: false,
          };
          index += response.tokens.length;
          return sequence;
        });
        submitMinibatch(
          { pass, loss: objective, optimizer },
          sequences,
          { temperature: config.temperature, row: 0, seed: 0 },
          { clearCounts: false, apply: false },
        );
        // The kernels compute the gradient of the loss, the negative reward.
        for (const [i, list] of predictions.entries()) list.push(-(await this.products.along(i)));
      }
    } finally {
      objective.destroy();
    }
    return predictions;
  }

  destroy(): void {
    const { gpu } = this.trainer.parts.model;
    this.products.destroy();
    this.live.destroy();
    for (const buffer of [...this.gradients, ...this.after]) gpu.release(buffer);
  }
}
