import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { counted, generatedFields, knownBands, taskName, type TaskDeclaration, type TraceStyle } from '../fields.ts';

const Fields = z.strictObject({
  name: taskName('countdown', 'countdown: a target reached with given numbers and + - * /, by search.'),
  operands: field(z.int().min(2).max(4).default(3), {
    label: 'Operands',
    description: 'Largest count of numbers in a problem; more make longer searches and a harder task.',
  }),
  max_number: field(z.int().min(5).max(25).default(9), {
    label: 'Largest number',
    description: 'Largest of the given numbers; use the range that the checkpoint was trained on.',
  }),
  max_target: field(z.int().min(10).max(999).default(99), {
    label: 'Largest target',
    description: 'Largest target, and largest number on the way to it.',
  }),
  ...generatedFields,
});
export type CountdownConfig = z.output<typeof Fields>;

/** Name of the band of a problem with so many numbers. */
export const operandsBand = (operands: number): string => counted(operands, 'operand');

/** Problems have 2 numbers or more. */
const bands = ({ operands }: CountdownConfig) => Array.from({ length: operands - 1 }, (_, i) => operandsBand(i + 2));

const CountdownTask = Fields.superRefine(knownBands(bands));

/** Examples are of `8,4,8>32=`. */
const STYLES: readonly TraceStyle[] = [
  { name: 'backward', about: 'the worked search from the target: 8:12,4,32,2>24+,40-,4*=(8-4)*8', steps: true },
  {
    name: 'forward',
    about: 'a search from the numbers, with up to two dead ends: 8+4:8,12>20,4,96;8-4:8,4>12,4,32,2=8*(8-4)',
    steps: true,
  },
  { name: 'direct', about: 'the operations that lead to the target: 8-4:4;8*4:32=8*(8-4)', steps: true },
  { name: 'check', about: 'the expression, computed: 8*(8-4):8*4:32=8*(8-4)', steps: true },
  { name: 'answer', about: 'the expression alone: 8*(8-4)', steps: false },
];

export const COUNTDOWN: TaskDeclaration<typeof CountdownTask> = {
  schema: CountdownTask,
  basic: ['operands'],
  example: '3,7,2>19=',
  label: ({ operands, max_target }) => `countdown, ${counted(operands, 'operand')}, targets up to ${max_target}`,
  bands,
  styles: STYLES,
};
