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
    paper: DPPO_PAPER,
    parameters: divergenceBounds('probability changes by more than this', 0.15),
    aggregation: 'seq-mean-token-sum-norm',
    context: 'none',
    movingBand: true,
  },
  'dppo-kl': {
    title: 'DPPO-KL',
    summary: 'Bounds the KL divergence between “this token” and “any other” under the old and the new policy.',
    paper: DPPO_PAPER,
    parameters: divergenceBounds('binary KL exceeds this', 0.05, 'nats'),
    aggregation: 'seq-mean-token-sum-norm',
    context: 'none',
    movingBand: true,
  },
  dro: {
    title: 'DRO',
    summary: 'No ratio and no clip: the advantage is reduced by β times the token’s log-ratio.',
    paper: { title: 'Offline Regularised RL for LLM Alignment', url: 'https://arxiv.org/abs/2405.19107' },
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
    paper: { title: 'Kimi k1.5', url: 'https://arxiv.org/abs/2501.12599' },
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
