import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { counted, generatedFields, knownBands, taskName, type TaskDeclaration } from '../fields.ts';

const Fields = z.strictObject({
  name: taskName('addition', 'addition: the sum of two numbers, answered at once (12+34=46).'),
  digits: field(count.max(6).default(2), {
    label: 'Digits',
    description: 'Digits of each summand; use the number that the checkpoint was trained on.',
  }),
  ...generatedFields,
});
export type AdditionConfig = z.output<typeof Fields>;

/** Name of the band of a sum with so many carries. */
export const carriesBand = (carries: number): string => counted(carries, 'carry', 'carries');

const bands = ({ digits }: AdditionConfig) => Array.from({ length: digits + 1 }, (_, carries) => carriesBand(carries));

const AdditionTask = Fields.superRefine(knownBands(bands));

export const ADDITION: TaskDeclaration<typeof AdditionTask> = {
  schema: AdditionTask,
  basic: ['digits'],
  example: '58+67=',
  label: ({ digits }) => `addition, ${counted(digits, 'digit')}`,
  bands,
};
