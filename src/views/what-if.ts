/**
 * Comparison of several clip strategies on one frozen minibatch. Plain data, shown by the page and saved by the command
 * line.
 */
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { Zone } from '../run/step-record.ts';

/** A mean with its standard error. */
export interface Estimate {
  mean: number;
  error: number;
}

export interface WhatIfStrategy {
  label: string;
  config: StrategyConfig;
  /** Why this strategy has no figures, if it failed; all other fields are then 0 or empty. */
  failed?: string;
  /** Global norm of the minibatch's gradient. */
  gradientNorm: number;
  /** Per zone of this strategy: share of tokens, and share of the gradient mass sum |f w A|. */
  zones: Record<Zone, { fraction: number; mass: number }>;
  /** Share of mass from positive-high and negative-low tokens. */
  preservedShare: number;
  /** First-order change of the expected reward by this strategy's update: policy gradient times step. */
  predicted: Estimate;
  /**
   * Change of the mean reward measured after that update on a copy, with the same problems and sampling seeds before
   * and after.
   */
  measured: Estimate;
}

/** A token on whose weight the strategies disagree. */
export interface Disagreement {
  prompt: string;
  /** Texts of the response's tokens, and the index of this one. */
  response: string[];
  token: number;
  ratio: number;
  probability: number;
  advantage: number;
  /** Weight by strategy, in the order of `strategies`. */
  weights: number[];
}

export interface WhatIf {
  /** RL step and minibatch (1-based, over epochs) that was frozen; the run's own strategy is first. */
  step: number;
  minibatch: number;
  tokens: number;
  responses: number;
  strategies: WhatIfStrategy[];
  /**
   * Cosines of gradients, and shares of parameters whose gradients have the same sign, among those where neither is 0;
   * NaN if undefined.
   */
  cosine: number[][];
  signAgreement: number[][];
  disagreements: Disagreement[];
  /** Problems and samples behind `measured`, and the mean reward before the update. */
  measuredOn: { problems: number; samples: number; before: number };
}
