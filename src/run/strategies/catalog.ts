/**
 * The family of clip strategies: one WGSL function, one entry here, one row in the tests' reference each.
 *
 * In the formulas r is the token's ratio, s the geometric mean of a response's ratios, W their product, A the
 * advantage, lo = 1 - eps_low, hi = 1 + eps_high.
 */
import aspo from '../../../shaders/strategies/aspo.wgsl?raw';
import bapo from '../../../shaders/strategies/bapo.wgsl?raw';
import cispo from '../../../shaders/strategies/cispo.wgsl?raw';
import clipCov from '../../../shaders/strategies/clip-cov.wgsl?raw';
import dcpo from '../../../shaders/strategies/dcpo.wgsl?raw';
import erc from '../../../shaders/strategies/erc.wgsl?raw';
import gmpo from '../../../shaders/strategies/gmpo.wgsl?raw';
import gppo from '../../../shaders/strategies/gppo.wgsl?raw';
import gspo from '../../../shaders/strategies/gspo.wgsl?raw';
import importance from '../../../shaders/strategies/importance.wgsl?raw';
import klCov from '../../../shaders/strategies/kl-cov.wgsl?raw';
import ppo from '../../../shaders/strategies/ppo.wgsl?raw';
import reinforce from '../../../shaders/strategies/reinforce.wgsl?raw';
import sapo from '../../../shaders/strategies/sapo.wgsl?raw';
import topr from '../../../shaders/strategies/topr.wgsl?raw';
import vespo from '../../../shaders/strategies/vespo.wgsl?raw';
import type { ParameterInfo, StrategyInfo } from './types.ts';

const number = (
  label: string,
  help: string,
  value: number,
  range: Partial<Pick<ParameterInfo, 'minimum' | 'maximum' | 'step' | 'exclusive' | 'unit'>> = {},
): ParameterInfo => ({ label, help, default: value, minimum: 0, maximum: 10, step: 0.05, ...range });

const low = (value: number): ParameterInfo =>
  number(
    'ε low',
    'Ratios inside of the band count as close to the old policy; it begins at 1 − ε low. Lower it to clip sooner.',
    value,
    {
      maximum: 1e9,
      step: 0.02,
    },
  );
const high = (value: number): ParameterInfo =>
  number('ε high', 'The band ends at 1 + ε high; raise it to let rare tokens of A > 0 grow further.', value, {
    maximum: 1e9,
    step: 0.02,
  });
const band = (below: number, above: number) => ({ eps_low: low(below), eps_high: high(above) });

/** Strategies without a band of their own are shown in the zones of this one. */
const shownBand = () => {
  const zonesOnly = (info: ParameterInfo): ParameterInfo => ({
    ...info,
    help: 'Not read by this strategy: the band by which its tokens are shown in zones.',
    zonesOnly: true,
  });
  return { eps_low: zonesOnly(low(0.2)), eps_high: zonesOnly(high(0.2)) };
};
const dualClip: ParameterInfo = {
  label: 'Dual clip c',
  help: 'A token of A < 0 whose ratio exceeds c gets no gradient, in GPPO too; set it (3 to 10) when such ratios explode.',
  default: null,
  minimum: 1,
  maximum: 1e9,
  step: 1,
  exclusive: true,
};
const beta1 = (value: number): ParameterInfo =>
  number(
    'β₁ below band, A<0',
    'Weight of tokens of A < 0 below the band is β₁ (1 − ε low). 0 is PPO there; larger makes entropy fall faster.',
    value,
    { maximum: 100 },
  );
const beta2 = (value: number): ParameterInfo =>
  number(
    'β₂ above band, A>0',
    'Weight of tokens of A > 0 above the band is β₂ (1 + ε high). 0 is PPO there; larger keeps entropy up.',
    value,
    { maximum: 100 },
  );
