/** Terms used on the page, in alphabetical order; lessons link to them. */
import type { METRICS } from '../../run/metrics/declaration.ts';
import { metricOf, type SeriesName } from '../../run/metrics/lookup.ts';

export interface GlossaryEntry {
  term: string;
  meaning: string;
  /** Metrics whose titles it explains, also families, such as `eval/<source>/loss`. */
  metrics?: readonly (SeriesName | keyof typeof METRICS)[];
  /** The lesson that explains it, if one does. */
  lesson?: 'gradient' | 'ratio' | 'clip' | 'zones' | 'gppo' | 'watch' | 'pipeline' | 'evidence';
}

export const GLOSSARY = {
  advantage: {
    term: 'Advantage, A',
    meaning:
      'How much better a response is than the others to the same prompt: its reward minus the group’s mean, ' +
      'divided by the group’s standard deviation. All tokens of a response have the same A.',
    lesson: 'gradient',
  },

  beta: {
    term: 'β₁, β₂',
    meaning:
      'GPPO’s two scales: a clipped token keeps the gradient weight β₁(1 − ε low) if A < 0 and β₂(1 + ε high) if ' +
      'A > 0.',
    lesson: 'gppo',
  },
  clip: {
    term: 'Clip',
    meaning:
      'Bounding the ratio in the surrogate. Where the bound is active, the surrogate is flat and the token’s ' +
      'gradient is 0.',
    lesson: 'clip',
  },
  'clip-fraction': {
    term: 'Clip fraction',
    meaning: 'The share of tokens that are clipped. The definition differs between libraries and between losses.',
    lesson: 'watch',
    metrics: ['clip_ratio/low_mean', 'clip_ratio/high_mean', 'clip_ratio/region_mean', 'actor/pg_clipfrac'],
  },
  'clip-range': {
    term: 'Clip range',
    meaning: 'The ratios from 1 − ε low to 1 + ε high. Outside it, PPO clips tokens.',
    lesson: 'clip',
  },
  'difficulty-band': {
    term: 'Difficulty band',
    meaning:
      'Problems of a task that are about equally hard, such as sums without a carry; for data, the rows with one ' +
      'value of the difficulty column. A curriculum draws bands by the pass rate that it measures.',
    metrics: ['difficulty/<band>/accuracy', 'difficulty/<band>/score', 'difficulty/<band>/share'],
  },
  'dual-clip': {
    term: 'Dual clip, c',
    meaning:
      'A second bound, for tokens that became more likely although A < 0: with A < 0 and r > c the weight is 0. ' +
      'It also applies to GPPO.',
    lesson: 'zones',
  },
  'dynamic-sampling': {
    term: 'Dynamic sampling',
    meaning:
      'Sampling further prompts until enough groups of the rollout have an advantage other than 0 (DAPO). Groups ' +
      'that are all correct or all incorrect are left out, because their gradient is 0.',
    metrics: ['groups/used', 'groups/sampled'],
  },
  entropy: {
    term: 'Entropy',
    meaning: 'The entropy of the next-token distribution, in nats: 0 if the policy always samples the same token.',
    lesson: 'watch',
    metrics: ['actor/entropy'],
  },
  epoch: { term: 'Epoch', meaning: 'One pass over the responses of a rollout.', lesson: 'ratio' },
  'gradient-clipping': {
    term: 'Gradient clipping',
    meaning:
      'Scaling the gradient of an update down to a maximum norm (gradient_clip). It limits the size of the whole ' +
      'update; the clip range limits single tokens.',
    lesson: 'watch',
    metrics: ['actor/grad_clipped_fraction'],
  },
  'gradient-mass': {
    term: 'Gradient mass',
    meaning:
      'Σ|f w A| over a set of tokens (f: aggregation factor, w: gradient weight, A: advantage): how strongly these ' +
      'tokens push the policy, whatever the direction.',
    lesson: 'watch',
  },
  'gradient-norm': {
    term: metricOf('actor/grad_norm').title,
    meaning: 'The Euclidean length of the gradient over all trained parameters, before gradient clipping.',
    lesson: 'watch',
    metrics: ['actor/grad_norm'],
  },
  'gradient-split': {
    term: 'Gradient split',
    meaning:
      'The exact gradient of the parameters from the tokens of one zone alone. Its cosine with another part says ' +
      'whether they push in the same direction (1), are unrelated (0) or oppose each other (−1).',
    lesson: 'zones',
  },
  'gradient-weight': {
    term: 'Gradient weight, w',
    meaning:
      'The factor by which a strategy scales a token’s policy gradient: ∇J = w A ∇log π. Strategies differ only in w.',
    lesson: 'clip',
  },
  group: {
    term: 'Group',
    meaning: 'The responses to one prompt in a rollout. Advantages are computed within it.',
    lesson: 'gradient',
  },
  'held-out': {
    term: 'Held-out accuracy',
    meaning:
      'The share of correct responses to problems that training does not use: greedy (always the most probable ' +
      'token) or sampled.',
    lesson: 'watch',
    metrics: ['accuracy/greedy', 'accuracy/sampled', 'accuracy/pass_at_k'],
  },
  'importance-sampling': {
    term: 'Importance sampling',
    meaning: 'Weighting samples of one policy by r to estimate an expectation under another.',
    lesson: 'ratio',
  },
  kl: {
    term: 'KL divergence',
    meaning:
      'A measure of the difference between two policies, in nats. Here: to the old policy (ppo_kl), or to the ' +
      'reference policy, the one at the start of RL (kl_loss). The divergence itself is never below 0, but ppo_kl is ' +
      'an estimate from sampled tokens, the mean of −log r: it is negative where these tokens have become more ' +
      'probable on average, which is what training does to responses with positive advantage.',
    lesson: 'ratio',
    metrics: ['actor/ppo_kl', 'actor/kl_loss'],
  },
  logprob: {
    term: 'Log-probability',
    meaning: 'The natural logarithm of a token’s probability, in nats; 0 is certain.',
    lesson: 'gradient',
  },
  minibatch: { term: 'Minibatch', meaning: 'The part of a rollout used for one update.', lesson: 'ratio' },
  'off-policy': {
    term: 'Off-policy',
    meaning: 'Training on responses sampled by a different policy, for example by this policy a few updates earlier.',
    lesson: 'ratio',
  },
  perplexity: {
    term: 'Perplexity',
    meaning:
      'The exponential of the mean negative log-likelihood per token: among how many equally probable tokens the ' +
      'model hesitates. 1 is certainty.',
    lesson: 'pipeline',
    metrics: ['eval/perplexity'],
  },
  policy: {
    term: 'Policy, π',
    meaning: 'The model as a distribution over the next token, given the text so far.',
    lesson: 'gradient',
  },
  'positive-lm': {
    term: 'Positive LM loss',
    meaning: 'The SFT loss on correct responses, added to the RL loss with a small coefficient.',
    lesson: 'pipeline',
  },
  'preserved-share': {
    term: metricOf('gradient/preserved_share').title,
    meaning:
      'The share of the gradient mass Σ|f w A| (f: aggregation factor) from tokens whose gradient PPO sets to 0. ' +
      'It is 0 for PPO.',
    lesson: 'watch',
    metrics: ['gradient/preserved_share'],
  },
  ratio: {
    term: 'Ratio, r',
    meaning:
      'π(y) / π_old(y): the probability of a token under the current policy divided by its probability when it ' +
      'was sampled.',
    lesson: 'ratio',
  },
  response: {
    term: 'Response',
    meaning: 'The tokens the policy generates after a prompt, up to the end-of-sequence token or the maximum length.',
    lesson: 'gradient',
    metrics: ['response_length/mean'],
  },
  reward: {
    term: 'Reward',
    meaning:
      'The score of a response. By default that of the task’s verifier, 1 if it is correct and 0 if not; a task can ' +
      'have rewards of its own instead, of which it is the weighted sum.',
    lesson: 'gradient',
    metrics: ['critic/score/mean', 'rewards/<reward>/mean'],
  },
  rollout: {
    term: 'Rollout',
    meaning: 'The responses sampled from the policy in one step, for all prompts of the step.',
    lesson: 'gradient',
  },
  sft: {
    term: 'SFT',
    meaning: 'Supervised fine-tuning: maximizing the log-probability of given solutions, before RL.',
    lesson: 'pipeline',
    metrics: ['train/loss'],
  },
  surrogate: {
    term: 'Surrogate, J',
    meaning: 'The objective whose gradient an update follows. Its value is not comparable between strategies.',
    lesson: 'clip',
  },
  'validation-loss': {
    term: metricOf('eval/loss').title,
    meaning:
      'The SFT loss on solutions that training does not use: the mean negative log-likelihood per token. Where it ' +
      'rises while the loss of SFT falls, the model memorizes its examples.',
    lesson: 'pipeline',
    metrics: ['eval/loss', 'eval/<source>/loss'],
  },
  verifier: {
    term: 'Verifier',
    meaning: 'The check of a task that decides whether a response is correct, whatever its rewards are.',
    lesson: 'gradient',
    metrics: ['accuracy/rollout'],
  },
  zone: {
    term: 'Zone',
    meaning: 'The position of a token: inside the clip range, or above or below it with A > 0 or A < 0.',
    lesson: 'zones',
  },
} satisfies Record<string, GlossaryEntry>;

export type GlossaryId = keyof typeof GLOSSARY;
