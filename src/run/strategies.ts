/**
 * What there is to know about each clip strategy except its arithmetic, which is one WGSL function in
 * `shaders/strategies/`. The page, the config and the trainer all read this table.
 *
 * w is the gradient weight of a token: grad J = w * A * grad log pi(y); r the ratio, A the advantage,
 * lo = 1 - eps_low, hi = 1 + eps_high.
 */
import type { StrategyConfig, StrategyName } from './config.ts';

export type StrategyParameter = 'eps_low' | 'eps_high' | 'beta1' | 'beta2' | 'dual_clip';

export interface StrategyInfo {
  title: string;
  /** One sentence for a student. */
  summary: string;
  /** The gradient weight as text. */
  formula: string;
  /** Paper or code the rule comes from. */
  source: string;
  /** Parameters the rule reads, in the order they are shown. */
  parameters: StrategyParameter[];
  defaults: Partial<Record<Exclude<StrategyParameter, 'dual_clip'>, number>> & { dual_clip?: number | null };
}

export const STRATEGIES: Record<StrategyName, StrategyInfo> = {
  importance: {
    title: 'None',
    summary: 'Every token counts with its full ratio: no clipping at all.',
    formula: 'w = r',
    source: 'Importance-weighted policy gradient',
    parameters: [],
    defaults: {},
  },
  ppo: {
    title: 'PPO',
    summary: 'A token that leaves the band in the direction its advantage pushes it loses its gradient.',
    formula: 'w = r; 0 if A > 0 and r > hi; 0 if A < 0 and r < lo',
    source: 'PPO, arXiv 1707.06347; GRPO, arXiv 2402.03300',
    parameters: ['eps_low', 'eps_high', 'dual_clip'],
    defaults: { eps_low: 0.2, eps_high: 0.2, dual_clip: null },
  },
  'clip-higher': {
    title: 'Higher',
    summary: 'PPO with more room above the band, so that rare good tokens can grow.',
    formula: 'as PPO, with eps_high > eps_low',
    source: 'DAPO, arXiv 2503.14476',
    parameters: ['eps_low', 'eps_high', 'dual_clip'],
    defaults: { eps_low: 0.2, eps_high: 0.28, dual_clip: null },
  },
  gppo: {
    title: 'GPPO',
    summary: 'Clipped tokens keep a bounded gradient: β₂(1+ε) above the band, β₁(1−ε) below it.',
    formula: 'w = r; beta2 * hi if A > 0 and r > hi; beta1 * lo if A < 0 and r < lo',
    source: 'Klear-Reasoner, arXiv 2508.07629',
    parameters: ['eps_low', 'eps_high', 'beta1', 'beta2', 'dual_clip'],
    defaults: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1, dual_clip: null },
  },
  'ce-gppo': {
    title: 'CE-GPPO',
    summary: 'GPPO with its two scales apart: a smaller β₁ slows the fall of entropy, a larger β₂ holds entropy up.',
    formula: 'as GPPO, with beta1 < beta2',
    source: 'CE-GPPO, arXiv 2509.20712',
    parameters: ['eps_low', 'eps_high', 'beta1', 'beta2', 'dual_clip'],
    defaults: { eps_low: 0.2, eps_high: 0.2, beta1: 0.75, beta2: 1, dual_clip: null },
  },
};

/** All numbers a kernel needs of a strategy; a rule ignores what it does not use. */
export interface StrategyParameters {
  name: StrategyName;
  eps_low: number;
  eps_high: number;
  beta1: number;
  beta2: number;
  /** undefined: off. */
  dual_clip?: number;
}

/** Epsilons by which `importance`, which has no band of its own, is shown in zones. */
const NEUTRAL = { eps_low: 0.2, eps_high: 0.2, beta1: 1, beta2: 1 };

/** Fills in what a StrategyConfig leaves out with the strategy's defaults. */
export function strategyParameters(config: StrategyConfig): StrategyParameters {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const { dual_clip, ...rest } = { ...NEUTRAL, ...STRATEGIES[config.name].defaults, ...given } as StrategyConfig & typeof NEUTRAL;
  return typeof dual_clip === 'number' ? { ...rest, dual_clip } : rest;
}
