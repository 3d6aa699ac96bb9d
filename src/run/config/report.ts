/** The report of a run: the same held-out problems before training, after SFT and after RL. */
import { z } from 'zod';
import { count, field, positive } from '../../schema/field.ts';

/** Most responses of one stage, greedy ones included: those of all stages are kept until the run ends. */
export const MOST_REPORT_RESPONSES = 50_000;

export const ReportConfig = z
  .strictObject({
    problems: field(count.default(256), {
      label: 'Problems of the report',
      description:
        'Held-out problems that every stage is asked, or all if the task holds out fewer; more give narrower ' +
        'intervals.',
    }),
    samples: field(count.max(256).default(8), {
      label: 'Samples of the report',
      description: 'Sampled responses per problem, beside the greedy one; pass@k goes up to this k.',
    }),
    max_response_tokens: field(count.optional(), {
      label: 'Max response length of the report',
      description: 'Responses are cut off after this many tokens, and count as unfinished.',
      unit: 'tokens',
      absent: 'as in RL, or those of the longest solution',
    }),
    temperature: field(positive.optional(), {
      label: 'Sampling temperature of the report',
      description: 'Temperature of the sampled responses.',
      absent: 'as in RL, or 1',
    }),
  })
  .refine(({ problems, samples }) => problems * (samples + 1) <= MOST_REPORT_RESPONSES, {
    path: ['problems'],
    error: `expected at most ${MOST_REPORT_RESPONSES} responses per stage together`,
  });
export type ReportConfig = z.infer<typeof ReportConfig>;
