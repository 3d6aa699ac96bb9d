/**
 * Names of the metrics that a StepRecord carries, with verl's and TRL's definitions where they have one, and what the
 * page says of each.
 */

export interface MetricInfo {
  /** Short title for a chart. */
  title: string;
  /** `share` values are between 0 and 1 and are shown as per cent. */
  unit: 'nats' | 'share' | 'tokens' | 'loss' | 'norm' | 'rate' | 'reward' | 'ratio' | 'mass';
  /** One sentence: what it is, and whose definition. */
  description: string;
}

export const METRICS: Record<string, MetricInfo> = {
  'actor/pg_loss': {
    title: 'Policy-gradient loss',
    unit: 'loss',
    description:
      'Aggregated surrogate, negated. Not comparable across betas: the forward value jumps at the boundary (verl).',
  },
  'actor/pg_clipfrac': {
    title: 'Clip fraction',
    unit: 'share',
    description: "Share of tokens whose clipped loss is larger than the unclipped one, verl's definition.",
  },
  'actor/pg_clipfrac_lower': {
    title: 'Dual-clip fraction',
    unit: 'share',
    description: 'Share of tokens that dual clip bounds (A < 0 and r > c), as in the vanilla loss of verl.',
  },
  'actor/ppo_kl': {
    title: 'KL to old policy',
    unit: 'nats',
    description: 'Mean of -log r over response tokens (verl).',
  },
  'actor/entropy': { title: 'Entropy', unit: 'nats', description: 'Mean entropy of the policy over response tokens.' },
  'actor/grad_norm': {
    title: 'Gradient norm',
    unit: 'norm',
    description: 'Global norm of the gradient before clipping.',
  },
  'actor/lr': { title: 'Learning rate', unit: 'rate', description: 'Learning rate of the last update.' },
  'actor/positive_loss': {
    title: 'Positive-example LM loss',
    unit: 'nats',
    description: 'Mean negative log-likelihood of the response tokens with reward 1.',
  },
  'actor/kl_loss': {
    title: 'KL to reference',
    unit: 'nats',
    description: 'Aggregated KL estimate to the reference policy.',
  },
  'actor/rollout_mismatch': {
    title: 'Rollout mismatch',
    unit: 'nats',
    description: "Mean |log p| difference between the sampler's and the training kernels' log-probs.",
  },
  'critic/score/mean': { title: 'Reward', unit: 'reward', description: 'Mean reward of the responses of a rollout.' },
  'critic/score/max': { title: 'Highest reward', unit: 'reward', description: 'Highest reward of a rollout.' },
  'critic/score/min': { title: 'Lowest reward', unit: 'reward', description: 'Lowest reward of a rollout.' },
  'critic/advantages/mean': {
    title: 'Mean advantage',
    unit: 'reward',
    description: 'Mean advantage over response tokens.',
  },
  'critic/advantages/max': {
    title: 'Highest advantage',
    unit: 'reward',
    description: 'Highest advantage of a rollout.',
  },
  'critic/advantages/min': { title: 'Lowest advantage', unit: 'reward', description: 'Lowest advantage of a rollout.' },
  'response_length/mean': {
    title: 'Response length',
    unit: 'tokens',
    description: 'Mean length of responses, the end symbol included.',
  },
  'response_length/max': { title: 'Longest response', unit: 'tokens', description: 'Longest response of a rollout.' },
  'response_length/min': { title: 'Shortest response', unit: 'tokens', description: 'Shortest response of a rollout.' },
  'response_length/clip_ratio': {
    title: 'Cut-off responses',
    unit: 'share',
    description: 'Share of responses as long as max_response_tokens allows (verl).',
  },
  'clip_ratio/low_mean': {
    title: 'Clipped low (A < 0)',
    unit: 'share',
    description: 'Share of tokens with r < 1 - eps_low and A < 0 (TRL).',
  },
  'clip_ratio/high_mean': {
    title: 'Clipped high (A > 0)',
    unit: 'share',
    description: 'Share of tokens with r > 1 + eps_high and A > 0 (TRL).',
  },
  'clip_ratio/region_mean': {
    title: 'Clipped',
    unit: 'share',
    description: 'Share of tokens clipped on either side (TRL).',
  },
  'gradient/preserved_share': {
    title: 'Gradient kept from clipping',
    unit: 'share',
    description: 'Gradient mass of positive-high and negative-low tokens over all mass; 0 for PPO.',
  },
  'gradient/negative_share': {
    title: 'Gradient from A < 0',
    unit: 'share',
    description: 'Gradient mass of tokens with negative advantage over all mass.',
  },
  'rollout_corr/rollout_is_mean': {
    title: 'Importance correction',
    unit: 'ratio',
    description: 'Mean truncated importance weight pi_old / pi_sampler (verl).',
  },
  'groups/filtered_fraction': {
    title: 'Groups without advantage',
    unit: 'share',
    description: 'Share of groups left out because all their rewards are equal.',
  },
  'train/loss': { title: 'SFT loss', unit: 'nats', description: 'Mean negative log-likelihood of solution tokens.' },
  'train/grad_norm': {
    title: 'Gradient norm',
    unit: 'norm',
    description: 'Global norm of the gradient before clipping.',
  },
  'train/lr': { title: 'Learning rate', unit: 'rate', description: 'Learning rate of the update.' },
  'train/entropy': { title: 'Entropy', unit: 'nats', description: 'Mean entropy of the model over solution tokens.' },
  'accuracy/greedy': {
    title: 'Held-out accuracy, greedy',
    unit: 'share',
    description: 'Share of held-out problems solved by the greedy answer.',
  },
  'accuracy/sampled': {
    title: 'Held-out accuracy, sampled',
    unit: 'share',
    description: "Share of sampled answers to held-out problems that are right, at the run's temperature.",
  },
};
