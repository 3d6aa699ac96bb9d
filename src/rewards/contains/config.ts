import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { ignoreCase, requireFinished, rewardFields } from '../fields.ts';

export const ContainsReward = z.strictObject({
  ...rewardFields('contains', 'contains: a text occurs in the response.'),
  text: field(z.string().min(1).optional(), {
    label: 'Text',
    description: 'The text to look for; by default the reference answer without the white space around it.',
    absent: 'reference answer',
  }),
  ignore_case: ignoreCase,
  require_finished: requireFinished(false),
});
export type ContainsReward = z.infer<typeof ContainsReward>;
