import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { ignoreCase, requireFinished, rewardFields } from '../fields.ts';

export const ExactReward = z.strictObject({
  ...rewardFields('exact', 'exact: the response is the reference answer.'),
  strip: field(z.boolean().default(true), {
    label: 'Strip spaces',
    description: 'Whether white space around the response and around the answer is ignored.',
  }),
  ignore_case: ignoreCase,
  require_finished: requireFinished(true),
});
export type ExactReward = z.infer<typeof ExactReward>;
