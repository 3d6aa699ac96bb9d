/**
 * The family of clip strategies: one WGSL function (shaders/strategies/), one entry here or in a file of its kind, one
 * description (descriptions.ts), one row in the tests' reference for each.
 */
import { DIVERGENCE_STRATEGIES } from './divergence-strategies.ts';
import { band, beta1, beta2, dualClip, entropyBand, number, onlyHigh, shownBand } from './parameters.ts';
import { RESPONSE_STRATEGIES } from './response-strategies.ts';
import { SOFT_STRATEGIES } from './soft-strategies.ts';
import type { StrategyInfo } from './types.ts';

const PPO_PAPER = { title: 'Proximal Policy Optimization', url: 'https://arxiv.org/abs/1707.06347' };
const GPPO_PAPER = { title: 'Klear-Reasoner', url: 'https://arxiv.org/abs/2508.07629' };
const ENTROPY_PAPER = {
  title: 'The Entropy Mechanism of RL for Reasoning LMs',
  url: 'https://arxiv.org/abs/2505.22617',
};
const ERC_PAPER = { title: 'Entropy Ratio Clipping', url: 'https://arxiv.org/abs/2512.05591' };

export const CATALOG = {
  ppo: {
    title: 'PPO',
    summary: 'A token that leaves the clip range in the direction of its advantage gets no gradient.',
    paper: PPO_PAPER,
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
  },
  'clip-higher': {
    title: 'Clip-Higher',
    summary: 'PPO with a higher upper bound, so that rare tokens with positive advantage can become more likely.',
    paper: { title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' },
    parameters: { ...band(0.2, 0.28), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
  },
  gppo: {
    title: 'GPPO',
    summary:
      'Clipped tokens keep a bounded gradient weight: β₂(1 + ε high) above the clip range, β₁(1 − ε low) below it.',
    paper: GPPO_PAPER,
    parameters: { ...band(0.2, 0.28), beta1: beta1(1), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
  },
  'ce-gppo': {
    title: 'CE-GPPO',
    summary: 'GPPO with separate scales: a smaller β₁ slows the fall of entropy, a larger β₂ keeps entropy high.',
    paper: { title: 'CE-GPPO', url: 'https://arxiv.org/abs/2509.20712' },
    parameters: { ...band(0.2, 0.2), beta1: beta1(0.75), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
  },
  cispo: {
    title: 'CISPO',
    summary: 'Clamps the ratio instead of dropping tokens: every token keeps a gradient with a weight from lo to hi.',
    paper: { title: 'MiniMax-M1', url: 'https://arxiv.org/abs/2506.13585' },
    parameters: {
      ...band(0.2, 0.2),
      cap: {
        label: 'Cap (one-sided)',
        help: 'Clamp r at this value, without a lower bound (TRL: 5). Empty: clamp to the clip range (verl).',
        default: null,
        minimum: 0,
        maximum: 1e9,
        step: 0.5,
        exclusive: true,
      },
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  gspo: {
    title: 'GSPO',
    summary:
      'PPO on whole responses: all tokens of a response share one ratio, the geometric mean, and are clipped together.',
    paper: { title: 'GSPO', url: 'https://arxiv.org/abs/2507.18071' },
    parameters: { ...band(3e-4, 4e-4) },
    aggregation: 'seq-mean-token-mean',
    context: 'sequence',
    movingBand: true,
  },
  gmpo: {
    title: 'GMPO',
    summary: 'Weights a response by the geometric mean of its clipped ratios, which reduces the effect of outliers.',
    paper: { title: 'Geometric-Mean Policy Optimization', url: 'https://arxiv.org/abs/2507.20673' },
    parameters: {
      eps_low: number('Log-ratio lower bound, −', 'Log-ratios are clamped from below at minus this value.', 0.4, {
        maximum: 20,
        unit: 'nats',
      }),
      eps_high: number('Log-ratio upper bound', 'Log-ratios are clamped from above at this value.', 0.4, {
        maximum: 20,
        unit: 'nats',
      }),
    },
    aggregation: 'seq-mean-token-mean',
    context: 'sequence',
    ownCorrection: true,
  },
  sapo: {
    title: 'SAPO',
    summary:
      'A soft gate instead of a clip: the weight decays as the ratio moves away from 1, faster for tokens with ' +
      'negative advantage.',
    paper: { title: 'Soft Adaptive Policy Optimization', url: 'https://arxiv.org/abs/2511.20347' },
    parameters: {
      tau_pos: number(
        'τ for A>0',
        'Steepness of the gate for tokens with positive advantage; a larger value decays their weight sooner.',
        1,
        { exclusive: true, maximum: 100 },
      ),
      tau_neg: number(
        'τ for A<0',
        'Steepness of the gate for tokens with negative advantage; a larger value decays their weight sooner.',
        1.05,
        {
          exclusive: true,
          maximum: 100,
        },
      ),
      ...shownBand(),
    },
    aggregation: 'seq-mean-token-mean',
    context: 'none',
  },
  vespo: {
    title: 'VESPO',
    summary: 'A smooth weight of the whole response’s ratio W: 1 at W = 1, decaying to 0 on both sides.',
    paper: { title: 'VESPO' },
    parameters: {
      k_positive: number('k for A≥0', 'Power of W for responses with A ≥ 0.', 2, { maximum: 100, step: 0.5 }),
      lambda_positive: number('λ for A≥0', 'Decay rate in W for responses with A ≥ 0.', 3, { maximum: 100, step: 0.5 }),
      k_negative: number('k for A<0', 'Power of W for responses with A < 0.', 3, { maximum: 100, step: 0.5 }),
      lambda_negative: number('λ for A<0', 'Decay rate in W for responses with A < 0.', 2, { maximum: 100, step: 0.5 }),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'sequence',
    ownCorrection: true,
  },
  aspo: {
    title: 'ASPO',
    summary:
      'Inverts the ratio for tokens with positive advantage: those with the lowest ratio get the largest weight.',
    paper: { title: 'ASPO', url: 'https://arxiv.org/abs/2510.06062' },
    parameters: {
      ...band(0.2, 0.4),
      c: number('c', 'Maximum gradient weight; decrease it to limit single tokens.', 3, {
        maximum: 1e9,
        exclusive: true,
        step: 0.5,
      }),
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  dcpo: {
    title: 'DCPO',
    summary: 'PPO with a wider clip range for rare tokens: each token’s bounds depend on its old probability.',
    paper: { title: 'DCPO', url: 'https://arxiv.org/abs/2509.02333' },
    parameters: {
      eps_low: number(
        'ε low',
        'Bounds the squared decrease of a token’s probability relative to the old one; a larger value clips ' +
          'fewer tokens.',
        0.16,
        {
          maximum: 100,
          step: 0.02,
        },
      ),
      eps_high: number(
        'ε high',
        'Bounds the squared increase of a token’s probability relative to the old one; a larger value clips ' +
          'fewer tokens.',
        0.2,
        { maximum: 100, step: 0.02 },
      ),
      dual_clip: { ...dualClip, default: 10 },
    },
    aggregation: 'token-mean',
    context: 'none',
    movingBand: true,
  },
  bapo: {
    title: 'BAPO',
    summary:
      'PPO with bounds adapted per minibatch until tokens with positive advantage carry the target share of the loss.',
    paper: { title: 'BAPO', url: 'https://arxiv.org/abs/2510.18927' },
    parameters: {
      low_start: number('Lower bound, start', 'Start of the search for the lower bound.', 0.8),
      low_max: number('Lower bound, end', 'Maximum lower bound.', 0.95),
      low_step: number('Lower bound, step', 'Step size of the search.', 0.05, { exclusive: true, maximum: 1 }),
      high_start: number('Upper bound, start', 'Start of the search for the upper bound.', 1.2),
      high_max: number('Upper bound, end', 'Maximum upper bound.', 2),
      high_step: number('Upper bound, step', 'Step size of the search.', 0.1, { exclusive: true, maximum: 1 }),
      target_ratio: number(
        'Positive : negative',
        'Target ratio of the loss of tokens with positive advantage to that of tokens with negative advantage; 1 ' +
          'gives each half.',
        1,
        { maximum: 100 },
      ),
      dual_clip: dualClip,
    },
    aggregation: 'token-mean',
    context: 'balance',
    movingBand: true,
  },
  topr: {
    title: 'TOPR',
    summary:
      'Responses with A ≥ 0 have weight 1; those with A < 0 have the whole response’s ratio, clamped to at most 1.',
    paper: { title: 'Tapered Off-Policy REINFORCE', url: 'https://arxiv.org/abs/2503.14286' },
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'sequence',
  },
  erc: {
    title: 'ERC on PPO',
    summary: 'PPO, with gradient weight 0 where the entropy ratio to the old policy leaves a range.',
    paper: ERC_PAPER,
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip, ...entropyBand },
    aggregation: 'token-mean',
    context: 'none',
  },
  'gppo-erc': {
    title: 'ERC on GPPO',
    summary: 'GPPO, with gradient weight 0 where the entropy ratio to the old policy leaves a range.',
    paper: ERC_PAPER,
    parameters: {
      ...band(0.2, 0.28),
      beta1: beta1(1),
      beta2: beta2(1),
      dual_clip: dualClip,
      only_high: onlyHigh,
      ...entropyBand,
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  'clip-cov': {
    title: 'Clip-Cov',
    summary: 'PPO without a few tokens, sampled among those with the highest covariance of log-prob and advantage.',
    paper: ENTROPY_PAPER,
    parameters: {
      ...band(0.2, 0.2),
      fraction: number(
        'Fraction',
        'Share of the minibatch’s tokens to drop, at least one; a larger value slows the fall of entropy more.',
        2e-4,
        {
          exclusive: true,
          maximum: 1,
          step: 1e-4,
        },
      ),
      covariance_low: number('Covariance, lower bound', 'Only tokens above this covariance can be dropped.', 1, {
        minimum: -1e9,
        maximum: 1e9,
        step: 0.5,
      }),
      covariance_high: number('Covariance, upper bound', 'Only tokens below this covariance can be dropped.', 5, {
        minimum: -1e9,
        maximum: 1e9,
        step: 0.5,
      }),
    },
    aggregation: 'token-mean',
    context: 'clip-cov',
  },
  'kl-cov': {
    title: 'KL-Cov',
    summary: 'No clipping, with a KL penalty on the few tokens of highest covariance.',
    paper: ENTROPY_PAPER,
    parameters: {
      fraction: number(
        'Fraction',
        'Share of the minibatch’s tokens with a penalty, at least one; a larger value keeps entropy higher.',
        2e-4,
        {
          exclusive: true,
          maximum: 1,
          step: 1e-4,
        },
      ),
      kl_penalty: number('k', 'Penalty per nat of |log r|; 0.1 in verl’s yaml, 1 in its code.', 0.1, {
        maximum: 1e3,
      }),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'kl-cov',
  },
  ...SOFT_STRATEGIES,
  ...DIVERGENCE_STRATEGIES,
  ...RESPONSE_STRATEGIES,
  importance: {
    title: 'No clipping',
    summary: 'Every token has its ratio as gradient weight.',
    paper: { title: 'Importance-weighted policy gradient' },
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'none',
  },
  reinforce: {
    title: 'REINFORCE',
    summary: 'Every token has gradient weight 1, whatever its ratio.',
    paper: { title: 'GPG', url: 'https://arxiv.org/abs/2504.02546' },
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'none',
  },
} as const satisfies Record<string, StrategyInfo>;

export type BuiltInStrategy = keyof typeof CATALOG;

export const STRATEGY_NAMES = Object.keys(CATALOG) as [BuiltInStrategy, ...BuiltInStrategy[]];

/** An entry without its literal types. */
export function strategyInfo(name: BuiltInStrategy): StrategyInfo {
  return CATALOG[name];
}
