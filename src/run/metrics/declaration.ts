/**
 * Every metric of a StepRecord, declared once. A new metric is an entry here and the line that computes it; charts,
 * tables, the command line and docs/metrics.md read the entry (`npm run docs` writes the document).
 * Metrics that come once per zone are in families.ts.
 */
import type { StepTime } from '../step-record.ts';
import { FAMILIES } from './families.ts';
import type { Metric } from './metric.ts';

const [SFT, RL, EVALUATION] = [['sft'], ['rl'], ['evaluation']] as const;

const POLICY = {
  'actor/pg_loss': {
    title: 'Policy-gradient loss',
    short: 'policy loss',
    unit: 'loss',
    phases: RL,
    source: 'verl',
    help: 'Aggregated surrogate, negated. Not comparable across values of beta: the surrogate jumps at the clip bound.',
  },
  'actor/pg_clipfrac': {
    title: 'Clip fraction',
    short: 'clip fraction',
    unit: 'share',
    phases: RL,
    source: 'verl',
    help:
      'Share of tokens whose clipped loss is larger than the unclipped one. ' +
      'The definition differs between strategies.',
  },
  'actor/pg_clipfrac_lower': {
    title: 'Dual-clip fraction',
    short: 'dual-clip fraction',
    unit: 'share',
    phases: RL,
    source: 'verl',
    help:
      'Share of tokens that dual clip bounds: negative advantage and ratio above c. GMPO counts its lower clips ' +
      'here.',
  },
  'actor/ppo_kl': {
    title: 'KL to old policy',
    short: 'KL to old policy',
    legend: 'to old policy',
    unit: 'nats per token',
    phases: RL,
    source: 'verl',
    help:
      'Mean of -log r over response tokens, r the ratio to the policy that sampled them. For kl-cov the mean of ' +
      '|log r|.',
  },
  'actor/kl_loss': {
    title: 'KL to reference',
    short: 'KL to reference',
    legend: 'to reference',
    unit: 'nats',
    phases: RL,
    source: 'verl',
    help: 'Aggregated KL estimate to the reference policy; reported where kl_coefficient is above 0.',
  },
  'actor/entropy': {
    title: 'Entropy',
    short: 'entropy',
    unit: 'nats per token',
    phases: RL,
    source: 'verl',
    help: 'Mean entropy of the policy over response tokens.',
  },
  'actor/grad_norm': {
    title: 'Gradient norm',
    short: 'gradient norm',
    unit: 'norm',
    phases: RL,
    source: 'verl',
    help: 'Global norm of the gradient before clipping to gradient_clip, mean over the updates of the step.',
  },
  'actor/grad_clipped_fraction': {
    title: 'Clipped gradients',
    short: 'clipped gradients',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the optimizer updates of the step whose gradient norm was above gradient_clip and was scaled down.',
  },
  'actor/lr': {
    title: 'Learning rate',
    short: 'learning rate',
    unit: 'learning rate',
    phases: RL,
    source: 'verl',
    help: 'Learning rate of the last update of the step.',
  },
  'actor/positive_loss': {
    title: 'Positive-example LM loss',
    short: 'positive LM loss',
    unit: 'nats per token',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2504.05118',
    help:
      'Mean negative log-likelihood of the tokens of correct responses; reported where positive_lm is above ' + '0.',
  },
  'actor/rollout_mismatch': {
    title: 'Rollout mismatch',
    short: 'rollout mismatch',
    unit: 'nats per token',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Mean absolute difference between the log-probs of the sampler and those of the training kernels.',
  },
  'rollout_corr/rollout_is_mean': {
    title: 'Truncated importance sampling weight',
    short: 'TIS weight',
    unit: 'ratio',
    phases: RL,
    source: 'verl',
    help: 'Mean truncated importance weight pi_old / pi_sampler; reported where truncated importance sampling is on.',
  },
} satisfies Record<string, Metric>;

const CLIPPING = {
  'clip_ratio/low_mean': {
    title: 'Clipped low (A < 0)',
    short: 'clipped low',
    legend: 'low',
    unit: 'share',
    phases: RL,
    source: 'TRL',
    help: 'Share of tokens with negative advantage whose ratio is below 1 - eps_low.',
  },
  'clip_ratio/high_mean': {
    title: 'Clipped high (A > 0)',
    short: 'clipped high',
    legend: 'high',
    unit: 'share',
    phases: RL,
    source: 'TRL',
    help: 'Share of tokens with positive advantage whose ratio is above 1 + eps_high.',
  },
  'clip_ratio/region_mean': {
    title: 'Clipped tokens',
    short: 'clipped',
    unit: 'share',
    phases: RL,
    source: 'TRL',
    help: 'Share of tokens clipped on either side: the sum of clipped low and clipped high.',
  },
  'gradient/preserved_share': {
    title: 'Preserved gradient',
    short: 'preserved gradient',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2508.07629',
    help:
      'Share of the gradient mass, the sum of |f w A| over tokens, that comes from tokens PPO would clip; 0 for PPO. ' +
      'f is the aggregation factor, w the gradient weight, A the advantage.',
  },
  'gradient/negative_share': {
    title: 'Gradient from negative advantages',
    short: 'negative gradient',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the gradient mass that comes from tokens with negative advantage.',
  },
} satisfies Record<string, Metric>;

