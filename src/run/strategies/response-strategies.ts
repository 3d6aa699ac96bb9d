/** Strategies that read the whole response or the whole minibatch beside the token. */
import { band, dualClip, number, shownBand } from './parameters.ts';
import type { ParameterInfo, StrategyInfo } from './types.ts';

const highOnly: ParameterInfo = {
  label: 'Raise only',
  help: 'Bound the influence from below by 1, so that no token loses weight.',
  default: true,
  minimum: 0,
  maximum: 1,
  step: 1,
};
const safety: ParameterInfo = {
  label: 'Safety threshold',
  help: 'Tokens with negative advantage and a ratio above this get an influence of at most 1. Empty: off.',
  default: 4,
  minimum: 0,
  maximum: 1e9,
  step: 0.5,
  exclusive: true,
};

export const RESPONSE_STRATEGIES = {
  luspo: {
    title: 'LUSPO',
    summary: 'GSPO whose loss of a response is multiplied by its length, so tokens of long responses weigh as much.',
    paper: { title: 'Length-Unbiased Sequence Policy Optimization', url: 'https://arxiv.org/abs/2602.05261' },
    parameters: { ...band(2e-3, 2.5e-3) },
    aggregation: 'seq-mean-token-sum',
    context: 'sequence',
    movingBand: true,
  },
  opsm: {
    title: 'OPSM',
    summary: 'PPO without the responses of negative advantage that have drifted from the policy that sampled them.',
    paper: { title: 'DeepSeek-V3.2', url: 'https://arxiv.org/abs/2512.02556' },
    parameters: {
      ...band(0.2, 0.2),
      dual_clip: dualClip,
      delta: number(
        'Maximum drift δ',
        'Mean of log π_sampler − log π per token above which a response with negative advantage is dropped; the ' +
          'paper gives no value, TRL suggests 0.5.',
        0.5,
        { maximum: 100, unit: 'nats' },
      ),
    },
    aggregation: 'token-mean',
    context: 'sequence',
  },
  fipo: {
    title: 'FIPO',
    summary: 'PPO times an influence: tokens after which the response has become more probable weigh more.',
    paper: { title: 'FIPO', url: 'https://arxiv.org/abs/2603.19835' },
    parameters: {
      ...band(0.2, 0.2),
      dual_clip: dualClip,
      half_life: number('Half-life h', 'Tokens after which a later log-ratio counts half.', 32, {
        exclusive: true,
        maximum: 1e6,
        step: 1,
        unit: 'tokens',
      }),
      influence_range: number('Range ρ', 'Maximum change of a weight by the influence; 0: unbounded.', 0.2),
      high_only: highOnly,
      safety,
    },
    aggregation: 'token-mean',
    context: 'sequence',
  },
  m2po: {
    title: 'M2PO',
    summary: 'Drops the tokens of largest squared log-ratio until the mean over the others is below a threshold.',
    paper: { title: 'Prosperity before Collapse', url: 'https://arxiv.org/abs/2510.01161' },
    parameters: {
      threshold: number('Second moment τ', 'Maximum mean of log² r; a smaller value drops more tokens.', 0.04, {
        exclusive: true,
        maximum: 400,
        step: 0.01,
      }),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'second-moment',
  },
} as const satisfies Record<string, StrategyInfo>;
