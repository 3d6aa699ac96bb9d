import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { rewardFields } from '../fields.ts';

export const CustomReward = z.strictObject({
  ...rewardFields('custom', 'custom: a function of yours in JavaScript.'),
  source: field(z.string().regex(/\S/, 'expected JavaScript that defines a function reward(response, row)'), {
    label: 'Source',
    description:
      'JavaScript that defines reward(response, row), which returns a number, or {reward, correct}. It has no clock, ' +
      'no random numbers and no network, and nothing it stores is left for the next response.',
  }),
  max_steps: field(count.max(1e10).default(10_000_000), {
    label: 'Max steps',
    description: 'Largest number of loop iterations and calls per response, counted in the interpreter.',
  }),
  memory_mb: field(z.int().min(16).max(1024).default(32), {
    label: 'Memory',
    description: "Memory of the interpreter, its own 8 MB included; raise it if a reward's tables need more.",
    unit: 'MB',
  }),
  max_errors: field(count.default(10), {
    label: 'Max errors',
    description: 'A response whose reward fails gets 0; so many failures stop the run.',
  }),
});
export type CustomReward = z.infer<typeof CustomReward>;