const ROLLOUT = {
  'critic/score/mean': {
    title: 'Reward',
    short: 'reward',
    unit: 'reward',
    phases: RL,
    source: 'verl',
    help: 'Mean reward of the responses of a rollout.',
  },
  'accuracy/rollout': {
    title: 'Correct responses',
    short: 'correct',
    unit: 'accuracy',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Share of the responses of a rollout that are correct; reported where the task names its rewards.',
  },
  'critic/score/max': {
    title: 'Highest reward',
    short: 'highest reward',
    unit: 'reward',
    phases: RL,
    source: 'verl',
    help: 'Highest reward of a rollout.',
  },
  'critic/score/min': {
    title: 'Lowest reward',
    short: 'lowest reward',
    unit: 'reward',
    phases: RL,
    source: 'verl',
    help: 'Lowest reward of a rollout.',
  },
  'critic/advantages/mean': {
    title: 'Mean advantage',
    short: 'mean advantage',
    unit: 'advantage',
    phases: RL,
    source: 'verl',
    help: 'Mean advantage over response tokens.',
  },
  'critic/advantages/max': {
    title: 'Highest advantage',
    short: 'highest advantage',
    unit: 'advantage',
    phases: RL,
    source: 'verl',
    help: 'Highest advantage of a rollout.',
  },
  'critic/advantages/min': {
    title: 'Lowest advantage',
    short: 'lowest advantage',
    unit: 'advantage',
    phases: RL,
    source: 'verl',
    help: 'Lowest advantage of a rollout.',
  },
  'response_length/mean': {
    title: 'Response length',
    short: 'response length',
    unit: 'tokens',
    phases: ['rl', 'evaluation'],
    source: 'verl',
    help: 'Mean length of responses, the end token included. In an evaluation, of the sampled responses.',
  },
  'response_length/max': {
    title: 'Maximum response length',
    short: 'maximum response length',
    unit: 'tokens',
    phases: RL,
    source: 'verl',
    help: 'Length of the longest response of a rollout.',
  },
  'response_length/min': {
    title: 'Minimum response length',
    short: 'minimum response length',
    unit: 'tokens',
    phases: RL,
    source: 'verl',
    help: 'Length of the shortest response of a rollout.',
  },
  'response_length/clip_ratio': {
    title: 'Truncated responses',
    short: 'truncated responses',
    unit: 'share',
    phases: RL,
    source: 'verl',
    help: 'Share of responses that are as long as max_response_tokens allows.',
  },
  'groups/filtered_fraction': {
    title: 'Zero-advantage groups',
    short: 'zero-advantage groups',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2503.14476',
    help: 'Share of groups that filter_groups leaves out because all their responses have the same reward.',
  },
  'response_length/filtered_fraction': {
    title: 'Truncated responses left out',
    short: 'truncated, left out',
    unit: 'share',
    phases: RL,
    source: 'GPPO Studio',
    paper: '2503.14476',
    help:
      'Share of responses that overlong_filter leaves out of the loss because they have no end token; reported where ' +
      'it is on.',
  },
  'train/num_gen_batches': {
    title: 'Generation batches',
    short: 'generation batches',
    legend: 'batches',
    unit: 'count',
    phases: RL,
    source: 'verl',
    paper: '2503.14476',
    help: 'Batches of prompts sampled for the step; reported where max_num_gen_batches is above 1.',
  },
  'groups/sampled': {
    title: 'Sampled groups',
    short: 'sampled groups',
    legend: 'sampled',
    unit: 'count',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Groups sampled for the step, over all of its batches; reported where max_num_gen_batches is above 1.',
  },
  'groups/used': {
    title: 'Used groups',
    short: 'used groups',
    legend: 'used',
    unit: 'count',
    phases: RL,
    source: 'GPPO Studio',
    help:
      'Groups that the updates used: the number of prompts, or fewer where max_num_gen_batches ended the sampling. ' +
      'Reported where max_num_gen_batches is above 1.',
  },
} satisfies Record<string, Metric>;

