import { z } from 'zod';
import { field } from '../../schema/field.ts';
import { rewardFields } from '../fields.ts';

export const TestsMode = z.enum(['soft', 'hard', 'mean-sign']);
export type TestsMode = z.infer<typeof TestsMode>;

export const TestsReward = z.strictObject({
  ...rewardFields('tests', 'tests: the response is a stack program that passes the test cases of its row.'),
  mode: field(TestsMode.default('soft'), {
    label: 'Partial credit',
    description:
      'soft: the share of test cases passed. hard: 1 if all are passed, otherwise 0. mean-sign: the mean of +1 for a ' +
      'test case passed and -1 for one failed, as in the code released with GPPO.',
  }),
  column: field(z.string().min(1).default('tests'), {
    label: 'Column of test cases',
    description: 'Column with a list of {"input": [numbers], "output": number}, or the same as JSON text.',
  }),
});
export type TestsReward = z.infer<typeof TestsReward>;
