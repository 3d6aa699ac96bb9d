import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { counted, generatedFields, knownBands, taskName, type TaskDeclaration } from '../fields.ts';

const Fields = z.strictObject({
  name: taskName('sorting', 'sorting: numbers in ascending order, by insertion step by step.'),
  length: field(count.min(2).max(8).default(5), {
    label: 'Numbers',
    description: 'Largest count of numbers to sort; more make longer solutions and a harder task.',
  }),
  max_number: field(z.int().min(9).max(999).default(99), {
    label: 'Largest number',
    description: 'Largest number that occurs; use the range that the checkpoint was trained on.',
  }),
  partial_credit: field(z.boolean().default(false), {
    label: 'Partial credit',
    description:
      'On: the reward is the share of places that have the correct number, a soft reward. Off: 1 for a sorted list, ' +
      'else 0. Accuracy counts sorted lists alone, either way.',
  }),
  ...generatedFields,
});
export type SortingConfig = z.output<typeof Fields>;

/** Name of the band of a list of so many numbers. */
export const lengthBand = (length: number): string => counted(length, 'number');

/** Lists have 2 numbers or more. */
const bands = ({ length }: SortingConfig) => Array.from({ length: length - 1 }, (_, i) => lengthBand(i + 2));

const SortingTask = Fields.superRefine(knownBands(bands));

export const SORTING: TaskDeclaration<typeof SortingTask> = {
  schema: SortingTask,
  basic: ['length'],
  example: '52,7,31=',
  label: ({ length, max_number }) => `sorting, ${counted(length, 'number')} up to ${max_number}`,
  bands,
};
