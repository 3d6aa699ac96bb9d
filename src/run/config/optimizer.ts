/** AdamW and its schedule, which SFT and RL share. */
import { z } from 'zod';
import { countOrZero, field, notNegative, positive } from '../../schema/field.ts';

const Schedule = z.enum(['constant', 'linear', 'cosine']);

/** @param learningRate default of the stage */
export const optimizerFields = (learningRate: number) => ({
  learning_rate: field(positive.default(learningRate), {
    label: 'Learning rate',
    description: "AdamW's step size; lower it when reward or loss becomes unstable, raise it when learning is slow.",
  }),
  schedule: field(Schedule.default('constant'), {
    label: 'Schedule',
    description: 'Learning rate after warm-up: constant, or decayed to min_learning_rate linearly or along a cosine.',
  }),
  warmup_steps: field(countOrZero.default(0), {
    label: 'Warm-up',
    description: 'Optimizer updates over which the learning rate rises from 0; a few steady the first updates.',
    unit: 'updates',
  }),
  min_learning_rate: field(notNegative.default(0), {
    label: 'Final learning rate',
    description: 'Learning rate at the end of a linear or cosine schedule.',
  }),
  weight_decay: field(notNegative.default(0), {
    label: 'Weight decay',
    description: 'Decoupled weight decay (AdamW), on matrices only; raise it against overfitting.',
  }),
  adam_beta1: field(z.number().min(0).max(0.9999).default(0.9), {
    label: 'Adam beta1',
    description: "Decay rate of AdamW's mean of gradients; lower it to react faster.",
  }),
  adam_beta2: field(z.number().min(0).max(0.99999).default(0.99), {
    label: 'Adam beta2',
    description: "Decay rate of AdamW's mean of squared gradients; raise it towards 0.999 for noisy gradients.",
  }),
  adam_epsilon: field(positive.default(1e-8), {
    label: 'Adam epsilon',
    description: "Added to the denominator of AdamW's step; raise it when tiny gradients cause large steps.",
  }),
  gradient_clip: field(positive.default(1), {
    label: 'Gradient clip',
    description: 'Largest global gradient norm; a larger gradient is scaled down to it.',
  }),
});
