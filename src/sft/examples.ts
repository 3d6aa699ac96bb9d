/**
 * The examples of an SFT stage, step by step, and those of its validation loss. A step's batch follows from the seed
 * and the step alone.
 *
 * Batches are cut from the sequence of epochs: the last rows of one epoch share a batch with the first of the next.
 * Where the config gives epochs, the last batch has the examples that are left.
 */
import { StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import type { RunConfig, SftConfig } from '../run/config.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';
import type { SftSourceView, SftView } from '../views/sft.ts';
import { epochCounts, Mixture, type MixedSource } from './mixture.ts';
import { validationExamples, type HeldOutExample, type HeldOutPool } from './validation-rows.ts';

/** Where examples of a stage are from. */
export interface DrawnSource extends MixedSource {
  name: string;
  /** Dotted path in the config, for errors. */
  path: string;
  /** @param row as `Draw.row` */
  example(row: number): TrainingExample;
  /** Longest example in tokens, and most tokens that the loss counts. */
  longest: { tokens: number; targets: number };
  leftOut: SftSourceView['leftOut'];
  truncated: number;
  bands?: SftSourceView['bands'];
  traces?: SftSourceView['traces'];
}

export interface ExampleParts {
  config: SftConfig;
  seed: number;
  positions: number;
  sources: readonly DrawnSource[];
  /** Draws the examples of a step where problems have no end and no epochs. */
  drawStep?: ((step: number) => TrainingExample[]) | undefined;
  heldOut: readonly HeldOutPool[];
}

export class SftExamples {
  private readonly mixture: Mixture | undefined;
  /** Optimizer updates of the stage. */
  readonly steps: number;
  private readonly lastBatch: number;
  private validating: readonly HeldOutExample[] | undefined;

  /** @throws StudioError `input` where nothing can be trained on, or an epoch has no size */
  constructor(private readonly parts: ExampleParts) {
    const { config, drawStep } = parts;
    const { batch_size: batch } = config;
    this.mixture = drawStep ? undefined : mixtureOf(parts);
    if (config.steps !== undefined) {
      this.steps = config.steps;
      this.lastBatch = batch;
      return;
    }
    if (!this.mixture) throw withoutEpochs('sft.epochs');
    const total = Math.max(1, Math.round((config.epochs ?? 0) * this.mixture.size));
    this.steps = Math.ceil(total / batch);
    this.lastBatch = total - (this.steps - 1) * batch;
  }

  /** Capacity for one example: rows of a pass, and tokens that the loss counts. Validation is within it. */
  get longest(): { rows: number; targets: number } {
    const all = [
      ...this.parts.sources.map(({ longest }) => longest),
      ...this.validation.map((example) => ({
        tokens: example.tokens.length,
        targets: example.lossMask.reduce<number>((sum, one) => sum + one, 0),
      })),
    ];
    const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0);
    return { rows: most(all.map(({ tokens }) => tokens - 1)), targets: most(all.map(({ targets }) => targets)) };
  }

  /** Epochs after a step; undefined where nothing is said about epochs. */
  epochsAfter(step: number): number | undefined {
    const { config } = this.parts;
    if (!this.mixture || (config.epochs === undefined && !config.sources)) return undefined;
    const last = step === this.steps ? this.lastBatch : config.batch_size;
    return ((step - 1) * config.batch_size + last) / this.mixture.size;
  }

  /** @param step 1-based */
  batch(step: number): TrainingExample[] {
    const { config, sources, drawStep } = this.parts;
    if (drawStep) return drawStep(step);
    const { mixture } = this;
    const size = step === this.steps ? this.lastBatch : config.batch_size;
    return Array.from({ length: size }, (_, i) => {
      const { source, row } = (mixture as Mixture).at((step - 1) * config.batch_size + i);
      return (sources[source] as DrawnSource).example(row);
    });
  }

  /** Held-out examples, the same for the same seed; none without `validation`. @throws StudioError `input` */
  get validation(): readonly HeldOutExample[] {
    const { config, seed, heldOut } = this.parts;
    this.validating ??= config.validation ? validationExamples(heldOut, config.validation.rows, seed) : [];
    return this.validating;
  }

  /** What is said before the start; undefined for a stage that uses none of the fields that it is about. */
  get view(): SftView | undefined {
    const { config, sources, positions } = this.parts;
    const { sources: given, epochs, validation, truncation } = config;
    if (!given && epochs === undefined && !validation && truncation === 'drop') return undefined;
    const { mixture, steps, lastBatch } = this;
    const examples = (steps - 1) * config.batch_size + lastBatch;
    return {
      steps,
      batchSize: config.batch_size,
      lastBatch,
      truncation,
      positions,
      ...(mixture && { epochSize: mixture.size, epochs: examples / mixture.size }),
      sources: sources.map(({ name, rows, leftOut, truncated, bands, traces }, i) => ({
        name,
        leftOut,
        truncated,
        ...(bands && { bands }),
        ...(traces && { traces }),
        ...(rows !== undefined && { rows }),
        ...(mixture && { perEpoch: mixture.counts[i] ?? 0 }),
      })),
      ...(validation && { validationRows: this.validation.length }),
    };
  }
}

function mixtureOf({ sources, seed }: ExampleParts): Mixture {
  const counts = epochCounts(sources);
  if (counts) return new Mixture(sources, counts, seed);
  const endless = sources.find(({ rows, amount }) => rows === undefined && amount === undefined);
  throw withoutEpochs(`${endless?.path ?? 'sft.sources'}.amount`);
}

/** Problems without end have no epochs. */
function withoutEpochs(field: string): StudioError {
  const amount = field.endsWith('.amount');
  return new StudioError(
    'input',
    `${field}: the task makes its own problems without end, so that an epoch has no size.`,
    amount ? 'Give the source an amount.' : 'Give sft.steps instead, or the task as a source with an amount.',
    field,
  );
}

/** Problems redrawn for their length before a task is refused. */
const REDRAWS = 10_000;

/** A fitting example of a task that makes its own problems. @param fit leaves out what is too long */
export function drawExample(
  task: ModelTask,
  { seed, sft }: Pick<RunConfig, 'seed'> & { sft: SftConfig },
  label: string,
  draw: number,
  fit: (example: TrainingExample) => TrainingExample | undefined,
): TrainingExample {
  const random = stream(seed, label, draw);
  for (let drawn = 0; drawn < REDRAWS; drawn++) {
    const example = fit(task.example(task.trainingProblem(random), random, random.float() < sft.wrong_fraction));
    if (example) return example;
  }
  throw new StudioError(
    'input',
    `sft.truncation: of ${REDRAWS} problems of the task, none leaves a token to train on.`,
    "Make the task's problems shorter, or choose a model with more positions.",
    'sft.truncation',
  );
}
