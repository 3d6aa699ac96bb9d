/** The task of a run: the problems a model learns, made by src/tasks. */
import { z } from 'zod';
import { count, field, type FieldText } from './field.ts';

const NAME: FieldText = {
  label: 'Task',
  description:
    'What the model learns; a verifier grades each final answer with reward 1 or 0. addition: the sum of two ' +
    'numbers, ' +
    'answered at once (12+34=46). arithmetic: an expression of several operations, solved step by step.',
};

const AdditionTask = z.strictObject({
  name: field(z.literal('addition'), NAME),
  digits: field(count.max(6).default(2), {
    label: 'Digits',
    description: 'Digits of each summand; use the number that the checkpoint was trained on.',
  }),
});

const ArithmeticTask = z.strictObject({
  name: field(z.literal('arithmetic'), NAME),
  operations: field(count.max(6).default(2), {
    label: 'Operations',
    description: 'Largest number of operations in an expression; more make longer solutions and a harder task.',
  }),
  max_operand: field(count.max(99).default(9), {
    label: 'Largest operand',
    description: 'Largest number in an expression; use the range that the checkpoint was trained on.',
  }),
});

export const TaskConfig = z.discriminatedUnion('name', [AdditionTask, ArithmeticTask]);
export type TaskConfig = z.infer<typeof TaskConfig>;
