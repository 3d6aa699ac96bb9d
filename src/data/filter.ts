/** Which rows of a data set are used: conditions on the values of its columns. */
import { z } from 'zod';
import { field } from '../schema/field.ts';
import { textAt, valueAt, type Row } from './row.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);

export const RowCondition = z
  .strictObject({
    column: field(z.string().min(1).max(200).optional(), {
      label: 'Column',
      description: 'Column that the condition looks at. Dots name a field inside a column.',
      absent: 'none: for correct',
    }),
    equals: field(z.union([value, z.array(value).min(1).max(1000)]).optional(), {
      label: 'Equals',
      description: 'The value as text is this one, or one of this list.',
      absent: 'any value',
    }),
    not: field(z.union([value, z.array(value).min(1).max(1000)]).optional(), {
      label: 'Not',
      description: 'The value as text is not this one, and none of this list.',
      absent: 'any value',
    }),
    contains: field(z.string().min(1).max(1000).optional(), {
      label: 'Contains',
      description: 'The value as text contains this text; upper and lower case count.',
      absent: 'any text',
    }),
    min: field(z.number().optional(), {
      label: 'Minimum',
      description: 'The value is a number of at least this.',
      absent: 'any number',
    }),
    max: field(z.number().optional(), {
      label: 'Maximum',
      description: 'The value is a number of at most this.',
      absent: 'any number',
    }),
    correct: field(z.boolean().optional(), {
      label: 'Correct',
      description:
        "Whether the row's completion is correct by the task's rewards: true keeps correct ones, false incorrect ones.",
      absent: 'both',
    }),
    bands: field(z.array(z.string().min(1).max(200)).min(1).max(100).optional(), {
      label: 'Bands',
      description: 'Difficulty bands that the condition is for; rows of other bands pass it.',
      absent: 'all rows',
    }),
  })
  .superRefine(({ column, correct, bands: _bands, ...tests }, context) => {
    const given = Object.values(tests).some((test) => test !== undefined);
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (column === undefined && given) refuse('column', 'expected the column that is compared');
    else if (column === undefined && correct === undefined) refuse('column', 'expected a column, or correct');
    else if (column !== undefined && !given)
      refuse('column', 'expected a comparison beside column: equals, not, contains, min or max');
  });
export type RowCondition = z.infer<typeof RowCondition>;

export const RowFilter = z.array(RowCondition).min(1).max(16);
export type RowFilter = z.infer<typeof RowFilter>;

/** What a condition looks at: a row, and the difficulty of its problem. */
interface Filtered {
  row: Row;
  difficulty?: string;
}

/** Whether a row meets all conditions on columns; `correct` is not looked at. A missing value meets only `not`. */
export function meets(filtered: Filtered, filter: readonly RowCondition[]): boolean {
  return filter.every(
    (condition) =>
      condition.column === undefined ||
      !isFor(condition, filtered) ||
      meetsOne(filtered.row, condition.column, condition),
  );
}

const isFor = ({ bands }: RowCondition, { difficulty }: Pick<Filtered, 'difficulty'>): boolean =>
  bands === undefined || (difficulty !== undefined && bands.includes(difficulty));

function meetsOne(row: Row, column: string, { equals, not, contains, min, max }: RowCondition): boolean {
  const text = textAt(row, column);
  if (equals !== undefined && !(text !== undefined && textsOf(equals).includes(text))) return false;
  if (not !== undefined && text !== undefined && textsOf(not).includes(text)) return false;
  if (contains !== undefined && !text?.includes(contains)) return false;
  if (min === undefined && max === undefined) return true;
  const number = numberAt(row, column);
  return number !== undefined && number >= (min ?? -Infinity) && number <= (max ?? Infinity);
}

const textsOf = (values: NonNullable<RowCondition['equals']>): string[] =>
  (Array.isArray(values) ? values : [values]).map(String);

/** A number, also one that is written as text, as in CSV. */
function numberAt(row: Row, column: string): number | undefined {
  const found = valueAt(row, column);
  if (typeof found === 'number') return found;
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : NaN;
  return Number.isNaN(number) ? undefined : number;
}

/** Whether a filter asks for correctness at all, in which case rows are graded. */
export const asksForCorrect = (filter: readonly RowCondition[]): boolean =>
  filter.some(({ correct }) => correct !== undefined);

/** Whether a row passes the conditions on correctness. */
export const meetsCorrect = (filtered: Filtered, correct: boolean, filter: readonly RowCondition[]): boolean =>
  filter.every(
    (condition) => condition.correct === undefined || condition.correct === correct || !isFor(condition, filtered),
  );

/** Which rows a filter keeps by correctness, and in which bands: its first such condition; undefined for all rows. */
export const wantedCorrect = (filter: readonly RowCondition[]): Pick<RowCondition, 'correct' | 'bands'> | undefined =>
  filter.find(({ correct }) => correct !== undefined);
