/** Supervised fine-tuning on a task's worked solutions: mean negative log-likelihood of solution tokens, AdamW. */
import type { Tuner } from '../gpu/tuner.ts';
import type { BatchSequence } from '../model/training/batch.ts';
import type { Model } from '../model/model.ts';
import { AdamW, learningRateAt } from '../model/training/optimizer.ts';
import { TrainingPass } from '../model/training/training-pass.ts';
import { stream } from '../random.ts';
import { CrossEntropyLoss, crossEntropyMetrics } from '../objective/cross-entropy-loss.ts';
import { addRows, gradientClippedFraction, readRow } from '../objective/statistics.ts';
import type { TrainerMemory } from '../objective/trainer-memory.ts';
import { notFinite, submitMinibatch } from '../objective/update.ts';
import type { SftConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';

export interface SftTrainerParts {
  model: Model;
  tuner: Tuner;
  task: ModelTask;
  config: SftConfig;
  seed: number;
  /** By default whole batches, no recomputation, separate memory. */
  memory?: TrainerMemory;
}

export class SftTrainer {
  private constructor(
    readonly parts: SftTrainerParts,
    private readonly pass: TrainingPass,
    readonly optimizer: AdamW,
    private readonly loss: CrossEntropyLoss,
  ) {}

  static async create(parts: SftTrainerParts): Promise<SftTrainer> {
    const { model, tuner, task, config, memory = { sequences: config.batch_size, recompute: false } } = parts;
    const pass = await TrainingPass.create(model, tuner, {
      ...memory,
      rows: memory.sequences * (task.lengths.prompt + task.lengths.response - 1),
      targets: memory.sequences * task.lengths.response,
      gradients: true,
    });
    const optimizer = await AdamW.create(model, pass.gradients, {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
      clip: config.gradient_clip,
    });
    const loss = await CrossEntropyLoss.create(
      pass,
      {
        tokens: config.batch_size * task.lengths.response,
        minibatches: Math.ceil(config.batch_size / memory.sequences),
      },
      optimizer.norm,
    );
    return new SftTrainer(parts, pass, optimizer, loss);
  }

  /**
   * @param step 1-based
   * @throws StudioError `numerical` when the gradient is not finite; the weights are those from before the bad update
   */
  async step(step: number): Promise<StepRecord> {
    const started = performance.now();
    const { sequences, learningRate, passes } = this.submit(step);
    const { rows } = await this.loss.statistics.read(passes, 0);
    const row = readRow(addRows(rows));
    if (row.notFinite > 0 || !Number.isFinite(row.gradientNorm)) throw notFinite('sft', step);
    const milliseconds = performance.now() - started;
    const read = sequences.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
    return {
      step,
      phase: 'sft',
      metrics: {
        ...crossEntropyMetrics(row),
        'train/grad_clipped_fraction': gradientClippedFraction([row], this.parts.config.gradient_clip),
        'train/lr': learningRate,
      },
      time: { step_ms: milliseconds, tokens_per_second: (read * 1000) / milliseconds },
    };
  }

  /** A step's examples and its learning rate. */
  batchOf(step: number): { sequences: BatchSequence[]; learningRate: number } {
    const { config, seed } = this.parts;
    const examples = this.examples(step, seed);
    const counts = examples.map(({ lossMask }) => lossMask.reduce<number>((sum, trained) => sum + trained, 0));
    const targets = counts.reduce((sum, count) => sum + count, 0);
    let index = 0;
    const sequences = examples.map(({ tokens, lossMask }, i): BatchSequence => {
      const sequence = {
        tokens,
        firstTarget: lossMask.indexOf(1),
        targetMask: lossMask,
        index,
        advantage: 0,
        lossWeight: 0,
        nllWeight: 1 / targets,
        positive: false,
      };
      index += counts[i] ?? 0;
      return sequence;
    });
    return { sequences, learningRate: learningRateAt(step, config.steps, config) };
  }

  /** Queues a step's update. @returns the number of `passes`, with the fields of `batchOf` */
  submit(step: number): ReturnType<SftTrainer['batchOf']> & { passes: number } {
    const batch = this.batchOf(step);
    this.optimizer.load(batch.learningRate);
    const passes = submitMinibatch(
      { pass: this.pass, loss: this.loss, optimizer: this.optimizer },
      batch.sequences,
      { temperature: 1, row: 0, seed: 0 },
      { clearCounts: true, apply: true },
    );
    return { ...batch, passes };
  }

  private examples(step: number, seed: number): TrainingExample[] {
    const { task, config } = this.parts;
    const random = stream(seed, 'sft examples', step);
    return Array.from({ length: config.batch_size }, (_, i) => {
      const problem = task.trainingProblem(random, { stage: 'sft', seed, index: (step - 1) * config.batch_size + i });
      return task.example(problem, random, random.float() < config.wrong_fraction);
    });
  }

  destroy(): void {
    this.loss.destroy();
    this.optimizer.destroy();
    this.pass.destroy();
  }
}
