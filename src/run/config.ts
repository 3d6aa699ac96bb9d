/**
 * RunConfig: everything that determines a run. Same config and seed on the same adapter give the same metrics, bit for
 * bit.
 *
 * One declaration serves the command line, the page and the saved run: `RunConfig.parse` fills in the defaults, and
 * `parseRunConfig` turns a failure into one clear line. Descriptions (`.describe`) are what the page shows beside a
 * field.
 */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { StrategyConfig } from './strategies/strategy-config.ts';

const count = z.number().int().positive();
const rate = z.number().positive();
const fraction = z.number().min(0).max(1);

export const AdditionTask = z
  .strictObject({
    name: z.literal('addition'),
    digits: count.max(6).default(2).describe('Digits of each summand'),
  })
  .describe('Sum of two numbers, written down at once: 12+34=46');

export const ArithmeticTask = z
  .strictObject({
    name: z.literal('arithmetic'),
    operations: count.max(6).default(2).describe('Operations in an expression'),
    max_operand: count.max(99).default(9).describe('Largest number in an expression'),
  })
  .describe(
    'Expressions of several operations, solved by writing the steps out before the answer; graded on the final answer alone',
  );

export const TaskConfig = z.discriminatedUnion('name', [AdditionTask, ArithmeticTask]);

/** Shape of a Llama-family transformer made from scratch; the vocabulary comes from the task's tokenizer. */
export const ArchitectureConfig = z.strictObject({
  hidden_size: count.default(64),
  layers: count.default(2),
  heads: count.default(4),
  key_value_heads: count.optional().describe('Key-value heads; equal to heads when left out'),
  head_dimension: count.optional().describe('Even; hidden_size / heads when left out'),
  intermediate_size: count.default(192),
  max_positions: count.default(128),
  rope_theta: rate.default(10_000),
  norm_epsilon: rate.default(1e-5),
  tied_head: z.boolean().default(false),
});

export const LoraConfig = z.strictObject({
  rank: count
    .max(4096)
    .default(8)
    .describe('Rows of A and columns of B; an adapted weight W becomes W + alpha / rank B A'),
  alpha: rate.default(16).describe('The adapters are scaled by alpha / rank'),
  targets: z
    .array(z.string().min(1))
    .min(1)
    .default(['all-linear'])
    .describe(
      "PEFT's target_modules: the last parts of layers' names (q_proj, v_proj, c_attn, ...), whole names, or all-linear",
    ),
  dropout: z.literal(0, { message: 'expected 0: adapters have no dropout here' }).optional(),
});

const trained = {
  freeze: z
    .array(
      z.string().regex(/^(embeddings|head|norms|layers:\d+(-\d+)?)$/, {
        message: 'expected embeddings, head, norms, layers:N or layers:N-M',
      }),
    )
    .min(1)
    .optional()
    .describe(
      'Groups of weights that stay as they are: embeddings (tokens and positions), head (with a tied head the same matrix), norms, layers:N or layers:N-M, counted from 0',
    ),
  lora: LoraConfig.optional().describe(
    'Train low-rank adapters (LoRA) beside the linear layers; the checkpoint itself is frozen',
  ),
};
const oneOfBoth = ({ freeze, lora }: { freeze?: unknown; lora?: unknown }) =>
  freeze === undefined || lora === undefined;
const BOTH = { path: ['freeze'], message: 'expected either freeze or lora: with lora the whole checkpoint is frozen' };

export const ModelSource = z.union([
  z
    .strictObject({
      checkpoint: z.string().min(1).describe('Folder of a checkpoint in Hugging Face layout, or `embedded:NAME`'),
      ...trained,
    })
    .refine(oneOfBoth, BOTH),
  z.strictObject({ architecture: ArchitectureConfig, ...trained }).refine(oneOfBoth, BOTH),
]);

export const Schedule = z.enum(['constant', 'linear', 'cosine']);

const optimizer = {
  learning_rate: rate.default(3e-4),
  schedule: Schedule.default('constant').describe(
    'Learning rate after warm-up: constant, or down to min_learning_rate along a line or a cosine',
  ),
  warmup_steps: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Optimizer updates over which the learning rate rises from 0'),
  min_learning_rate: z.number().min(0).default(0),
  weight_decay: z.number().min(0).default(0).describe('Decoupled (AdamW), on matrices only'),
  adam_beta1: z.number().min(0).max(0.9999).default(0.9),
  adam_beta2: z.number().min(0).max(0.99999).default(0.99),
  adam_epsilon: rate.default(1e-8),
  gradient_clip: rate.default(1).describe('Largest global gradient norm'),
};

export const SftConfig = z.strictObject({
  steps: count.describe('Optimizer updates'),
  batch_size: count.max(65_536).default(128).describe('Examples an update'),
  wrong_fraction: fraction
    .default(0)
    .describe('Share of examples whose solution is wrong, to leave RL something to win'),
  ...optimizer,
  learning_rate: rate.default(3e-3),
});

export const Aggregation = z.enum([
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
]);

