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
    formula: String.raw`w=\begin{cases}0&A>0,\ s>\mathrm{hi}\\0&A<0,\ s<\mathrm{lo}\\s&\text{else}\end{cases}\quad\text{summed over tokens}`,
    paper: { title: 'Length-Unbiased Sequence Policy Optimization', url: 'https://arxiv.org/abs/2602.05261' },
    reference: 'TRL grpo_trainer.py, loss_type luspo',
    goodAt: 'Does not favour short correct responses as GSPO’s mean over tokens does.',
    badAt: 'A few tokens can clip the whole response; long responses dominate the update.',
    parameters: { ...band(2e-3, 2.5e-3) },
    aggregation: 'seq-mean-token-sum',
    context: 'sequence',
    movingBand: true,
  },
  opsm: {
    title: 'OPSM',
    summary: 'PPO without the responses of negative advantage that have drifted from the policy that sampled them.',
    formula: String.raw`w=w_{\text{PPO}}\cdot\begin{cases}0&A<0,\ \tfrac1T\sum_t\log\tfrac{\pi_{\text{sampler}}}{\pi}>\delta\\1&\text{else}\end{cases}`,
    paper: { title: 'DeepSeek-V3.2', url: 'https://arxiv.org/abs/2512.02556' },
    reference: 'TRL grpo_trainer.py, get_off_policy_mask',
    goodAt: 'Incorrect responses that the policy has left are not pushed down further; also sees sampler mismatch.',
    badAt: 'Drops whole responses, also their tokens that have not moved.',
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
    formula: String.raw`w=f\,w_{\text{PPO}},\quad f=\operatorname{clamp}\Bigl(\exp\sum_{k\ge t}2^{-(k-t)/h}\log r_k,\ 1,\ 1+\rho\Bigr)`,
    paper: { title: 'FIPO', url: 'https://arxiv.org/abs/2603.19835' },
    reference: 'ms-swift grpo_trainer.py, _compute_fipo_influence',
    goodAt: 'Gives tokens of one response different credit without a value model.',
    badAt: 'Rewards what the policy already does: the influence is the policy’s own drift.',
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
    formula: String.raw`w=M\,r,\quad M=0\ \text{for the largest}\ \log^2 r\ \text{until}\ \operatorname{mean}_{M=1}\log^2 r<\tau`,
    paper: { title: 'Prosperity before Collapse', url: 'https://arxiv.org/abs/2510.01161' },
    reference: 'AReaL actor.py, _apply_m2po_masking (the mask), and the paper (the objective, without a clip)',
    goodAt: 'Drops only outliers, and none while the minibatch as a whole is close to the old policy.',
    badAt: 'Whether a token is dropped depends on the others in its minibatch.',
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