const SUPERVISED = {
  'train/loss': {
    title: 'SFT loss',
    short: 'loss',
    unit: 'nats per token',
    phases: SFT,
    source: 'TRL',
    help: 'Mean negative log-likelihood of solution tokens.',
  },
  'train/entropy': {
    title: 'SFT entropy',
    short: 'entropy',
    unit: 'nats per token',
    phases: SFT,
    source: 'TRL',
    help: 'Mean entropy of the model over solution tokens.',
  },
  'train/grad_norm': {
    title: 'SFT gradient norm',
    short: 'gradient norm',
    unit: 'norm',
    phases: SFT,
    source: 'TRL',
    help: 'Global norm of the gradient before clipping to gradient_clip.',
  },
  'train/grad_clipped_fraction': {
    title: 'Clipped SFT gradients',
    short: 'clipped gradients',
    unit: 'share',
    phases: SFT,
    source: 'GPPO Studio',
    help: 'Share of the optimizer updates of the step, which is one, whose gradient was scaled down to gradient_clip.',
  },
  'train/lr': {
    title: 'SFT learning rate',
    short: 'learning rate',
    unit: 'learning rate',
    phases: SFT,
    source: 'GPPO Studio',
    help: 'Learning rate of the update.',
  },
  'train/epoch': {
    title: 'SFT epochs',
    short: 'epochs',
    unit: 'epochs',
    phases: SFT,
    source: 'TRL',
    help: 'Passes over the rows that are done; reported where epochs or sources are configured.',
  },
} satisfies Record<string, Metric>;

const HELD_OUT = {
  'accuracy/greedy': {
    title: 'Held-out accuracy, greedy',
    short: 'greedy accuracy',
    legend: 'greedy',
    unit: 'accuracy',
    phases: EVALUATION,
    source: 'GPPO Studio',
    help: 'Share of held-out problems that the greedy response solves.',
  },
  'accuracy/sampled': {
    title: 'Held-out accuracy, sampled',
    short: 'sampled accuracy',
    legend: 'sampled',
    unit: 'accuracy',
    phases: EVALUATION,
    source: 'GPPO Studio',
    help: "Share of responses to held-out problems that are correct, sampled at the run's temperature.",
  },
  'accuracy/pass_at_k': {
    title: 'Held-out pass@k',
    short: 'pass@k',
    unit: 'accuracy',
    phases: EVALUATION,
    source: 'GPPO Studio',
    help:
      'Share of held-out problems of which at least one of the k sampled responses is correct; k is the number of ' +
      'samples per problem (`evaluation.samples`), and with one sample it is not reported.',
  },
  'eval/loss': {
    title: 'Validation loss',
    short: 'validation loss',
    legend: 'validation',
    unit: 'nats per token',
    phases: EVALUATION,
    source: 'TRL',
    help: 'Mean negative log-likelihood per token of held-out solutions during SFT; reported with sft.validation.',
  },
  'eval/perplexity': {
    title: 'Validation perplexity',
    short: 'perplexity',
    unit: 'perplexity',
    phases: EVALUATION,
    source: 'GPPO Studio',
    help: 'Exponential of the validation loss: among how many equally probable tokens the model hesitates.',
  },
  'eval/entropy': {
    title: 'Validation entropy',
    short: 'validation entropy',
    unit: 'nats per token',
    phases: EVALUATION,
    source: 'TRL',
    help: 'Mean entropy of the model over the tokens of held-out solutions during SFT.',
  },
} satisfies Record<string, Metric>;

/** In the order of docs/metrics.md. */
export const METRIC_SECTIONS = {
  Rollout: ROLLOUT,
  Policy: POLICY,
  Clipping: CLIPPING,
  'By zone, gradient part, reward, difficulty or source': FAMILIES,
  'Supervised fine-tuning': SUPERVISED,
  Evaluation: HELD_OUT,
} satisfies Record<string, Record<string, Metric>>;

export const METRICS = { ...ROLLOUT, ...POLICY, ...CLIPPING, ...FAMILIES, ...SUPERVISED, ...HELD_OUT };

/** The figures under a StepRecord's `time`: the only ones that differ between two runs of one config and adapter. */
export const TIMES = {
  step_ms: {
    title: 'Step time',
    short: 'step time',
    unit: 'milliseconds',
    phases: ['sft', 'rl', 'evaluation'],
    source: 'GPPO Studio',
    help: 'Wall time of the step.',
  },
  tokens_per_second: {
    title: 'Speed',
    short: 'speed',
    unit: 'tokens per second',
    phases: ['sft', 'rl', 'evaluation'],
    source: 'GPPO Studio',
    help: 'Tokens per second of wall time: response tokens in RL and evaluations, tokens trained on in SFT.',
  },
  rollout_ms: {
    title: 'Rollout time',
    short: 'rollout time',
    unit: 'milliseconds',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Wall time of sampling the responses.',
  },
  update_ms: {
    title: 'Update time',
    short: 'update time',
    unit: 'milliseconds',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Wall time of old log-probs and updates, without exact gradient splits.',
  },
  split_ms: {
    title: 'Exact split time',
    short: 'exact split time',
    unit: 'milliseconds',
    phases: RL,
    source: 'GPPO Studio',
    help: 'Wall time of exact gradient splits; reported where split_every is above 0.',
  },
} satisfies Partial<Record<keyof StepTime, Metric>>;
