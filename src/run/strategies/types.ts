/** Metadata of a clip strategy; its arithmetic is its WGSL function. */

import type { Unit } from '../config/field.ts';

/** How token losses become one loss; names and definitions are verl's (`agg_loss`). */
export type AggregationName = 'token-mean' | 'seq-mean-token-sum' | 'seq-mean-token-mean' | 'seq-mean-token-sum-norm';

/**
 * What a strategy must know beyond the token itself, computed before it by policy-context.wgsl:
 * `sequence` ratios of the whole response; `covariance` a choice of tokens by covariance; `balance` bounds found from
 * the minibatch.
 */
export type Context = 'none' | 'sequence' | 'clip-cov' | 'kl-cov' | 'balance';

export interface ParameterInfo {
  /** Short label with its symbol. */
  label: string;
  /** One sentence: what it does and when to change it. */
  help: string;
  unit?: Unit;
  /** null: off. A boolean makes a switch. */
  default: number | boolean | null;
  minimum: number;
  maximum: number;
  step: number;
  /** The minimum itself is not allowed. */
  exclusive?: true;
  /** The strategy does not read it: it only names the zones in which tokens are shown. */
  zonesOnly?: true;
}

export interface StrategyInfo {
  title: string;
  /** One sentence. */
  summary: string;
  /** The gradient weight w (grad J = w A grad log pi), in KaTeX. */
  formula: string;
  /** Where the strategy was published. */
  paper: { title: string; url?: string };
  /** Code whose behaviour the strategy follows: repository and place. */
  reference: string;
  goodAt: string;
  badAt: string;
  /** In the order in which they are shown; the WGSL struct `Parameters` has the same fields. */
  parameters: Record<string, ParameterInfo>;
  /** How the strategy's authors turn token losses into one loss. */
  aggregation: AggregationName;
  context: Context;
  /** True for a strategy that applies truncated importance sampling in its own way, not as a factor of the token. */
  ownCorrection?: true;
}
