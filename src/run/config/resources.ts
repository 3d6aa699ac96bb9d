/** Held-out evaluation, memory and arithmetic: how a run is evaluated and what it may use. */
import { z } from 'zod';
import { count, field, positive } from '../../schema/field.ts';

export const EvaluationConfig = z.strictObject({
  every: field(count.default(10), {
    label: 'Evaluate every',
    description: 'Steps between evaluations on held-out problems; each takes about as long as a rollout of its size.',
    unit: 'steps',
  }),
  problems: field(count.max(65_536).default(256), {
    label: 'Held-out problems',
    description: 'Problems that training never shows; more give a less noisy accuracy.',
  }),
  samples: field(count.max(64).default(1), {
    label: 'Samples per problem',
    description: 'Sampled responses per problem, beside the greedy one; more give a less noisy sampled accuracy.',
  }),
  max_response_tokens: field(count.optional(), {
    label: 'Max response length',
    description: 'Responses are cut off after this many tokens; by default as in RL, or the longest solution.',
    unit: 'tokens',
    absent: 'as in RL',
  }),
  temperature: field(positive.optional(), {
    label: 'Sampling temperature',
    description:
      'Temperature of the sampled responses, by default rl.temperature, or 1 without RL; set it to measure the ' +
      'policy ' +
      'as it will be used.',
    absent: 'as in RL',
  }),
});
export type EvaluationConfig = z.infer<typeof EvaluationConfig>;

export const MemoryConfig = z.strictObject({
  budget_mb: field(positive.optional(), {
    label: 'Budget',
    description:
      'Memory (1 MB is 10^6 bytes) that a run may take on the adapter, whose size browsers do not report; by default ' +
      'half of the reported main memory, at most 4295 MB, or 4000 MB where none is reported.',
    unit: 'MB',
    absent: 'automatic',
  }),
  micro_batch: field(count.optional(), {
    label: 'Micro-batch',
    description:
      'Sequences per forward and backward pass, whose gradients are added up; by default the whole minibatch, or the ' +
      'largest half, quarter, ... of it that fits in memory.',
    unit: 'sequences',
    absent: 'automatic',
  }),
  frozen_weights: field(z.enum(['stored', 'f32', 'bf16', 'f16']).optional(), {
    label: 'Frozen weights',
    description:
      'Precision of matrices that are not trained: as the checkpoint stores them, or rounded to 16 bit, half the ' +
      'memory of f32.',
    absent: 'stored',
  }),
  recompute: field(z.boolean().default(false), {
    label: 'Recompute activations',
    description:
      'Keep only the input of each layer and recompute its activations in the backward pass: less memory, a ' +
      'third more ' +
      'compute, the same gradients.',
  }),
});
export type MemoryConfig = z.infer<typeof MemoryConfig>;

export const ComputeConfig = z.strictObject({
  matmul_precision: field(z.enum(['f32', 'f16']).default('f32'), {
    label: 'Matmul precision',
    description:
      'Precision of the operands of attention and MLP matmuls in training and scoring: f32, or f16 on adapters with ' +
      'shader-f16. Sums, the head, adapters and generation stay in f32.',
  }),
});
