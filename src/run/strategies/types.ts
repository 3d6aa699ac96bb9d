/** Metadata of a clip strategy; its arithmetic is its WGSL function. */

import type { Unit } from '../../schema/field.ts';

/** How token losses become one loss; names and definitions are verl's (`agg_loss`). */
export type AggregationName = 'token-mean' | 'seq-mean-token-sum' | 'seq-mean-token-mean' | 'seq-mean-token-sum-norm';

/**
 * A strategy's inputs beyond the token itself, computed by policy-context.wgsl: `sequence` ratios of the whole
 * response; `covariance` a choice of tokens by covariance; `balance` bounds found from the minibatch;
 * `second-moment` a choice of tokens by log(r)^2.
 */
export type Context = 'none' | 'sequence' | 'clip-cov' | 'kl-cov' | 'balance' | 'second-moment';

export interface ParameterInfo {
  /** Short label with its symbol. */
  label: string;
  /** One sentence: its effect and when to change it. */
  help: string;
  unit?: Unit;
  /** null: off. A boolean makes a switch. */
  default: number | boolean | null;
  minimum: number;
  maximum: number;
  step: number;
  /** The minimum itself is not allowed. */
  exclusive?: true;
  /** Not read by the strategy: it only defines the zones in which tokens are shown. */
  zonesOnly?: true;
}

export interface StrategyInfo {
  title: string;
  /** One sentence. */
  summary: string;
  /** Where the strategy was published. */
  paper: { title: string; url?: string };
  /** In display order; the WGSL struct `Parameters` has the same fields. */
  parameters: Record<string, ParameterInfo>;
  /** How the strategy's authors turn token losses into one loss. */
  aggregation: AggregationName;
  context: Context;
  /** Its clip range is not one interval of the token's ratio: it differs per token, or is on another quantity. */
  movingBand?: true;
  /** True for a strategy that applies truncated importance sampling itself rather than as a factor of the token. */
  ownCorrection?: true;
}
