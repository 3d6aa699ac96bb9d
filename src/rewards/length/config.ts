import { z } from 'zod';
import { count, field } from '../../schema/field.ts';
import { rewardFields } from '../fields.ts';

export const LengthReward = z
  .strictObject({
    ...rewardFields('length', "length: DAPO's soft penalty of long responses, from 0 down to -1."),
    max_tokens: field(count, {
      label: 'Max response length',
      description: 'Responses longer than this, the end token included, get -1.',
      unit: 'tokens',
    }),
    cache_tokens: field(count, {
      label: 'Soft interval',
      description: 'The penalty grows linearly from 0 to -1 over the last so many tokens below the maximum.',
      unit: 'tokens',
    }),
  })
  .refine(({ max_tokens, cache_tokens }) => cache_tokens <= max_tokens, {
    path: ['cache_tokens'],
    error: 'expected at most max_tokens',
  });
export type LengthReward = z.infer<typeof LengthReward>;
