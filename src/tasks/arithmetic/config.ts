import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { counted, generatedFields, knownBands, taskName, type TaskDeclaration, type TraceStyle } from '../fields.ts';

const Fields = z.strictObject({
  name: taskName('arithmetic', 'arithmetic: an expression of several operations, solved step by step.'),
  operations: field(count.max(6).default(2), {
    label: 'Operations',
    description: 'Largest number of operations in an expression; more make longer solutions and a harder task.',
  }),
  max_operand: field(count.max(99).default(9), {
    label: 'Largest operand',
    description: 'Largest number in an expression; use the range that the checkpoint was trained on.',
  }),
  ...generatedFields,
});
export type ArithmeticConfig = z.output<typeof Fields>;

/** Digits of the numbers of the first band and of the last one. */
function digitsOf({ operations, max_operand: most }: Pick<ArithmeticConfig, 'operations' | 'max_operand'>) {
  const first = String(most).length;
  // What products of two or three fairly large operands reach: longer numbers are too rare for a band of their own.
  const reached = String(Math.floor((0.8 * most) ** (Math.min(operations, 2) + 1))).length;
  return { first, last: Math.max(first, Math.min(reached, first + 2)) };
}

const bandOf = (digits: number, first: number, last: number): string =>
  digits === last ? `${last} or more digits` : digits > first || first === 1 ? counted(digits, 'digit') : fewer(first);
const fewer = (digits: number) => `${digits} or fewer digits`;

/** Name of the band of an expression whose steps reach numbers of so many digits, signs left out. */
export function digitsBand(config: ArithmeticConfig, digits: number): string {
  const { first, last } = digitsOf(config);
  return bandOf(Math.min(Math.max(digits, first), last), first, last);
}

function bands(config: ArithmeticConfig): string[] {
  const { first, last } = digitsOf(config);
  return Array.from({ length: last - first + 1 }, (_, i) => bandOf(first + i, first, last));
}

const ArithmeticTask = Fields.superRefine(knownBands(bands));

/** Examples are of `2*3+4*5=`. */
const STYLES: readonly TraceStyle[] = [
  { name: 'steps', about: 'one operation per line, products first: 6+4*5=6+20=26', steps: true },
  { name: 'left', about: 'one operation per line, the leftmost that is possible', steps: true },
  { name: 'right', about: 'one operation per line, the last product first: 2*3+20=6+20=26', steps: true },
  { name: 'short', about: 'all products in one line, then the answer: 6+20=26', steps: true },
  { name: 'operations', about: 'operations by themselves: 2*3=6=4*5=20=6+20=26', steps: true },
  { name: 'check', about: 'steps, and again from the left: 6+4*5=6+20=26=6+4*5=6+20=26', steps: true },
  { name: 'answer', about: 'the answer alone: 26', steps: false },
];

export const ARITHMETIC: TaskDeclaration<typeof ArithmeticTask> = {
  schema: ArithmeticTask,
  basic: ['operations'],
  example: '3+4*2=',
  label: ({ operations, max_operand }) => `arithmetic, ${counted(operations, 'operation')} up to ${max_operand}`,
  bands,
  styles: STYLES,
};
