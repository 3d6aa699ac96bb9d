/** Strategies that bound or penalize a divergence from the old policy in place of the ratio. */
import { number, shownBand } from './parameters.ts';
import type { StrategyInfo } from './types.ts';

const DPPO_PAPER = {
  title: 'Rethinking the Trust Region in LLM Reinforcement Learning',
  url: 'https://arxiv.org/abs/2602.04879',
};

/** @param bounded what the thresholds bound; @param value verl's example: run_qwen3_30b_a3b_megatron.sh */
const divergenceBounds = (bounded: string, value: number, unit?: 'nats') => ({
  eps_low: number(
    'Bound for A<0',
    `Tokens with negative advantage whose ${bounded} while they become less probable get gradient weight 0.`,
    value,
    { maximum: 1e9, step: 0.01, ...(unit && { unit }) },
  ),
  eps_high: number(
    'Bound for A>0',
    `Tokens with positive advantage whose ${bounded} while they become more probable get gradient weight 0.`,
    value,
    { maximum: 1e9, step: 0.01, ...(unit && { unit }) },
  ),
  c: number(
    'Ratio cap c',
    'Maximum gradient weight; verl’s example sets 10000, its function 20, and its actor config 3, which the paper ' +
      'advises against.',
    20,
    { exclusive: true, maximum: 1e9, step: 1 },
  ),
});

export const DIVERGENCE_STRATEGIES = {
  'dppo-tv': {
    title: 'DPPO-TV',
    summary: 'Bounds the change of the token’s probability instead of its ratio, so rare tokens may move freely.',
    formula: String.raw`w=\begin{cases}0&A>0,\ p-q>\delta_h\\0&A<0,\ p-q<-\delta_l\\\min(r,c)&\text{else}\end{cases}\quad p=\pi,\ q=\pi_{\text{old}}`,
    paper: DPPO_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_dppo_tv',
    goodAt: 'Rare tokens with a large ratio but a small change of probability keep their gradient.',
    badAt: 'Probable tokens are clipped at small ratios; one rare token can have a weight up to c.',
    parameters: divergenceBounds('probability changes by more than this', 0.15),
    aggregation: 'seq-mean-token-sum-norm',
    context: 'none',
    movingBand: true,
  },
  'dppo-kl': {
    title: 'DPPO-KL',
    summary: 'Bounds the KL divergence between “this token” and “any other” under the old and the new policy.',
    formula: String.raw`w=\begin{cases}0&A>0,\ p>q,\ D>\delta_h\\0&A<0,\ p<q,\ D>\delta_l\\\min(r,c)&\text{else}\end{cases}\quad D=q\log\tfrac qp+(1-q)\log\tfrac{1-q}{1-p}`,
    paper: DPPO_PAPER,
    reference: 'verl core_algos.py, compute_policy_loss_dppo_kl',
    goodAt: 'Also bounds how fast a probable token may become certain or impossible.',
    badAt: 'Its thresholds are in nats and have no counterpart in a clip range; one rare token can weigh up to c.',
    parameters: divergenceBounds('binary KL exceeds this', 0.05, 'nats'),
    aggregation: 'seq-mean-token-sum-norm',
    context: 'none',
    movingBand: true,
  },
  dro: {
    title: 'DRO',
    summary: 'No ratio and no clip: the advantage is reduced by β times the token’s log-ratio.',
    formula: String.raw`\nabla J=(A-\beta\log r)\,\nabla\log\pi`,
    paper: { title: 'Offline Regularised RL for LLM Alignment', url: 'https://arxiv.org/abs/2405.19107' },
    reference: 'verl core_algos.py, compute_policy_loss_dro (dro_beta)',
    goodAt: 'Never discards a token; a token that has moved too far is pulled back.',
    badAt: 'Not an importance weight: far off-policy the gradient is biased, and β depends on the scale of A.',
    parameters: {
      beta: number('β', 'Penalty per nat of log r; a larger value keeps the policy closer to the old one.', 0.1, {
        exclusive: true,
        maximum: 1e3,
      }),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  kimi: {
    title: 'Kimi k1.5',
    summary: 'As DRO with the log-ratio of the whole response: every token of it gets A − τ log W.',
    formula: String.raw`\nabla J=(A-\tau\log W)\,\nabla\log\pi`,
    paper: { title: 'Kimi k1.5', url: 'https://arxiv.org/abs/2501.12599' },
    reference: 'the paper, section 2.3.2, whose gradient has τ/2 times the gradient of log² W; no code is published',
    goodAt: 'The regularized optimum has a closed form, also off-policy.',
    badAt: 'log W grows with the length of the response, so τ must fall with it.',
    parameters: {
      tau: number('τ', 'Penalty per nat of log W; a larger value keeps the policy closer to the old one.', 0.1, {
        exclusive: true,
        maximum: 1e3,
      }),
      ...shownBand(),
    },
    aggregation: 'seq-mean-token-sum',
    context: 'sequence',
  },
} as const satisfies Record<string, StrategyInfo>;
