/** What the configs of tasks share: their common fields, and what a generated task declares beside its schema. */
import { z } from 'zod';
import { RewardsConfig } from '../rewards/config.ts';
import { field, positive, type FieldText } from '../schema/field.ts';

/** The name of a task. @param about what its problems are, in one sentence that begins with its name */
export const taskName = <N extends string>(name: N, about: string) =>
  field(z.literal(name), { label: 'Task', description: about });

export const REWARDS: FieldText = {
  label: 'Rewards',
  description:
    "What grades a response: the weighted sum of these rewards; by default the task's own verifier, 1 for the right " +
    'answer and 0 otherwise.',
  absent: "the task's verifier",
};

/** That of Llama 3.1's template where it is not told one. */
export const DEFAULT_DATE = '2024-07-26';

/** How a prompt is written; the same for every task. */
export const writing = {
  format: field(z.enum(['text', 'chat']).optional(), {
    label: 'Prompt format',
    description:
      "text: the response continues the prompt. chat: the prompt is a user's message in the model's chat template. " +
      'automatic: chat for data if the model has a chat template, otherwise text.',
    absent: 'automatic',
  }),
  system: field(z.string().min(1).max(20_000).optional(), {
    label: 'System message',
    description: 'First message of every conversation, in place of one in the data; for the chat format alone.',
    absent: 'none',
  }),
  date: field(
    z
      .string()
      .refine((text) => z.iso.date().safeParse(text).success, { error: 'expected a date such as 2024-07-26' })
      .optional(),
    {
      label: 'Date in prompts',
      description:
        'The day that chat templates with strftime_now write, so that a run has the same prompts on any day.',
      absent: DEFAULT_DATE,
    },
  ),
  template: field(
    z
      .string()
      .min(1)
      .max(20_000)
      .refine((text) => text.includes('{'), { error: 'expected {prompt} or a column in braces' })
      .optional(),
    {
      label: 'Prompt template',
      description: 'Text around a problem: {prompt} stands for it, and {column} for another column of its row.',
      absent: '{prompt}; a line break follows it in a text where data has answers rather than completions',
    },
  ),
};

/** The fields that every generated task has, after those of its own. */
export const generatedFields = {
  bands: field(
    z
      .record(z.string(), positive)
      .refine((bands) => Object.keys(bands).length > 0, { error: 'expected at least one' })
      .optional(),
    {
      label: 'Difficulty bands',
      description:
        'Share of each difficulty band among the problems, training and held-out alike, for example ' +
        '{"0 carries": 3, "1 carry": 1}: shares are relative to their sum, and bands that are left out do not occur.',
      absent: 'as they occur',
    },
  ),
  ...writing,
  rewards: field(RewardsConfig.optional(), REWARDS),
};

/** The config of a generated task, apart from the fields of its own. */
export type GeneratedConfig = z.output<z.ZodObject<typeof generatedFields>>;

/** A way of reasoning in which teachers write traces. */
export interface TraceStyle {
  name: string;
  /** What its traces are, in one clause, with an example. */
  about: string;
  /** Whether its traces have steps before the answer. */
  steps: boolean;
}

/** What a generated task declares: its schema, and what lists and the recipe show of it without its code. */
export interface TaskDeclaration<S extends z.ZodType = z.ZodType> {
  /** A strict object whose `name` is a `taskName`, with `generatedFields`; checked with `knownBands`. */
  schema: S;
  /** Fields that the recipe shows under Basic. */
  basic: readonly string[];
  /** A prompt to try in the Playground. */
  example: string;
  /** For lists of tasks: `addition, 2 digits`. */
  label(config: z.output<S>): string;
  /**
   * Names of its difficulty bands, from easy to hard: each has problems on both sides of the split. Keep them in order
   * of their numbers, by which reports sort.
   */
  bands(config: z.output<S>): readonly string[];
  /** Styles of its teachers; none for a task whose traces nothing writes. */
  styles?: readonly TraceStyle[];
}

/** A check for a schema: every key of `bands` is the name of a band. */
export const knownBands =
  <C extends Pick<GeneratedConfig, 'bands'>>(bandsOf: (config: C) => readonly string[]) =>
  (config: C, context: z.RefinementCtx): void => {
    // Of a size that is out of its range there may be any number of bands.
    if (context.issues.length > 0) return;
    const known = bandsOf(config);
    for (const band of Object.keys(config.bands ?? {}))
      if (!known.includes(band))
        context.addIssue({
          code: 'custom',
          path: ['bands', band],
          message: `expected one of ${known.map((one) => JSON.stringify(one)).join(', ')}`,
        });
  };

/** `1 digit`, `2 digits`. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
