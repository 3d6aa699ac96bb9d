/** What is known of a clip strategy beside its arithmetic, which is its WGSL function. */

import type { Unit } from '../config/field.ts';

/** How token losses become one loss; names and definitions are verl's (`agg_loss`). */
export type AggregationName = 'token-mean' | 'seq-mean-token-sum' | 'seq-mean-token-mean' | 'seq-mean-token-sum-norm';

/**
 * What a rule must know beyond the token itself, computed before it by policy-context.wgsl:
 * `sequence` ratios of the whole response; `covariance` a choice of tokens by covariance; `balance` bounds found from
 * the minibatch.
 */
export type Context = 'none' | 'sequence' | 'clip-cov' | 'kl-cov' | 'balance';

export interface ParameterInfo {
  /** Short label with its symbol. */
  label: string;
  /** What it does and when to change it, in one or two sentences. */
  help: string;
  unit?: Unit;
  /** null: off. A boolean makes a switch. */
  default: number | boolean | null;
  minimum: number;
  maximum: number;
  step: number;
  /** The minimum itself is not allowed. */
  exclusive?: true;
  /** The rule does not read it: it only names the zones in which tokens are shown. */
  zonesOnly?: true;
}

export interface StrategyInfo {
  title: string;
  /** One sentence for a student. */
  summary: string;
  /** The gradient weight w (grad J = w A grad log pi), in KaTeX. */
  formula: string;
  /** Where the rule was published. */
  paper: { title: string; url?: string };
  /** Code whose behaviour the rule follows: repository and place. */
  reference: string;
  goodAt: string;
  badAt: string;
  /** In the order in which they are shown; the WGSL struct `Parameters` has the same fields. */
  parameters: Record<string, ParameterInfo>;
  /** How the rule's authors turn token losses into one loss. */
  aggregation: AggregationName;
  context: Context;
  /** True for a rule that applies truncated importance sampling in its own way rather than as a factor of the token. */
  ownCorrection?: true;
  /**
   * The rule's WGSL: `fn strategy`, and `fn band` where its band is not 1 - eps_low to 1 + eps_high of the token's
   * ratio.
   */
  source: string;
}
