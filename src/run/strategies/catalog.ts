/**
 * The family of clip strategies: one WGSL function (shaders/strategies/), one entry here, one row in the tests'
 * reference for each.
 *
 * In the formulas r is the token's ratio, s the geometric mean of a response's ratios, W their product, A the
 * advantage, lo = 1 - eps_low, hi = 1 + eps_high.
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

const PPO_WEIGHT = String.raw`w=\begin{cases}0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;
const GPPO_WEIGHT = String.raw`w=\begin{cases}\beta_2\,\mathrm{hi}&A>0,\ r>\mathrm{hi}\\\beta_1\,\mathrm{lo}&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;

export const CATALOG = {
  ppo: {
    title: 'PPO',
    summary: 'A token that leaves the clip range in the direction of its advantage gets no gradient.',
    formula: PPO_WEIGHT,
    paper: PPO_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_vanilla',
    goodAt: 'Stable: tokens that have moved far get no further gradient.',
    badAt:
      'Discards the gradient of rare tokens that exploration needs, and late corrections of tokens with negative ' +
      'advantage.',
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
  },
  'clip-higher': {
    title: 'Clip-Higher',
    summary: 'PPO with a higher upper bound, so that rare tokens with positive advantage can become more likely.',
    formula: PPO_WEIGHT,
    paper: { title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' },
    reference: 'verl core_algos.py, compute_policy_loss_vanilla with clip_ratio_high',
    goodAt: 'Keeps entropy high for longer than PPO, at no extra cost.',
    badAt: 'Beyond the wider range, gradients are still 0.',
    parameters: { ...band(0.2, 0.28), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
  },
  gppo: {
    title: 'GPPO',
    summary:
      'Clipped tokens keep a bounded gradient weight: β₂(1 + ε high) above the clip range, β₁(1 − ε low) below it.',
    formula: GPPO_WEIGHT,
    paper: GPPO_PAPER,
    reference: 'Kwai-Klear/KlearReasoner core_algos.py, compute_gppo_loss',
    goodAt:
      'Every token keeps a gradient: exploration continues above the clip range, and incorrect responses are ' +
      'still corrected below it.',
    badAt: 'With large updates, the preserved negative gradients can make a model collapse.',
    parameters: { ...band(0.2, 0.28), beta1: beta1(1), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
  },
  'ce-gppo': {
    title: 'CE-GPPO',
    summary: 'GPPO with separate scales: a smaller β₁ slows the fall of entropy, a larger β₂ keeps entropy high.',
    formula: GPPO_WEIGHT,
    paper: { title: 'CE-GPPO', url: 'https://arxiv.org/abs/2509.20712' },
    reference: 'Kwai-Klear/CE-GPPO core_algos.py, compute_gppo_loss_general_beta',
    goodAt: 'Controls entropy separately for the two kinds of clipped tokens.',
    badAt: 'Two more parameters to tune; (1, 0.5) collapses in the paper.',
    parameters: { ...band(0.2, 0.2), beta1: beta1(0.75), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
  },
  cispo: {
    title: 'CISPO',
    summary: 'Clamps the ratio instead of dropping tokens: every token keeps a gradient with a weight from lo to hi.',
    formula: String.raw`w=\operatorname{clamp}(r,\mathrm{lo},\mathrm{hi})\quad\text{or}\quad\min(r,\mathrm{cap})`,
    paper: { title: 'MiniMax-M1', url: 'https://arxiv.org/abs/2506.13585' },
    reference: 'verl core_algos.py, compute_policy_loss_cispo; TRL grpo_trainer.py, loss_type cispo (cap)',
    goodAt: 'Rare but decisive tokens keep their gradient.',
    badAt: 'Also raises the weight of tokens far below the clip range.',
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
    formula: String.raw`w=\begin{cases}0&A>0,\ s>\mathrm{hi}\\0&A<0,\ s<\mathrm{lo}\\s&\text{else}\end{cases}`,
    paper: { title: 'GSPO', url: 'https://arxiv.org/abs/2507.18071' },
    reference: 'verl core_algos.py, compute_policy_loss_gspo',
    goodAt: 'Stable for long responses and mixture-of-experts models, where token ratios are noisy.',
    badAt: 'A few tokens can clip the whole response; its ε is far smaller than that of token-level strategies.',
    parameters: { ...band(3e-4, 4e-4) },
    aggregation: 'seq-mean-token-mean',
    context: 'sequence',
    movingBand: true,
  },
  gmpo: {
    title: 'GMPO',
    summary: 'Weights a response by the geometric mean of its clipped ratios, which reduces the effect of outliers.',
    formula: String.raw`w=\begin{cases}0&m_t\text{ clamped}\\e^{\overline{m}}&\text{else}\end{cases}\quad m_t=\log r_t\text{ clamped on the pessimistic side}`,
    paper: { title: 'Geometric-Mean Policy Optimization', url: 'https://arxiv.org/abs/2507.20673' },
    reference: 'verl core_algos.py, compute_policy_loss_geo_mean',
    goodAt: 'Allows a wide clip range without outliers dominating.',
    badAt: 'Weights of short responses vary more.',
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
    formula: String.raw`w=4\,g(1-g)\,r,\quad g=\sigma(\tau(r-1))`,
    paper: { title: 'Soft Adaptive Policy Optimization', url: 'https://arxiv.org/abs/2511.20347' },
    reference: 'verl core_algos.py, compute_policy_loss_sapo; TRL grpo_trainer.py, loss_type sapo',
    goodAt: 'The gradient has no jumps.',
    badAt: 'No token is fully clipped near 1, and the clip fraction is always 0 by definition.',
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
    formula: String.raw`w=e^{\lambda+k\log W-\lambda W}`,
    paper: { title: 'VESPO' },
    reference: 'TRL grpo_trainer.py, loss_type vespo (get_gamma_weights)',
    goodAt: 'The weight of off-policy responses decays smoothly.',
    badAt: 'W is a product over the response, so it moves away from 1 quickly for long responses.',
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
    formula: String.raw`w=\begin{cases}\min(1/r,c)&A>0,\ r\le\mathrm{hi}\\0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\\min(r,c)&A<0,\ r\ge\mathrm{lo}\end{cases}`,
    paper: { title: 'ASPO', url: 'https://arxiv.org/abs/2510.06062' },
    reference: 'Archer2.0 (wizard-III/Archer2.0); its dual clip keeps the gradient',
    goodAt: 'Prevents already probable tokens from dominating the update.',
    badAt: 'The weight is no longer an unbiased importance weight.',
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
    formula: String.raw`\text{as PPO, with}\ \ \mathrm{lo}=\tfrac12\Bigl(1+\sqrt{\max(0,1-\tfrac{4\varepsilon_l}{q})}\Bigr),\ \mathrm{hi}=\min\Bigl(\tfrac12\bigl(1+\sqrt{1+\tfrac{4\varepsilon_h}{q}}\bigr),10\Bigr)`,
    paper: { title: 'DCPO', url: 'https://arxiv.org/abs/2509.02333' },
    reference: 'lime-RL/DCPO',
    goodAt: 'Rare tokens can become several times more likely.',
    badAt: 'Probable tokens get a narrower clip range than usual.',
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
    formula: String.raw`\text{as PPO, with lo, hi moved until}\ \ \sum_{A\ge0}\min(r,\mathrm{hi})A\ \ge\ \rho\sum_{A<0}\max(r,\mathrm{lo})|A|`,
    paper: { title: 'BAPO', url: 'https://arxiv.org/abs/2510.18927' },
    reference: 'WooooDyy/BAPO recipe/bapo/policy_loss.py',
    goodAt: 'Prevents negative samples from dominating when most responses are incorrect.',
    badAt: 'Bounds depend on the minibatch, so equal tokens may be treated differently.',
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
    formula: String.raw`w=\begin{cases}1&A\ge0\\\min(W,1)&A<0\end{cases}`,
    paper: { title: 'Tapered Off-Policy REINFORCE', url: 'https://arxiv.org/abs/2503.14286' },
    reference: 'the paper, with a = 0, b = 1 for A < 0',
    goodAt: 'Stable far off-policy: responses that have become improbable are no longer pushed down.',
    badAt: 'Responses with positive advantage are never clipped.',
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'sequence',
  },
  erc: {
    title: 'ERC on PPO',
    summary: 'PPO, with gradient weight 0 where the entropy ratio to the old policy leaves a range.',
    formula: String.raw`w=w_{\text{PPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    paper: ERC_PAPER,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_grpo_erc',
    goodAt: 'Detects changes of the whole next-token distribution, which the sampled token’s ratio misses.',
    badAt: 'Drops many tokens where entropy is near 0, because the entropy ratio is noisy there.',
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip, ...entropyBand },
    aggregation: 'token-mean',
    context: 'none',
  },
  'gppo-erc': {
    title: 'ERC on GPPO',
    summary: 'GPPO, with gradient weight 0 where the entropy ratio to the old policy leaves a range.',
    formula: String.raw`w=w_{\text{GPPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    paper: ERC_PAPER,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_gppo_erc',
    goodAt: 'Preserves gradients as GPPO does, and limits the change of the whole distribution.',
    badAt: 'Drops many tokens where entropy is near 0, as ERC on PPO does.',
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
    formula: String.raw`w=\begin{cases}0&\text{drawn among}\ b<\mathrm{cov}<u\\w_{\text{PPO}}&\text{else}\end{cases}\quad\mathrm{cov}=(A-\bar A)(\log\pi-\overline{\log\pi})`,
    paper: ENTROPY_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_clip_cov',
    goodAt: 'Slows the fall of entropy by dropping very few tokens.',
    badAt: 'The choice is random; small minibatches drop one token or none.',
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
    formula: String.raw`w=r;\quad\text{highest cov: }\ \nabla J=\bigl(rA-k\,\operatorname{sign}\log r\bigr)\nabla\log\pi`,
    paper: ENTROPY_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_kl_cov',
    goodAt: 'Keeps entropy high with a penalty instead of dropping tokens.',
    badAt: 'All other tokens are unclipped.',
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
    formula: 'w=r',
    paper: { title: 'Importance-weighted policy gradient' },
    reference: 'PPO in the limit of infinite ε',
    goodAt: 'Unbiased per token while the policies are close.',
    badAt: 'One token with a large ratio can dominate the update.',
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'none',
  },
  reinforce: {
    title: 'REINFORCE',
    summary: 'Every token has gradient weight 1, whatever its ratio.',
    formula: 'w=1',
    paper: { title: 'GPG', url: 'https://arxiv.org/abs/2504.02546' },
    reference: 'verl core_algos.py, compute_policy_loss_gpg',
    goodAt: 'Simple; the gradient weight is constant.',
    badAt: 'Biased after the first update; nothing limits how far a token moves.',
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