export const RlConfig = z.strictObject({
  steps: count.describe('Rollouts, each followed by minibatches x epochs updates'),
  prompts: count.max(65_536).default(64).describe('Problems a rollout'),
  responses: count.max(4_096).default(8).describe('Responses a problem (the group of group-relative advantages)'),
  max_response_tokens: count.optional().describe("The task's longest solution when left out"),
  temperature: rate.default(1),
  top_k: z.number().int().min(0).default(0).describe('0: off'),
  top_p: z.number().gt(0).max(1).default(1),
  strategy: StrategyConfig,
  aggregation: Aggregation.optional().describe(
    "How token losses become one loss; the strategy's own way when left out",
  ),
  normalize_advantages: z
    .boolean()
    .default(true)
    .describe("Divide a group's advantages by their standard deviation (GRPO) or not (Dr. GRPO)"),
  filter_groups: z.boolean().default(true).describe('Leave out groups whose responses all have the same reward'),
  minibatches: count.default(4).describe('Updates an epoch'),
  epochs: count.default(1).describe('Passes over a rollout'),
  positive_lm: z.number().min(0).default(0).describe('Coefficient of the SFT loss on responses with reward 1'),
  kl_coefficient: z.number().min(0).default(0).describe('KL to the policy at the start of RL, added to the loss'),
  kl_estimator: z.enum(['k1', 'k2', 'k3']).default('k3'),
  entropy_coefficient: z.number().default(0).describe('Entropy bonus'),
  correction_cap: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Truncated importance sampling for the gap between sampler and trainer: token weights pi_old / pi_sampler, at most this; null for off',
    ),
  split_every: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Minibatches between exact splits of the gradient by zone; 0: off'),
  ...optimizer,
});

export const EvaluationConfig = z.strictObject({
  every: count.default(10).describe('Steps between evaluations'),
  problems: count.max(65_536).default(256).describe('Held-out problems'),
  samples: count.max(64).default(1).describe('Sampled responses a problem, beside the greedy one'),
});

export const MemoryConfig = z.strictObject({
  budget_mb: z
    .number()
    .positive()
    .optional()
    .describe(
      'Megabytes (10^6 bytes) that a run may take on the adapter; half of what the browser tells of the machine, at most 4295, or 4000 when left out',
    ),
  micro_batch: count
    .optional()
    .describe(
      'Sequences of one forward and backward pass; an update adds up the gradients of as many passes as its minibatch needs. Left out: the whole minibatch if it fits, else the largest half, quarter, ... that does',
    ),
  frozen_weights: z
    .enum(['stored', 'f32', 'bf16', 'f16'])
    .optional()
    .describe(
      'Precision of the matrices that are not trained: as the checkpoint stores them (when left out), or rounded to 16 bit, half the memory of f32',
    ),
  recompute: z
    .boolean()
    .default(false)
    .describe(
      'Keep only what enters each layer and make its activations again in the backward pass: less memory, a third more work, the same gradients',
    ),
});

export const ComputeConfig = z.strictObject({
  products: z
    .enum(['f32', 'f16'])
    .default('f32')
    .describe(
      'Precision of what the matrix products of attention and MLP multiply in training and scoring: f32, or rounded to 16 bit, on adapters with shader-f16. Sums, the head, adapters and generation stay in f32',
    ),
});

export const RunConfig = z.strictObject({
  name: z.string().min(1).max(200).default('run'),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  model: ModelSource,
  task: TaskConfig,
  sft: SftConfig.optional(),
  rl: RlConfig.optional(),
  evaluation: EvaluationConfig.optional(),
  memory: MemoryConfig.optional(),
  compute: ComputeConfig.optional(),
});

export type RunConfig = z.infer<typeof RunConfig>;
export type RunConfigInput = z.input<typeof RunConfig>;
export type TaskConfig = z.infer<typeof TaskConfig>;
export type ModelSource = z.infer<typeof ModelSource>;
export type ArchitectureConfig = z.infer<typeof ArchitectureConfig>;
export type SftConfig = z.infer<typeof SftConfig>;
export type RlConfig = z.infer<typeof RlConfig>;
export type EvaluationConfig = z.infer<typeof EvaluationConfig>;
export type MemoryConfig = z.infer<typeof MemoryConfig>;
export type Aggregation = z.infer<typeof Aggregation>;
export type Schedule = z.infer<typeof Schedule>;

export { StrategyConfig, StrategyName } from './strategies/strategy-config.ts';

/**
 * Checks a parsed JSON value as a RunConfig and fills in defaults.
 *
 * @param where what to call the source in the message, usually the file's name
 * @throws StudioError `input`, one line naming the first wrong field and what was expected
 */
export function parseRunConfig(value: unknown, where: string): RunConfig {
  const result = RunConfig.safeParse(value);
  if (result.success) {
    if (!result.data.sft && !result.data.rl && !result.data.evaluation)
      throw inputError(where, 'nothing to do: expected at least one of sft, rl, evaluation');
    return result.data;
  }
  throw inputError(where, describeIssue(result.error));
}

/** The first problem of a zod error as `field: what was expected`. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = closestIssues(error.issues);
  const field = issue?.path.map(String).join('.');
  return `${field ? `${field}: ` : ''}${issue?.message ?? 'not a valid value'}`;
}

/**
 * Problems with their whole paths. A union reports one list of problems an alternative: the one that came furthest
 * (fewest problems) counts.
 */
export function closestIssues(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const [closest] = issue.code === 'invalid_union' ? [...issue.errors].sort((a, b) => a.length - b.length) : [];
    return closest && closest.length > 0
      ? closestIssues(closest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      : [issue];
  });
}
