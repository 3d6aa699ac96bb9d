/**
 * The report of a run: the same held-out problems before training, after SFT and after RL. Plain data, of which
 * report.json, report.md and the page are made; the schema checks a file that is imported.
 */
import { z } from 'zod';
import { STAGES } from './stage-answers.ts';

/** JSON has no NaN; a mean over nothing is null. */
const value = z.number().nullable();
const share = z.number();
const count = z.number().int().min(0);
const bounds = z.tuple([z.number(), z.number()]).readonly();
const perK = z.record(z.string(), z.number());
const perKBounds = z.record(z.string(), bounds);

const Statistics = z.object({
  problems: count,
  greedy: value,
  'avg@k': share,
  'pass@k': perK,
  'maj@k': share,
  majority: perK,
  'cons@k': share,
  reward: z.number(),
  intervals: z.object({
    greedy: bounds.nullable(),
    'avg@k': bounds,
    'pass@k': perKBounds,
    'maj@k': bounds,
    majority: perKBounds,
    'cons@k': bounds,
  }),
});

/** As `evaluate` writes it. */
const Evaluation = Statistics.extend({
  samples: count,
  level: z.number(),
  by_difficulty: z.record(z.string(), Statistics),
  difficulty: z.enum(['data', 'solve rate']),
  by_length: z.record(z.string(), z.object({ responses: count, correct: share, interval: bounds })),
  length_unit: z.enum(['tokens', 'characters']),
});

const Lengths = z.object({ mean: z.number(), median: z.number(), longest: count });

const StageReport = z.object({
  stage: z.enum(STAGES),
  /** Completed training steps, over all phases. */
  step: count,
  /** What `evaluate` writes for the same problems, samples, temperature and seed. */
  evaluation: Evaluation,
  /** By tokens of the worked solution, in doubling ranges; null if no problem has one. */
  by_solution_length: z.record(z.string(), Statistics).nullable(),
  /** Response lengths in tokens, the end token included. */
  lengths: z.object({ greedy: Lengths, sampled: Lengths }),
  /** Incorrect responses per kind; a kind without any is 0. */
  mistakes: z.object({
    greedy: z.record(z.string(), count),
    /** Share of all sampled responses. */
    sampled: z.record(z.string(), z.object({ responses: count, share, interval: bounds })),
  }),
});
export type StageReport = z.infer<typeof StageReport>;

const Difference = z.object({ difference: z.number(), interval: bounds });
export type Difference = z.infer<typeof Difference>;

/** The greedy response of the same problems, before and after. */
const Turned = Difference.extend({ problems: count, gained: count, lost: count });

const StageChange = z.object({
  from: z.enum(STAGES),
  to: z.enum(STAGES),
  /** `p`: McNemar's exact test. */
  greedy: Turned.extend({ both: count, neither: count, p: share }),
  /** Problems by their share of correct samples, and the mean change of it. */
  sampled: Difference.extend({ improved: count, worse: count, same: count }),
  'pass@k': z.record(z.string(), Difference),
  by_difficulty: z.record(z.string(), Turned),
});
export type StageChange = z.infer<typeof StageChange>;

const ShownAnswer = z.object({
  response: z.string(),
  /** The response is longer than what is shown. */
  cut: z.boolean().optional(),
  tokens: count,
  correct: z.boolean(),
  mistake: z.object({ kind: z.string(), at: bounds.optional() }).optional(),
});
export type ShownAnswer = z.infer<typeof ShownAnswer>;

const TurnedExample = z.object({
  from: z.enum(STAGES),
  to: z.enum(STAGES),
  /** Its place among the problems, from 0. */
  problem: count,
  prompt: z.string(),
  answer: z.string(),
  difficulty: z.string().optional(),
  /** Greedy responses. */
  before: ShownAnswer,
  after: ShownAnswer,
});
export type TurnedExample = z.infer<typeof TurnedExample>;

export const RunReport = z.object({
  version: z.literal(1),
  run: z.object({
    name: z.string(),
    seed: count,
    task: z.string(),
    /** Parameters of the model. */
    parameters: count,
  }),
  asked: z.object({
    problems: count,
    samples: count,
    temperature: z.number(),
    max_response_tokens: count,
  }),
  /** Confidence level of all intervals, which are over problems. */
  level: z.number(),
  /** What each kind of mistake is, in order. */
  mistakes: z.record(z.string(), z.string()),
  /** In the order of training. */
  stages: z.array(StageReport).min(1),
  /** Each stage against the one before it, then the last against the first if there are more than two. */
  changes: z.array(StageChange),
  /** Problems whose greedy response turned from one stage to the next, drawn by the run's seed. */
  examples: z.array(TurnedExample),
});
export type RunReport = z.infer<typeof RunReport>;

export const reportText = (report: RunReport): string => `${JSON.stringify(report, null, 2)}\n`;
