/** The graded responses of one stage of a run to the problems of its report: what a report is computed from. */
import { z } from 'zod';

/** Before training, after SFT, and after RL; a run has those of its stages. */
export const STAGES = ['start', 'sft', 'rl'] as const;
export type StageName = (typeof STAGES)[number];

const whole = z.number().int().min(0);

const StageAnswer = z.object({
  response: z.string(),
  /** The end token included. */
  tokens: whole,
  /** Whether it ended by itself. */
  finished: z.boolean(),
  correct: z.boolean(),
  reward: z.number(),
  /** Final answer, with which it votes; missing: it abstains. */
  answer: z.string().optional(),
  /** Of an incorrect response: the kind, and where it is in the response, in characters. */
  mistake: z.object({ kind: z.string(), at: z.tuple([whole, whole]).readonly().optional() }).optional(),
  /** Why it is incorrect, where the grader says so. */
  reason: z.string().optional(),
});
export type StageAnswer = z.infer<typeof StageAnswer>;

const AnsweredProblem = z.object({
  prompt: z.string(),
  /** The reference answer. */
  answer: z.string(),
  difficulty: z.string().optional(),
  /** Tokens of the worked solution, if the problem has one. */
  solution_tokens: whole.optional(),
  greedy: StageAnswer,
  /** At least one. */
  sampled: z.array(StageAnswer).min(1),
});
export type AnsweredProblem = z.infer<typeof AnsweredProblem>;

/** A file of the command line, by which a resumed run gives the same report. */
export const StageAnswers = z.object({
  stage: z.enum(STAGES),
  /** Completed training steps, over all phases. */
  step: whole,
  problems: z.array(AnsweredProblem).min(1),
});
export type StageAnswers = z.infer<typeof StageAnswers>;
