import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { counted, generatedFields, knownBands, taskName, type TaskDeclaration, type TraceStyle } from '../fields.ts';

const Fields = z.strictObject({
  name: taskName(
    'programs',
    'programs: a stack program that maps the inputs of a few examples to their outputs, graded by test cases ' +
      '(3:7,5:9,1:5;4+).',
  ),
  max_length: field(z.int().min(2).max(4).default(3), {
    label: 'Longest program',
    description: 'Symbols of the longest program that problems are made from; more make a harder task.',
  }),
  inputs: field(count.max(3).default(1), {
    label: 'Inputs',
    description: 'Numbers on the stack before a program runs; use the count that the checkpoint was trained on.',
  }),
  examples: field(z.int().min(1).max(6).default(3), {
    label: 'Examples in the prompt',
    description: 'Test cases that a prompt shows; the fewer, the more programs agree with them and fail hidden ones.',
  }),
  split: field(z.enum(['examples', 'functions']).default('examples'), {
    label: 'Held-out problems',
    description:
      'examples: training never shows the examples of a held-out problem, but other examples of its function. ' +
      'functions: training never shows a function that is held out, so that no program for it was ever correct.',
  }),
  trace: field(z.boolean().default(false), {
    label: 'Write traces',
    description:
      'On: solutions first write the stack after each symbol for the first example, as a chain of thought, and then ' +
      'the program.',
  }),
  ...generatedFields,
});
export type ProgramsConfig = z.output<typeof Fields>;

/** Programs of one and two symbols are one band: either alone is too few to divide into training and held-out. */
const SHORTEST_BAND = 2;

/** Name of the band of programs with so many symbols. */
export const lengthBand = (symbols: number): string =>
  symbols <= SHORTEST_BAND ? `1-${SHORTEST_BAND} symbols` : `${symbols} symbols`;

const bands = ({ max_length }: ProgramsConfig) =>
  Array.from({ length: max_length - SHORTEST_BAND + 1 }, (_, i) => lengthBand(SHORTEST_BAND + i));

const ProgramsTask = Fields.superRefine(knownBands(bands));

/** Examples are of `3:7,5:9,1:5;`. */
const STYLES: readonly TraceStyle[] = [
  { name: 'answer', about: 'the program alone: 4+', steps: false },
  { name: 'trace', about: 'the stack after each symbol for the first example: 4:3,4;+:7;4+', steps: true },
  { name: 'tests', about: 'the program, and the examples that it passes: 4+;3:7;5:9;1:5;4+', steps: true },
  { name: 'attempts', about: 'another program and an example that it fails first: 5+;3:8;4+;3:7;4+', steps: true },
];

export const PROGRAMS: TaskDeclaration<typeof ProgramsTask> = {
  schema: ProgramsTask,
  basic: ['max_length'],
  example: '3:7,5:9,1:5;',
  label: ({ max_length, inputs }) => `programs, up to ${counted(max_length, 'symbol')}, ${counted(inputs, 'input')}`,
  bands,
  styles: STYLES,
};
