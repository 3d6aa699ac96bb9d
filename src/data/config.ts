/** Data of a run: which file, what its columns mean, and which rows are held out. */
import { z } from 'zod';
import { count, field } from '../schema/field.ts';

const column = z.string().min(1).max(200);
/** A path such as `reward_model.ground_truth` names a field inside a column. */
const DOTTED = 'Dots name a field inside a column: reward_model.ground_truth.';

export const DataColumns = z
  .strictObject({
    prompt: field(column.optional(), {
      label: 'Prompt column',
      description: `Column with the problem: text, or a list of messages. Give either this or messages. ${DOTTED}`,
      absent: 'none',
    }),
    answer: field(column.optional(), {
      label: 'Answer column',
      description: 'Column with the reference answer, which rewards compare responses with; numbers are read as text.',
      absent: 'none',
    }),
    completion: field(column.optional(), {
      label: 'Completion column',
      description: 'Column with the response that SFT trains on, when it is not the answer itself.',
      absent: 'none',
    }),
    messages: field(column.optional(), {
      label: 'Messages column',
      description:
        'Column with a whole conversation, a list of {"role", "content"}. The turns before the last one of the ' +
        'assistant are the prompt.',
      absent: 'none',
    }),
    system: field(column.optional(), {
      label: 'System column',
      description: 'Column with a system message per row, used where the conversation has none of its own.',
      absent: 'none',
    }),
    difficulty: field(column.optional(), {
      label: 'Difficulty column',
      description: 'Column with a level, number or text, by which evaluation groups problems.',
      absent: 'none',
    }),
    key: field(column.optional(), {
      label: 'Key column',
      description:
        'Column that says which rows are the same problem; such rows are all trained on or all held out. Set it when ' +
        'one problem has several wordings.',
      absent: "the prompt's text",
    }),
  })
  .superRefine((columns, context) => {
    const [prompt, messages, completion] = [columns.prompt, columns.messages, columns.completion];
    if ((prompt === undefined) === (messages === undefined))
      context.addIssue({
        code: 'custom',
        path: [prompt === undefined ? 'prompt' : 'messages'],
        message: `expected either prompt or messages, found ${prompt === undefined ? 'neither' : 'both'}`,
      });
    if (messages !== undefined && completion !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['completion'],
        message: "expected no completion beside messages: the assistant's turns are the completion",
      });
  });
export type DataColumns = z.infer<typeof DataColumns>;

export const DataReference = z.strictObject({
  path: field(z.string().min(1).max(1000), {
    label: 'Data file',
    description:
      'JSONL, JSON, CSV, TSV or Parquet file with one problem per row; with a repository, its path in there.',
  }),
  sha256: field(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'expected 64 hexadecimal digits' })
      .optional(),
    {
      label: 'SHA-256',
      description: 'Checksum of the file; a file with another content is refused, so that the config determines a run.',
      absent: 'any content',
    },
  ),
  rows: field(count.optional(), {
    label: 'Rows',
    description: 'Number of rows that are read, from the beginning of the file; set it to try a run on a few rows.',
    absent: 'all',
  }),
  repository: field(z.string().min(1).max(200).optional(), {
    label: 'Repository',
    description: 'Data set of the hub that has the file, as owner/name.',
    absent: 'none: path names a file',
  }),
  revision: field(z.string().min(1).max(200).optional(), {
    label: 'Revision',
    description: 'Branch, tag or commit of the repository.',
    absent: 'main',
  }),
  skip_bad_rows: field(z.boolean().default(false), {
    label: 'Leave out bad rows',
    description: 'Trains without the rows that cannot be read or used; otherwise such a row is an error that names it.',
  }),
});
export type DataReference = z.infer<typeof DataReference>;

const HeldOutShare = z.strictObject({
  share: field(z.number().gt(0).lt(1).default(0.1), {
    label: 'Held-out share',
    description: 'Share of the problems that training never sees; a hash of its key decides for each problem.',
  }),
});

const HeldOutFile = z.strictObject({
  path: field(z.string().min(1).max(1000), {
    label: 'Held-out file',
    description: 'File with the problems that training never sees, with the same columns as the data file.',
  }),
  sha256: field(DataReference.shape.sha256, {
    label: 'SHA-256 of the held-out file',
    description: 'Checksum of the held-out file; a file with another content is refused.',
    absent: 'any content',
  }),
});

const HeldOutColumn = z.strictObject({
  column: field(column, {
    label: 'Split column',
    description: 'Column that says which rows are held out.',
  }),
  value: field(z.union([z.string(), z.number(), z.boolean()]), {
    label: 'Split value',
    description: 'Rows with this value in the split column are held out.',
  }),
});

export const HeldOut = z.union([HeldOutShare, HeldOutFile, HeldOutColumn]);
export type HeldOut = z.infer<typeof HeldOut>;

export const DEFAULT_HELD_OUT: HeldOut = { share: 0.1 };
