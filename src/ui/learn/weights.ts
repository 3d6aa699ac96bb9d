/**
 * The three strategies that the lessons plot, as plain formulas: they need no GPU. The tests
 * hold them equal to the WGSL that trains (shaders/strategies/importance.wgsl, ppo.wgsl, gppo.wgsl), bounds included.
 */
import type { Zone } from '../../run/step-record.ts';

export interface LessonStrategy {
  name: 'importance' | 'ppo' | 'gppo';
  eps_low: number;
  eps_high: number;
  /** GPPO only: strengths below and above the band. */
  beta1?: number;
  beta2?: number;
  /** Dual clip's c, of PPO and GPPO; off by default. */
  dual_clip?: number;
}

/** Klear-Reasoner's band (arXiv 2508.07629, the authors' scripts). */
export const KLEAR_BAND = { eps_low: 0.2, eps_high: 0.28 };

/** A token's zone, by the sign of A and the side of the band on which r is. A token exactly at a bound is inside. */
export function zoneOf(
  { eps_low, eps_high }: Pick<LessonStrategy, 'eps_low' | 'eps_high'>,
  ratio: number,
  advantage: number,
): Zone {
  if (advantage > 0) return ratio > 1 + eps_high ? 'positive-high' : ratio < 1 - eps_low ? 'positive-low' : 'inside';
  if (advantage < 0) return ratio > 1 + eps_high ? 'negative-high' : ratio < 1 - eps_low ? 'negative-low' : 'inside';
  return 'inside';
}

/** w of grad J = w A grad log pi(y), for a token of ratio r. */
export function weightOf(strategy: LessonStrategy, ratio: number, advantage: number): number {
  const { name, eps_low, eps_high, beta1 = 1, beta2 = 1, dual_clip } = strategy;
  if (name === 'importance') return ratio;
  if (advantage > 0 && ratio > 1 + eps_high) return name === 'gppo' ? beta2 * (1 + eps_high) : 0;
  if (advantage < 0 && ratio < 1 - eps_low) {
    const kept = name === 'gppo' ? beta1 * (1 - eps_low) : 0;
    return dual_clip !== undefined && kept > dual_clip ? 0 : kept;
  }
  if (advantage < 0 && dual_clip !== undefined) {
    if (ratio > dual_clip) return 0;
    // At c itself the two sides of the minimum are equal, and torch gives each half of the gradient.
    if (ratio === dual_clip) return ratio / 2;
  }
  return ratio;
}