const onlyHigh: ParameterInfo = {
  label: 'Upper side only',
  help: 'Preserve the gradient above the band only; below it the weight is 0, as in PPO.',
  default: false,
  minimum: 0,
  maximum: 1,
  step: 1,
};
const entropyBand = {
  entropy_low: number(
    'Entropy ratio from',
    "A token whose entropy falls below this multiple of the old policy's gets no gradient.",
    0.95,
  ),
  entropy_high: number(
    'Entropy ratio to',
    "A token whose entropy rises above this multiple of the old policy's gets no gradient.",
    1.05,
  ),
};

const PPO_PAPER = { title: 'Proximal Policy Optimization', url: 'https://arxiv.org/abs/1707.06347' };
const GPPO_PAPER = { title: 'Klear-Reasoner', url: 'https://arxiv.org/abs/2508.07629' };
const ENTROPY_PAPER = {
  title: 'The Entropy Mechanism of RL for Reasoning LMs',
  url: 'https://arxiv.org/abs/2505.22617',
};
const ERC_PAPER = { title: 'Entropy Ratio Clipping', url: 'https://arxiv.org/abs/2512.05591' };

/** `erc.wgsl` gates another rule, which it calls `base_strategy`. */
const gated = (base: string): string => `${base.replace('fn strategy(', 'fn base_strategy(')}\n${erc}`;

