/**
 * A clip strategy's effect on one token in float64: value of the surrogate, gradient weight, zone.
 *
 * With r the ratio, A the advantage, lo = 1 - eps_low, hi = 1 + eps_high, c the dual-clip bound, the surrogate is
 *
 *     J = beta2 * hi * A     if A > 0 and r > hi     (`positive-high`; PPO is beta2 = 1 and weight 0)
 *         beta1 * lo * A     if A < 0 and r < lo     (`negative-low`;  PPO is beta1 = 1 and weight 0)
 *         r * A              otherwise
 *     J = max(J, c * A)      if A < 0 and dual clip is on
 *
 * which is `compute_gppo_loss_general_beta` of Kwai-Klear/CE-GPPO and, for betas of 1, verl's
 * `compute_policy_loss_vanilla` and `compute_gppo_loss` of KlearReasoner. For other betas it is not min(r A, clip(r,
 * beta1 lo, beta2 hi) A): the value jumps at the bound instead of widening the clip range.
 *
 * Bounds. All comparisons are strict, so r = lo and r = hi are inside the clip range and keep weight r. PyTorch gives
 * the same: clamp passes the gradient at its bounds, and max gives each of two equal losses half of it. At J = c A
 * exactly, PyTorch would give half the weight, because the other half goes to the constant; here the token keeps all of
 * it. A = 0 is inside, with weight r.
 */
import type { Zone } from '../../src/run/step-record.ts';

export type ReferenceStrategy = 'sft' | 'importance' | 'ppo' | 'clip-higher' | 'gppo' | 'ce-gppo';

export interface Bounds {
  eps_low: number;
  eps_high: number;
  beta1: number;
  beta2: number;
  /** undefined or null: off. */
  dual_clip?: number | null | undefined;
}

/** Defaults by strategy; `importance` has no clip range, this one only names its zones. */
export const DEFAULT_BOUNDS: Record<Exclude<ReferenceStrategy, 'sft'>, Bounds> = {
  importance: { eps_low: 0.2, eps_high: 0.2, beta1: 1, beta2: 1 },
  ppo: { eps_low: 0.2, eps_high: 0.2, beta1: 1, beta2: 1 },
  'clip-higher': { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 },
  gppo: { eps_low: 0.2, eps_high: 0.28, beta1: 1, beta2: 1 },
  'ce-gppo': { eps_low: 0.2, eps_high: 0.2, beta1: 0.75, beta2: 1 },
};

export interface Surrogate {
  /** J of the token, before aggregation. */
  value: number;
  /** w: d J / d log pi = w A. */
  weight: number;
  zone: Zone;
  /** The clip range bounded the value (verl's `pg_clipfrac` counts these). */
  clipped: boolean;
  /** Dual clip bounded the value (verl's `pg_clipfrac_lower` counts these). */
  dualClipped: boolean;
}

/** Zone of a token by the sign of its advantage and the side of the clip range that its ratio is on. */
export function zoneOf(ratio: number, advantage: number, bounds: Bounds): Zone {
  const low = ratio < 1 - bounds.eps_low;
  const high = ratio > 1 + bounds.eps_high;
  if (advantage > 0) return high ? 'positive-high' : low ? 'positive-low' : 'inside';
  if (advantage < 0) return low ? 'negative-low' : high ? 'negative-high' : 'inside';
  return 'inside';
}

/** The surrogate of one token under a strategy. */
export function surrogate(
  strategy: Exclude<ReferenceStrategy, 'sft'>,
  ratio: number,
  advantage: number,
  bounds: Bounds,
): Surrogate {
  const zone = zoneOf(ratio, advantage, bounds);
  const unclipped: Surrogate = { value: ratio * advantage, weight: ratio, zone, clipped: false, dualClipped: false };
  if (strategy === 'importance') return unclipped;

  const preserving = strategy === 'gppo' || strategy === 'ce-gppo';
  let result = unclipped;
  if (zone === 'positive-high' || zone === 'negative-low') {
    const edge = zone === 'positive-high' ? 1 + bounds.eps_high : 1 - bounds.eps_low;
    const beta = !preserving ? 1 : zone === 'positive-high' ? bounds.beta2 : bounds.beta1;
    result = { ...unclipped, value: beta * edge * advantage, weight: preserving ? beta * edge : 0, clipped: true };
  }
  if (typeof bounds.dual_clip === 'number' && advantage < 0 && result.value < bounds.dual_clip * advantage) {
    return { ...result, value: bounds.dual_clip * advantage, weight: 0, dualClipped: true };
  }
  return result;
}
