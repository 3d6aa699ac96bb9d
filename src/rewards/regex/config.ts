import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { ignoreCase, requireFinished, rewardFields } from '../fields.ts';
import { missingInRe2 } from './missing-in-re2.ts';

export const RegexReward = z.strictObject({
  ...rewardFields('regex', 'regex: a regular expression matches the response.'),
  pattern: field(
    z
      .string()
      .min(1)
      .superRefine((pattern, context) => {
        const missing = missingInRe2(pattern);
        if (missing) context.addIssue({ code: 'custom', message: missing });
      }),
    {
      label: 'Pattern',
      description:
        "In RE2's syntax, which matches in linear time: no lookaround and no backreferences. It may match anywhere; " +
        '^ and $ are the ends of the response, (?m), (?s) and (?i) work as usual.',
    },
  ),
  ignore_case: ignoreCase,
  require_finished: requireFinished(false),
});
export type RegexReward = z.infer<typeof RegexReward>;
