/** Metrics over the response tokens of a minibatch, by the definitions of verl, of TRL and of the zones. */
import type { Zone } from '../../src/run/step-record.ts';

const ZONE_NAMES = [
  'inside',
  'positive-high',
  'negative-low',
  'positive-low',
  'negative-high',
] as const satisfies readonly Zone[];

/** The objective's values for one response token. */
export interface ReferenceToken {
  advantage: number;
  logprob: number;
  entropy: number;
  /** log r, clamped. */
  logRatio: number;
  ratio: number;
  /** Aggregation factor f. */
  factor: number;
  /** J; for `sft` the log-prob. */
  value: number;
  /** w of grad J = w A grad log pi; 1 for `sft`. */
  weight: number;
  zone: Zone;
  clipped: boolean;
  dualClipped: boolean;
}

/**
 * `actor/*` as in verl, `clip_ratio/*` as in TRL, `zone/<z>/*` and `gradient/preserved_share`.
 *
 * Mass is sum |f w A|. Means over an empty zone are omitted; shares of nothing are 0.
 */
export function tokenMetrics(tokens: readonly ReferenceToken[]): Record<string, number> {
  const share = (holds: (token: ReferenceToken) => boolean): number => tokens.filter(holds).length / tokens.length;
  const metrics: Record<string, number> = {
    'actor/pg_clipfrac': share((token) => token.clipped),
    'actor/pg_clipfrac_lower': share((token) => token.dualClipped),
    'actor/ppo_kl': mean(tokens, (token) => -token.logRatio),
    'actor/entropy': mean(tokens, (token) => token.entropy),
    // By zone and not by the strategy's own clipping, so that strategies can be compared.
    'clip_ratio/low_mean': share((token) => token.zone === 'negative-low'),
    'clip_ratio/high_mean': share((token) => token.zone === 'positive-high'),
    'clip_ratio/region_mean': share((token) => token.zone === 'negative-low' || token.zone === 'positive-high'),
  };
  for (const zone of ZONE_NAMES) {
    const members = tokens.filter((token) => token.zone === zone);
    metrics[`zone/${zone}/fraction`] = members.length / tokens.length;
    metrics[`zone/${zone}/mass`] = mass(members);
    if (members.length === 0) continue;
    metrics[`zone/${zone}/weight_mean`] = mean(members, (token) => token.weight);
    metrics[`zone/${zone}/entropy`] = mean(members, (token) => token.entropy);
    // pi(y_t) of the current policy, not of the sampling policy.
    metrics[`zone/${zone}/probability`] = mean(members, (token) => Math.exp(token.logprob));
  }
  const all = mass(tokens);
  const preserved = mass(tokens.filter((token) => token.zone === 'positive-high' || token.zone === 'negative-low'));
  metrics['gradient/preserved_share'] = all > 0 ? preserved / all : 0;
  return metrics;
}

function mean(tokens: readonly ReferenceToken[], of: (token: ReferenceToken) => number): number {
  return tokens.reduce((sum, token) => sum + of(token), 0) / tokens.length;
}

function mass(tokens: readonly ReferenceToken[]): number {
  return tokens.reduce((sum, token) => sum + Math.abs(token.factor * token.weight * token.advantage), 0);
}