const PPO_WEIGHT = String.raw`w=\begin{cases}0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;
const GPPO_WEIGHT = String.raw`w=\begin{cases}\beta_2\,\mathrm{hi}&A>0,\ r>\mathrm{hi}\\\beta_1\,\mathrm{lo}&A<0,\ r<\mathrm{lo}\\r&\text{else}\end{cases}`;

export const CATALOG = {
  ppo: {
    title: 'PPO',
    summary: 'A token that leaves the band in the direction its advantage pushes it loses its gradient.',
    formula: PPO_WEIGHT,
    paper: PPO_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_vanilla',
    goodAt: 'Hard to break: what has moved far stops moving.',
    badAt: 'Throws away exactly the rare tokens that exploration needs to grow, and late corrections of bad ones.',
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
    source: ppo,
  },
  'clip-higher': {
    title: 'Clip-Higher',
    summary: 'PPO with more room above the band, so that rare good tokens can grow.',
    formula: PPO_WEIGHT,
    paper: { title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' },
    reference: 'verl core_algos.py, compute_policy_loss_vanilla with clip_ratio_high',
    goodAt: 'Holds entropy up longer than PPO at no cost.',
    badAt: 'Beyond the wider band gradients are lost all the same.',
    parameters: { ...band(0.2, 0.28), dual_clip: dualClip },
    aggregation: 'token-mean',
    context: 'none',
    source: ppo,
  },
  gppo: {
    title: 'GPPO',
    summary: 'Clipped tokens keep a bounded gradient: β₂(1+ε) above the band, β₁(1−ε) below it.',
    formula: GPPO_WEIGHT,
    paper: GPPO_PAPER,
    reference: 'Kwai-Klear/KlearReasoner core_algos.py, compute_gppo_loss',
    goodAt: 'No token is silenced: exploration goes on above the band, and mistakes are still corrected below it.',
    badAt: 'With large updates the kept negative gradients can push a model apart.',
    parameters: { ...band(0.2, 0.28), beta1: beta1(1), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
    source: gppo,
  },
  'ce-gppo': {
    title: 'CE-GPPO',
    summary: 'GPPO with its two scales apart: a smaller β₁ slows the fall of entropy, a larger β₂ holds entropy up.',
    formula: GPPO_WEIGHT,
    paper: { title: 'CE-GPPO', url: 'https://arxiv.org/abs/2509.20712' },
    reference: 'Kwai-Klear/CE-GPPO core_algos.py, compute_gppo_loss_general_beta',
    goodAt: 'Two handles on entropy, one for each kind of clipped token.',
    badAt: 'Two more numbers to choose; (1, 0.5) collapses in the paper.',
    parameters: { ...band(0.2, 0.2), beta1: beta1(0.75), beta2: beta2(1), dual_clip: dualClip, only_high: onlyHigh },
    aggregation: 'token-mean',
    context: 'none',
    source: gppo,
  },
  cispo: {
    title: 'CISPO',
    summary: 'The ratio is bounded, never the token: everyone keeps a gradient, with a weight between lo and hi.',
    formula: String.raw`w=\operatorname{clamp}(r,\mathrm{lo},\mathrm{hi})\quad\text{or}\quad\min(r,\mathrm{cap})`,
    paper: { title: 'MiniMax-M1', url: 'https://arxiv.org/abs/2506.13585' },
    reference: 'verl core_algos.py, compute_policy_loss_cispo; TRL grpo_trainer.py, loss_type cispo (cap)',
    goodAt: 'Keeps rare decisive tokens learning.',
    badAt: 'Also raises the weight of tokens far below the band, which nothing bounds.',
    parameters: {
      ...band(0.2, 0.2),
      cap: {
        label: 'Cap (one-sided)',
        help: 'Upper bound of r, without a lower one (TRL: 5); off bounds r by the band on both sides (verl).',
        default: null,
        minimum: 0,
        maximum: 1e9,
        step: 0.5,
        exclusive: true,
      },
    },
    aggregation: 'token-mean',
    context: 'none',
    source: cispo,
  },
  gspo: {
    title: 'GSPO',
    summary:
      "PPO's rule on the whole response: its tokens share one ratio, the geometric mean, and are clipped together.",
    formula: String.raw`w=\begin{cases}0&A>0,\ s>\mathrm{hi}\\0&A<0,\ s<\mathrm{lo}\\s&\text{else}\end{cases}`,
    paper: { title: 'GSPO', url: 'https://arxiv.org/abs/2507.18071' },
    reference: 'verl core_algos.py, compute_policy_loss_gspo',
    goodAt: 'Steady for long responses and for mixtures of experts, where single ratios are noisy.',
    badAt: 'One bad stretch clips the whole response; its ε is far smaller than a token rule’s.',
    parameters: { ...band(3e-4, 4e-4) },
    aggregation: 'seq-mean-token-mean',
    context: 'sequence',
    source: gspo,
  },
  gmpo: {
    title: 'GMPO',
    summary: 'The geometric mean of the clipped ratios weighs a response: outliers count for less.',
    formula: String.raw`w=\begin{cases}0&m_t\text{ clamped}\\e^{\overline{m}}&\text{else}\end{cases}\quad m_t=\log r_t\text{ clamped on the pessimistic side}`,
    paper: { title: 'Geometric-Mean Policy Optimization', url: 'https://arxiv.org/abs/2507.20673' },
    reference: 'verl core_algos.py, compute_policy_loss_geo_mean',
    goodAt: 'A wide clip without outliers taking over.',
    badAt: 'Weights of short responses swing more.',
    parameters: {
      eps_low: number('Log-ratio from −', 'Log-ratios are clamped below at minus this; lower it to clip sooner.', 0.4, {
        maximum: 20,
        unit: 'nats',
      }),
      eps_high: number('Log-ratio to', 'Log-ratios are clamped above at this; lower it to clip sooner.', 0.4, {
        maximum: 20,
        unit: 'nats',
      }),
    },
    aggregation: 'seq-mean-token-mean',
    context: 'sequence',
    ownCorrection: true,
    source: gmpo,
  },
  sapo: {
    title: 'SAPO',
    summary: 'A soft gate instead of a clip: the weight fades as the ratio leaves 1, faster for bad tokens.',
    formula: String.raw`w=4\,g(1-g)\,r,\quad g=\sigma(\tau(r-1))`,
    paper: { title: 'Soft Adaptive Policy Optimization', url: 'https://arxiv.org/abs/2511.20347' },
    reference: 'verl core_algos.py, compute_policy_loss_sapo; TRL grpo_trainer.py, loss_type sapo',
    goodAt: 'No jump in the gradient anywhere.',
    badAt: 'No token is ever fully bounded near 1, and its clip fraction is always 0 by definition.',
    parameters: {
      tau_pos: number('τ for A>0', 'Steepness of the gate for tokens of A > 0; larger fades them sooner.', 1, {
        exclusive: true,
        maximum: 100,
      }),
      tau_neg: number('τ for A<0', 'Steepness of the gate for tokens of A < 0; larger fades them sooner.', 1.05, {
        exclusive: true,
        maximum: 100,
      }),
      ...shownBand(),
    },
    aggregation: 'seq-mean-token-mean',
    context: 'none',
    source: sapo,
  },
  vespo: {
    title: 'VESPO',
    summary: "A smooth hump over the whole response's ratio: 1 where nothing has changed, towards 0 on either side.",
    formula: String.raw`w=e^{\lambda+k\log W-\lambda W}`,
    paper: { title: 'VESPO' },
    reference: 'TRL grpo_trainer.py, loss_type vespo (get_gamma_weights)',
    goodAt: 'Stale responses fade out smoothly, as wholes.',
    badAt: 'W is a product over the response: long ones leave 1 quickly.',
    parameters: {
      k_positive: number(
        'k for A≥0',
        'Power of W for responses of A ≥ 0; larger favours those that have become likelier.',
        2,
        { maximum: 100, step: 0.5 },
      ),
      lambda_positive: number(
        'λ for A≥0',
        'Decay in W for responses of A ≥ 0; larger fades those that have become likelier.',
        3,
        { maximum: 100, step: 0.5 },
      ),
      k_negative: number(
        'k for A<0',
        'Power of W for responses of A < 0; larger favours those that have become likelier.',
        3,
        { maximum: 100, step: 0.5 },
      ),
      lambda_negative: number(
        'λ for A<0',
        'Decay in W for responses of A < 0; larger fades those that have become likelier.',
        2,
        { maximum: 100, step: 0.5 },
      ),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'sequence',
    ownCorrection: true,
    source: vespo,
  },
  aspo: {
    title: 'ASPO',
    summary: 'Turns the ratio over for good tokens: those that have not grown yet get the largest weight.',
    formula: String.raw`w=\begin{cases}\min(1/r,c)&A>0,\ r\le\mathrm{hi}\\0&A>0,\ r>\mathrm{hi}\\0&A<0,\ r<\mathrm{lo}\\\min(r,c)&A<0,\ r\ge\mathrm{lo}\end{cases}`,
    paper: { title: 'ASPO', url: 'https://arxiv.org/abs/2510.06062' },
    reference: 'Archer2.0 (wizard-III/Archer2.0), its dual clip keeps the gradient',
    goodAt: 'Stops confident tokens from taking all of the update.',
    badAt: 'No longer an unbiased importance weight.',
    parameters: {
      ...band(0.2, 0.4),
      c: number('c', 'Largest weight of a token; lower it when single tokens dominate updates.', 3, {
        maximum: 1e9,
        exclusive: true,
        step: 0.5,
      }),
    },
    aggregation: 'token-mean',
    context: 'none',
    source: aspo,
  },
  dcpo: {
    title: 'DCPO',
    summary: "PPO whose band widens for tokens that were rare: each token's bounds follow from its old probability.",
    formula: String.raw`\text{as PPO, with}\ \ \mathrm{lo}=\tfrac12\Bigl(1+\sqrt{\max(0,1-\tfrac{4\varepsilon_l}{q})}\Bigr),\ \mathrm{hi}=\min\Bigl(\tfrac12\bigl(1+\sqrt{1+\tfrac{4\varepsilon_h}{q}}\bigr),10\Bigr)`,
    paper: { title: 'DCPO', url: 'https://arxiv.org/abs/2509.02333' },
    reference: 'lime-RL/DCPO',
    goodAt: 'Lets rare tokens grow several times over.',
    badAt: 'Likely tokens get a narrower band than usual.',
    parameters: {
      eps_low: number(
        'ε low',
        'Bounds the squared decrease of a probability, relative to the old one; lower it to clip sooner.',
        0.16,
        {
          maximum: 100,
          step: 0.02,
        },
      ),
      eps_high: number(
        'ε high',
        'Bounds the squared increase of a probability, relative to the old one; lower it to clip sooner.',
        0.2,
        { maximum: 100, step: 0.02 },
      ),
      dual_clip: { ...dualClip, default: 10 },
    },
    aggregation: 'token-mean',
    context: 'none',
    source: `${ppo}\n${dcpo}`,
  },
  bapo: {
    title: 'BAPO',
    summary: 'PPO whose bounds move each minibatch until good tokens carry half of the loss.',
    formula: String.raw`\text{as PPO, with lo, hi moved until}\ \ \sum_{A\ge0}\min(r,\mathrm{hi})A\ \ge\ \rho\sum_{A<0}\max(r,\mathrm{lo})|A|`,
    paper: { title: 'BAPO', url: 'https://arxiv.org/abs/2510.18927' },
    reference: 'WooooDyy/BAPO recipe/bapo/policy_loss.py',
    goodAt: 'Keeps negative samples from dominating when most answers are wrong.',
    badAt: 'Its bounds depend on the minibatch: two tokens alike may fare differently.',
    parameters: {
      low_start: number('Lower bound from', 'First lower bound of the search.', 0.8),
      low_max: number(
        'Lower bound to',
        'Last lower bound of the search; nearer to 1 clips more tokens of A < 0.',
        0.95,
      ),
      low_step: number(
        'Lower bound step',
        'Step of the search for the lower bound; smaller is finer and slower.',
        0.05,
        { exclusive: true, maximum: 1 },
      ),
      high_start: number('Upper bound from', 'First upper bound of the search.', 1.2),
      high_max: number(
        'Upper bound to',
        'Last upper bound of the search; larger lets tokens of A > 0 grow further.',
        2,
      ),
      high_step: number(
        'Upper bound step',
        'Step of the search for the upper bound; smaller is finer and slower.',
        0.1,
        { exclusive: true, maximum: 1 },
      ),
      target_ratio: number(
        'Positive : negative',
        'Target ratio of the loss of tokens of A > 0 to that of tokens of A < 0; 1 gives each half of the loss.',
        1,
        { maximum: 100 },
      ),
      dual_clip: dualClip,
    },
    aggregation: 'token-mean',
    context: 'balance',
    source: `${ppo}\n${bapo}`,
  },
  topr: {
    title: 'TOPR',
    summary: 'Good responses count in full; bad ones by the ratio of the whole response, at most 1.',
    formula: String.raw`w=\begin{cases}1&A\ge0\\\min(W,1)&A<0\end{cases}`,
    paper: { title: 'Tapered Off-Policy REINFORCE', url: 'https://arxiv.org/abs/2503.14286' },
    reference: 'the paper, with a = 0, b = 1 for A < 0',
    goodAt: 'Stable far off-policy: answers the policy no longer gives stop being pushed down.',
    badAt: 'Good responses are never held back.',
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'sequence',
    source: topr,
  },
  erc: {
    title: 'ERC on PPO',
    summary: "PPO, with the gradient dropped where a token's entropy has left a band around the old policy's.",
    formula: String.raw`w=w_{\text{PPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    paper: ERC_PAPER,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_grpo_erc',
    goodAt: 'Sees the change of the whole distribution, which the sampled token’s ratio misses.',
    badAt: 'Drops many tokens where entropy is near 0 and its ratio meaningless.',
    parameters: { ...band(0.2, 0.2), dual_clip: dualClip, ...entropyBand },
    aggregation: 'token-mean',
    context: 'none',
    source: gated(ppo),
  },
  'gppo-erc': {
    title: 'ERC on GPPO',
    summary: "GPPO, with the gradient dropped where a token's entropy has left a band around the old policy's.",
    formula: String.raw`w=w_{\text{GPPO}}\cdot\mathbf 1\!\left[\ell<\tfrac{H}{H_{\text{old}}}<u\right]`,
    paper: ERC_PAPER,
    reference: 'Kwai-Klear/ERC core_algos.py, compute_policy_loss_gppo_erc',
    goodAt: 'GPPO’s kept gradients with a brake on the distribution.',
    badAt: 'As ERC on PPO.',
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
    source: gated(gppo),
  },
  'clip-cov': {
    title: 'Clip-Cov',
    summary: 'PPO, and a few tokens dropped, drawn among those whose probability and advantage go together most.',
    formula: String.raw`w=\begin{cases}0&\text{drawn among}\ b<\mathrm{cov}<u\\w_{\text{PPO}}&\text{else}\end{cases}\quad\mathrm{cov}=(A-\bar A)(\log\pi-\overline{\log\pi})`,
    paper: ENTROPY_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_clip_cov',
    goodAt: 'Slows the fall of entropy by touching very few tokens.',
    badAt: 'A random choice; at small minibatches it is a token or none.',
    parameters: {
      ...band(0.2, 0.2),
      fraction: number(
        'Fraction',
        'Share of the minibatch’s tokens that get no gradient, at least one token; raise it when entropy falls.',
        2e-4,
        {
          exclusive: true,
          maximum: 1,
          step: 1e-4,
        },
      ),
      covariance_low: number(
        'Covariance from',
        'Tokens are chosen above this covariance of advantage and log-prob only; lower it to reach more of them.',
        1,
        {
          minimum: -1e9,
          maximum: 1e9,
          step: 0.5,
        },
      ),
      covariance_high: number(
        'Covariance to',
        'Tokens are chosen below this covariance only; lower it to leave the most extreme ones alone.',
        5,
        {
          minimum: -1e9,
          maximum: 1e9,
          step: 0.5,
        },
      ),
    },
    aggregation: 'token-mean',
    context: 'clip-cov',
    source: clipCov,
  },
  'kl-cov': {
    title: 'KL-Cov',
    summary: 'No clipping; the few tokens of highest covariance pay for having moved, which pulls them back.',
    formula: String.raw`w=r;\quad\text{highest cov: }\ \nabla J=\bigl(rA-k\,\operatorname{sign}\log r\bigr)\nabla\log\pi`,
    paper: ENTROPY_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_kl_cov',
    goodAt: 'Holds entropy with a soft pull instead of a cut.',
    badAt: 'Everything else is unclipped.',
    parameters: {
      fraction: number(
        'Fraction',
        'Share of the minibatch’s tokens that get the KL penalty, at least one token; raise it when entropy falls.',
        2e-4,
        {
          exclusive: true,
          maximum: 1,
          step: 1e-4,
        },
      ),
      kl_penalty: number(
        'k',
        'Penalty per nat of |log r| of these tokens; raise it when entropy falls (verl: 0.1 in its yaml, 1 in its code).',
        0.1,
        {
          maximum: 1e3,
        },
      ),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'kl-cov',
    source: klCov,
  },
  importance: {
    title: 'No clipping',
    summary: 'Every token counts with its full ratio.',
    formula: 'w=r',
    paper: { title: 'Importance-weighted policy gradient' },
    reference: 'the limit of PPO for ε to infinity',
    goodAt: 'Unbiased while the policies are close.',
    badAt: 'One token with a huge ratio can take the whole update.',
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'none',
    source: importance,
  },
  reinforce: {
    title: 'REINFORCE',
    summary: 'Every token counts once, whatever its ratio.',
    formula: 'w=1',
    paper: { title: 'GPG', url: 'https://arxiv.org/abs/2504.02546' },
    reference: 'verl core_algos.py, compute_policy_loss_gpg',
    goodAt: 'Simple, and bounded by the advantage alone.',
    badAt: 'Biased as soon as the policy has moved; nothing stops a token from moving on.',
    parameters: shownBand(),
    aggregation: 'token-mean',
    context: 'none',
    source: reinforce,
  },
} as const satisfies Record<string, StrategyInfo>;

export type BuiltInStrategy = keyof typeof CATALOG;

export const STRATEGY_NAMES = Object.keys(CATALOG) as [BuiltInStrategy, ...BuiltInStrategy[]];

/** An entry without its literal types. */
export function strategyInfo(name: BuiltInStrategy): StrategyInfo {
  return CATALOG[name];
}
