/** Supervised fine-tuning on worked solutions: mean negative log-likelihood of the tokens that count, AdamW. */
import type { Tuner } from '../gpu/tuner.ts';
import { PackedBatch, type BatchSequence } from '../model/training/batch.ts';
import type { Model } from '../model/model.ts';
import { AdamW, learningRateAt } from '../model/training/optimizer.ts';
import { TrainingPass } from '../model/training/training-pass.ts';
import { CrossEntropyLoss, crossEntropyMetrics } from '../objective/cross-entropy-loss.ts';
import { LastGood } from '../objective/last-good.ts';
import {
  faultOf,
  firstBadToken,
  numericalFault,
  type NumericalFault,
  type UpdateFault,
} from '../objective/numerical-fault.ts';
import { addRows, gradientClippedFraction, readRow } from '../objective/statistics.ts';
import type { TrainerMemory } from '../objective/trainer-memory.ts';
import { submitMinibatch } from '../objective/update.ts';
import type { SftConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';
import type { SftExamples } from './examples.ts';
import { targetsOf } from './fitted-example.ts';
import { Validation, type ValidationLoss } from './validation.ts';

export interface SftTrainerParts {
  model: Model;
  tuner: Tuner;
  examples: Pick<SftExamples, 'steps' | 'longest' | 'batch' | 'epochsAfter' | 'validation'>;
  config: SftConfig;
  /** By default whole batches, no recomputation, separate memory. */
  memory?: TrainerMemory;
}

export class SftTrainer {
  private constructor(
    readonly parts: SftTrainerParts,
    private readonly pass: TrainingPass,
    readonly optimizer: AdamW,
    private readonly loss: CrossEntropyLoss,
    private readonly validation: Validation | undefined,
    private readonly lastGood: LastGood | undefined,
  ) {}

  static async create(parts: SftTrainerParts): Promise<SftTrainer> {
    const { model, tuner, examples, config, memory = { sequences: config.batch_size, recompute: false } } = parts;
    const { longest } = examples;
    const pass = await TrainingPass.create(model, tuner, {
      ...memory,
      rows: memory.sequences * longest.rows,
      targets: memory.sequences * longest.targets,
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
        tokens: config.batch_size * longest.targets,
        minibatches: Math.ceil(config.batch_size / memory.sequences),
      },
      optimizer.norm,
    );
    const validation =
      examples.validation.length > 0
        ? await model.gpu.guarded('the validation loss', () => new Validation(pass))
        : undefined;
    const lastGood = memory.keepGood
      ? await model.gpu.guarded(
          'copies of the weights',
          () => new LastGood(model.gpu, optimizer, [model.trained, optimizer.first, optimizer.second]),
        )
      : undefined;
    return new SftTrainer(parts, pass, optimizer, loss, validation, lastGood);
  }

  /**
   * @param step 1-based
   * @throws NumericalFault when the loss or the gradient is not finite or too large; the weights are those from before
   *   the bad update, or of an earlier good step
   */
  async step(step: number): Promise<StepRecord> {
    const started = performance.now();
    this.lastGood?.save(step - 1, () => undefined);
    const { sequences, learningRate, passes } = this.submit(step);
    const { rows } = await this.loss.statistics.read(passes, 0);
    const fault = faultOf([rows.map(readRow)]);
    if (fault) throw await this.failure(step, fault, sequences, learningRate);
    this.lastGood?.passed();
    const row = readRow(addRows(rows));
    const milliseconds = performance.now() - started;
    const epoch = this.parts.examples.epochsAfter(step);
    const read = sequences.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
    return {
      step,
      phase: 'sft',
      metrics: {
        ...crossEntropyMetrics(row),
        'train/grad_clipped_fraction': gradientClippedFraction([row], this.parts.config.gradient_clip),
        'train/lr': learningRate,
        ...(epoch !== undefined && { 'train/epoch': epoch }),
      },
      time: { step_ms: milliseconds, tokens_per_second: (read * 1000) / milliseconds },
    };
  }

  /** Restores a good state. @returns the error that ends the run */
  private async failure(
    step: number,
    fault: UpdateFault,
    sequences: readonly BatchSequence[],
    learningRate: number,
  ): Promise<NumericalFault> {
    const { config, model } = this.parts;
    const made = this.optimizer.updates - 1;
    const token = fault.kind === 'tokens' ? await this.badToken(sequences) : undefined;
    this.optimizer.updates = made;
    const restored = this.lastGood?.restore(true);
    return numericalFault({
      phase: 'sft',
      step,
      fault,
      updates: 1,
      token,
      made,
      learningRate,
      warmupSteps: config.warmup_steps,
      gradientClip: config.gradient_clip,
      f16: model.matmulPrecision === 'f16',
      drift: 0,
      restored,
    });
  }

  private async badToken(sequences: readonly BatchSequence[]): Promise<string | undefined> {
    const counts = sequences.map(PackedBatch.targetsOf);
    const records = await this.loss.statistics.readRecords(counts.reduce((sum, count) => sum + count, 0));
    const bad = firstBadToken(
      records,
      sequences.map(({ index }, i) => ({ index, length: counts[i] ?? 0 })),
    );
    return bad && `counted token ${bad.token + 1} of example ${bad.sequence + 1} of the batch`;
  }

  /** A step's examples and its learning rate. */
  batchOf(step: number): { sequences: BatchSequence[]; learningRate: number } {
    const { config, examples } = this.parts;
    return {
      sequences: batchSequences(examples.batch(step)),
      learningRate: learningRateAt(step, examples.steps, config),
    };
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

  /**
   * The loss on the held-out examples with the weights as they are.
   *
   * @throws the signal's reason
   */
  async validate(signal?: AbortSignal): Promise<ValidationLoss> {
    if (!this.validation) throw new Error('the config has no validation');
    const { validation } = this.parts.examples;
    const sequences = batchSequences(validation);
    const named = validation.map(({ source }, i) => ({ ...(sequences[i] as BatchSequence), source }));
    return this.validation.measure(named, signal);
  }

  destroy(): void {
    this.validation?.destroy();
    this.lastGood?.destroy();
    this.loss.destroy();
    this.optimizer.destroy();
    this.pass.destroy();
  }
}

/** Examples as sequences of a batch, whose loss is the mean over its targets. */
function batchSequences(examples: readonly TrainingExample[]): BatchSequence[] {
  const counts = examples.map(targetsOf);
  const targets = counts.reduce((sum, count) => sum + count, 0);
  let index = 0;
  return examples.map(({ tokens, lossMask }, i) => {
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
}
