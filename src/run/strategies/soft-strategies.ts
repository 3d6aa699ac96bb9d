/** Strategies that replace the hard clip by a weight that decays as the ratio moves away from 1. */
import { band, number, shownBand } from './parameters.ts';
import type { StrategyInfo } from './types.ts';

export const SOFT_STRATEGIES = {
  dgpo: {
    title: 'DGPO',
    summary: 'Like GPPO keeps a gradient outside the clip range, but one that decays relative to the ratio.',
    paper: {
      title: 'From log π to π: Taming Divergence in Soft Clipping',
      url: 'https://arxiv.org/abs/2603.14389',
    },
    parameters: {
      ...band(0.2, 0.2),
      n: number(
        'Decay n below range, A<0',
        'Power of r/(1 − ε low) by which the weight decays; 0 keeps the ratio. The authors recommend 1 to 3.',
        1,
        { maximum: 100, step: 1 },
      ),
      m: number(
        'Decay m above range, A>0',
        'The weight is multiplied by the m-th root of (1 + ε high)/r; 1 keeps it at 1 + ε high as GPPO does. The ' +
          'authors recommend 1 to 3.',
        2,
        { exclusive: true, maximum: 100, step: 1 },
      ),
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  maspo: {
    title: 'MASPO',
    summary: 'A Gaussian gate instead of a clip, wider for rare tokens and for high advantages.',
    paper: { title: 'MASPO', url: 'https://arxiv.org/abs/2602.17550' },
    parameters: {
      sigma_base: number('σ₀', 'Width of the gate for probable tokens; decrease it to limit updates more.', 1, {
        exclusive: true,
        maximum: 100,
      }),
      alpha: number(
        'α',
        'Power of the old probability by which rare tokens get a wider gate; 0: the same for all.',
        0.3,
      ),
      sigma_max: number('σ max', 'Maximum width of the gate before the factor of the advantage.', 10, {
        exclusive: true,
        maximum: 1e3,
      }),
      beta_pos: number('β₊', 'Widens the gate by this share per unit of positive advantage.', 0.03, { step: 0.01 }),
      beta_neg: number('β₋', 'Narrows the gate by this share per unit of negative advantage.', 0.03, { step: 0.01 }),
      advantage_low: number(
        'Factor of A, lower bound',
        'Minimum factor by which the advantage scales the width.',
        0.1,
        {
          exclusive: true,
        },
      ),
      advantage_high: number(
        'Factor of A, upper bound',
        'Maximum factor by which the advantage scales the width.',
        10,
        {
          exclusive: true,
          maximum: 1e3,
        },
      ),
      ...shownBand(),
    },
    aggregation: 'token-mean',
    context: 'none',
  },
  spo: {
    title: 'SPO (CFPO)',
    summary: 'A quadratic penalty instead of a clip: the weight falls to 0 at the bound and pulls back beyond it.',
    paper: { title: 'Clipping-Free Policy Optimization', url: 'https://arxiv.org/abs/2601.22801' },
    parameters: {
      eps: number('ε', 'Distance of the ratio from 1 at which the gradient is 0.', 0.2, {
        exclusive: true,
        maximum: 1e9,
        step: 0.02,
      }),
    },
    aggregation: 'token-mean',
    context: 'none',
  },
} as const satisfies Record<string, StrategyInfo>;
