/** Supervised fine-tuning, the stage before RL. */
import { z } from 'zod';
import { DataColumns, DataReference, HeldOut } from '../../data/config.ts';
import { RowFilter } from '../../data/filter.ts';
import { count, field, fraction, positive } from '../../schema/field.ts';
import { optimizerFields } from './optimizer.ts';
import { TeacherConfig } from './teacher.ts';

/** Longest list of sources. */
const MOST_SOURCES = 32;
/** Most problems that one teacher solves: all of them are written before the start. */
const MOST_TRACES = 50_000;

export const SftSource = z
  .strictObject({
    task: field(z.literal(true).optional(), {
      label: 'Task',
      description:
        "true for the run's own task: its training problems with their solutions. Give one of task, teacher and data.",
      absent: 'none',
    }),
    teacher: field(TeacherConfig.optional(), {
      label: 'Teacher',
      description: "Reasoning traces for the run's task, written by a generator with known properties.",
      absent: 'none',
    }),
    bands: field(z.array(z.string().min(1)).min(1).max(16).optional(), {
      label: 'Difficulty bands',
      description: "Bands of the task that a teacher's problems are from, each for the same number of problems.",
      absent: 'as the task draws them',
    }),
    data: field(DataReference.optional(), {
      label: 'Data',
      description: 'A file of data, as task.data names it.',
      absent: 'none',
    }),
    columns: field(DataColumns.optional(), {
      label: 'Columns',
      description: 'What the columns of the file mean.',
      absent: "those of the run's task",
    }),
    held_out: field(HeldOut.optional(), {
      label: 'Held-out rows',
      description: 'Rows that SFT never trains on, for sft.validation. Give share, path, or column and value.',
      absent: 'none: all rows are trained on',
    }),
    weight: field(positive.optional(), {
      label: 'Weight',
      description:
        "Share of an epoch's examples, relative to the weights of the other sources. With a weight in one source, " +
        'all need one.',
      absent: 'every row once per epoch',
    }),
    amount: field(count.max(10_000_000).optional(), {
      label: 'Amount',
      description:
        'Examples per epoch; more than there are rows repeats rows. Of a teacher, the number of problems that it ' +
        'solves: the same ones in every epoch, and different ones for each teacher.',
      unit: 'examples',
      absent: 'each row once',
    }),
    filter: field(RowFilter.optional(), {
      label: 'Filter',
      description: 'Conditions that a row must all meet.',
      absent: 'all rows',
    }),
  })
  .superRefine(({ task, teacher, bands, data, columns, held_out: heldOut, weight, amount }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const kinds = Object.entries({ task, teacher, data }).flatMap(([kind, given]) =>
      given === undefined ? [] : [kind],
    );
    const [kind = 'data', second] = kinds;
    if (kinds.length !== 1)
      refuse(second ?? kind, `expected one of data, task and teacher, found ${kinds.join(' and ') || 'none'}`);
    if (!data && columns) refuse('columns', `expected no columns beside ${kind}, which has its own`);
    if (!data && heldOut) refuse('held_out', `expected no held_out beside ${kind}, which has its own`);
    if (!teacher && bands) refuse('bands', `expected no bands beside ${kind}, only beside teacher`);
    if (!teacher && weight !== undefined && amount !== undefined)
      refuse('amount', 'expected either weight or amount, found both');
    if (teacher && amount === undefined) refuse('amount', 'expected the number of problems that the teacher solves');
    if (teacher && amount !== undefined && amount > MOST_TRACES)
      refuse('amount', `expected at most ${MOST_TRACES} problems for a teacher, found ${amount}`);
  });
export type SftSource = z.infer<typeof SftSource>;

export const SftSources = z
  .array(SftSource)
  .min(1)
  .max(MOST_SOURCES)
  .superRefine((sources, context) => {
    if (!sources.some(({ weight }) => weight !== undefined)) return;
    for (const [i, { weight }] of sources.entries())
      if (weight === undefined)
        context.addIssue({
          code: 'custom',
          path: [i, 'weight'],
          message: 'expected a weight, because other sources have one',
        });
  });

export const ValidationConfig = z.strictObject({
  every: field(count.default(10), {
    label: 'Validate every',
    description: 'Steps between measurements of the loss on held-out rows; the last step is always followed by one.',
    unit: 'steps',
  }),
  rows: field(count.max(65_536).default(256), {
    label: 'Validation rows',
    description: 'Largest number of held-out rows that are read; more give a less noisy loss.',
  }),
});

export const SftConfig = z
  .strictObject({
    steps: field(count.optional(), {
      label: 'Steps',
      description: 'Number of optimizer updates; fewer leave more for RL to learn. Give either this or epochs.',
      unit: 'steps',
      absent: 'by epochs',
    }),
    epochs: field(positive.max(10_000).optional(), {
      label: 'Epochs',
      description:
        'Passes over the rows, from which the number of steps follows; also a part of one, such as 0.5. Give either ' +
        'this or steps.',
      absent: 'by steps',
    }),
    batch_size: field(count.max(65_536).default(128), {
      label: 'Batch size',
      description: 'Examples per update; larger batches give smoother gradients and take longer.',
      unit: 'examples',
    }),
    wrong_fraction: field(fraction.default(0), {
      label: 'Incorrect solutions',
      description: 'Share of examples whose solution is incorrect; raise it to leave RL something to improve.',
    }),
    sources: field(SftSources.optional(), {
      label: 'Sources',
      description:
        'Where examples are from: files of data, teachers and the task itself, each with a weight or an amount.',
      absent: "the run's task",
    }),
    loss_on: field(z.enum(['completions', 'all']).default('completions'), {
      label: 'Loss on',
      description:
        "completions: tokens of solutions, in conversations the assistant's turns. all: tokens of prompts too.",
    }),
    truncation: field(z.enum(['drop', 'left', 'right']).default('drop'), {
      label: 'Truncation',
      description:
        "What happens to examples longer than the model's positions. drop: they are left out. left, right: tokens at " +
        'their beginning or end are cut off.',
    }),
    validation: field(ValidationConfig.optional(), {
      label: 'Validation',
      description: 'Measures loss and perplexity on held-out rows of the sources, or of the task where they have none.',
      absent: 'none',
    }),
    ...optimizerFields(3e-3),
  })
  .superRefine(({ steps, epochs }, context) => {
    if ((steps === undefined) === (epochs === undefined))
      context.addIssue({
        code: 'custom',
        path: [steps === undefined ? 'steps' : 'epochs'],
        message: `expected either steps or epochs, found ${steps === undefined ? 'neither' : 'both'}`,
      });
  });
export type SftConfig = z.infer<typeof SftConfig>;
