/** Reinforcement learning: rollouts, the loss on them, and its optimizer. */
import { z } from 'zod';
import { StrategyConfig } from '../strategies/strategy-config.ts';
import { count, countOrZero, field, fraction, notNegative, positive } from '../../schema/field.ts';
import { optimizerFields } from './optimizer.ts';

export const Aggregation = z.enum([
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
]);
export type Aggregation = z.infer<typeof Aggregation>;

export const AdvantageKind = z.enum(['grpo', 'dr-grpo', 'rloo', 'rloo-batch-std', 'batch-std']);
export type AdvantageKind = z.infer<typeof AdvantageKind>;

const RlFields = z.strictObject({
  steps: field(count, {
    label: 'Steps',
    description: 'Number of rollouts; each is followed by minibatches x epochs optimizer updates.',
    unit: 'steps',
  }),
  prompts: field(count.max(65_536).default(64), {
    label: 'Prompts',
    description: 'Prompts per rollout; more give smoother gradients and slower steps.',
    unit: 'prompts',
  }),
  responses: field(count.max(4_096).default(8), {
    label: 'Responses',
    description: 'Responses per prompt: the group that advantages are relative to; use at least 4.',
  }),
  max_response_tokens: field(count.optional(), {
    label: 'Max response length',
    description: 'Responses are cut off after this many tokens; by default the longest solution of the task.',
    unit: 'tokens',
    absent: 'by task',
  }),
  temperature: field(positive.default(1), {
    label: 'Temperature',
    description: 'Logits are divided by it, in sampling and in training alike; raise it for more exploration.',
  }),
  top_k: field(countOrZero.default(0), {
    label: 'Top-k',
    description: 'Sample from the k most probable tokens only; 0 samples from all.',
  }),
  top_p: field(z.number().gt(0).max(1).default(1), {
    label: 'Top-p',
    description: 'Sample from the fewest tokens that hold this share of the probability; 1 samples from all.',
  }),
  strategy: field(StrategyConfig, {
    label: 'Clip strategy',
    description: 'How the gradient of a token depends on its ratio and advantage: a built-in strategy or a custom one.',
  }),
  aggregation: field(Aggregation.optional(), {
    label: 'Aggregation',
    description:
      "How token losses are combined into one loss, with verl's names; by default as the strategy's paper does.",
    absent: 'by strategy',
  }),
  advantage: field(AdvantageKind.default('grpo'), {
    label: 'Advantage',
    description:
      'What a reward is compared with. grpo: the mean of its group, divided by the standard deviation of the group. ' +
      'dr-grpo: the same without the division. rloo: the mean of the other responses (leave-one-out). batch-std and ' +
      'rloo-batch-std divide by the standard deviation over all responses of the rollout.',
  }),
  filter_groups: field(z.boolean().default(true), {
    label: 'Filter zero-advantage groups',
    description: 'Leave out groups whose responses all have the same reward: they contribute no policy gradient.',
  }),
  max_num_gen_batches: field(count.max(100).default(1), {
    label: 'Max generation batches',
    description:
      'Dynamic sampling (DAPO): when groups are filtered out, further batches of prompts are sampled until the ' +
      'rollout has its full number of groups, at most so many batches per step; 1 samples one batch and no more.',
  }),
  overlong_filter: field(z.boolean().default(false), {
    label: 'Filter truncated responses',
    description:
      'Leave responses without an end token out of the loss (overlong filtering); their rewards still count in ' +
      'the advantages of their group.',
  }),
  curriculum: field(z.enum(['none', 'pass-rate']).default('none'), {
    label: 'Curriculum',
    description:
      'none: prompts as the task draws them, rows of data in turn. pass-rate: difficulty bands, or rows of data, are ' +
      'drawn in proportion to p (1 - p), p the measured share of correct responses, so that most prompts are neither ' +
      'always nor never solved.',
  }),
  curriculum_floor: field(fraction.default(0.2), {
    label: 'Curriculum floor',
    description:
      'Share of the prompts that the curriculum spreads evenly, so that every band or row is measured again; 1 draws ' +
      'all alike.',
  }),
  curriculum_memory: field(z.number().min(0).lt(1).default(0.9), {
    label: 'Curriculum memory',
    description:
      'Weight of earlier responses in a pass rate each time its problems are sampled again; lower values follow the ' +
      'policy faster and are noisier.',
  }),
  minibatches: field(count.default(4), {
    label: 'Minibatches',
    description: 'Updates per epoch; with one update per rollout every ratio is 1 and nothing is clipped.',
  }),
  epochs: field(count.default(1), {
    label: 'Epochs',
    description: 'Passes over each rollout; more reuse the samples but move further from the policy that drew them.',
  }),
  positive_lm: field(notNegative.default(0), {
    label: 'SFT loss coefficient',
    description:
      'Coefficient of the mean negative log-likelihood of correct responses, added to the loss ' +
      '(Klear-Reasoner: 0.1).',
  }),
  kl_coefficient: field(notNegative.default(0), {
    label: 'KL coefficient',
    description:
      'Coefficient of the KL to the reference policy, added to the loss; 0 computes none. The reference is the ' +
      'policy at the start of RL, unless it is updated.',
  }),
  reference_update_every: field(countOrZero.default(0), {
    label: 'Reference update every',
    description:
      'Steps between updates of the reference policy (TRL: ref_model_sync_steps), which let the policy move on; 0 ' +
      'keeps the policy at the start of RL.',
    unit: 'steps',
  }),
  reference_mixup_alpha: field(positive.max(1).default(0.6), {
    label: 'Reference mixup alpha',
    description:
      'Share of the policy in an updated reference: reference = alpha policy + (1 - alpha) reference, weight by ' +
      'weight; 1 copies the policy (TRL: ref_model_mixup_alpha).',
  }),
  kl_estimator: field(z.enum(['k1', 'k2', 'k3']).default('k3'), {
    label: 'KL estimator',
    description: "Schulman's estimator of the KL: k2 has the KL's gradient, k3 the lower variance.",
  }),
  entropy_coefficient: field(z.number().default(0), {
    label: 'Entropy bonus',
    description: 'Coefficient of the policy entropy, subtracted from the loss; raise it when entropy collapses.',
  }),
  tis_cap: field(positive.nullable().default(null), {
    label: 'Truncated importance sampling (TIS) cap',
    description:
      'Weights tokens by pi_old / pi_sampler, at most this, to correct the gap between sampler and trainer; ' +
      'works with ' +
      'every strategy (verl: 2).',
  }),
  tis_floor: field(positive.nullable().default(null), {
    label: 'TIS floor (IcePop)',
    description:
      'With a floor, tokens whose pi_old / pi_sampler is below it or above the cap get weight 0, instead of the cap ' +
      '(IcePop; verl: "0.5_5.0").',
  }),
  tis_level: field(z.enum(['token', 'sequence']).default('token'), {
    label: 'TIS level',
    description: 'Whether TIS weighs a token by its own ratio or by the whole response’s, the product of its tokens’.',
  }),
  split_every: field(countOrZero.default(0), {
    label: 'Gradient split every',
    description:
      'Updates between exact splits of the parameter gradient by zone; such an update takes about 3 to 6 times as ' +
      'long, and 0 makes none.',
    unit: 'updates',
  }),
  ...optimizerFields(3e-4),
});
export const RlConfig = RlFields.refine(
  ({ max_num_gen_batches: batches, filter_groups: filtered }) => batches === 1 || filtered,
  { path: ['max_num_gen_batches'], error: 'expected 1, because filter_groups is off: no group has to be replaced' },
)
  .refine(({ reference_update_every: every, kl_coefficient: kl }) => every === 0 || kl > 0, {
    path: ['reference_update_every'],
    error: 'expected 0, because kl_coefficient is 0: there is no reference policy to update',
  })
  .refine(({ tis_cap: cap, tis_floor: floor }) => floor === null || (cap !== null && floor <= cap), {
    path: ['tis_floor'],
    error: 'expected off or a number up to tis_cap: together they bound the ratios that are kept',
  })
  .refine(({ tis_level: level, strategy }) => level === 'token' || strategy.name !== 'vespo', {
    path: ['tis_level'],
    error: 'expected token, because vespo itself multiplies the corrections of a response',
  });
export type RlConfig = z.infer<typeof RlConfig>;

/**
 * Why the policy gets no gradient, whatever it samples; undefined if it can. TRL refuses such a config ("requires at
 * least 2 generations per prompt").
 */
export function noPolicyGradient({ responses, filter_groups: filtered, ...others }: RlConfig): string | undefined {
  if (responses > 1) return undefined;
  const rest = !filtered && (others.positive_lm > 0 || others.kl_coefficient > 0 || others.entropy_coefficient !== 0);
  return (
    'The advantage of a response is relative to its group, so that of a single response is always 0: ' +
    `${rest ? 'only the other terms of the loss train' : 'nothing is learned'}. Use at least 2 responses.`
  );
}
