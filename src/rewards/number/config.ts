import { z } from 'zod';
import { field, notNegative } from '../../schema/field.ts';
import { requireFinished, rewardFields } from '../fields.ts';

const Marker = z.string().regex(/\S/, 'expected a text that is not empty, such as ####');

export const NumberReward = z.strictObject({
  ...rewardFields('number', 'number: the number in the response equals the number in the reference answer.'),
  answer_marker: field(Marker.optional(), {
    label: 'Marker in the answer',
    description: "Text before the number in the reference answer, such as #### in GSM8K's; by default the last number.",
    absent: 'last number',
  }),
  response_marker: field(Marker.optional(), {
    label: 'Marker in the response',
    description:
      'Text before the number in the response, such as ####, A:, answer is, or \\boxed{}; a response without it is ' +
      'incorrect. By default the last number counts.',
    absent: 'last number',
  }),
  occurrence: field(z.enum(['last', 'first']).default('last'), {
    label: 'Which marker',
    description:
      'Which occurrence of the marker in the response counts, of those that a number follows; first suits models ' +
      'that continue with another question after their answer.',
  }),
  tolerance: field(notNegative.default(0), {
    label: 'Tolerance',
    description: 'Largest difference between two numbers that count as equal.',
  }),
  require_finished: requireFinished(false),
});
export type NumberReward = z.infer<typeof NumberReward>;
