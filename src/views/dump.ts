/** A token dump of a cluster's trainer as the page shows it: plain data of bounded size. */
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { RolloutView, TokenDistributions, Zone } from '../run/step-record.ts';
import type { TokenScatter } from './run-view.ts';

/** Sums over a step that need no strategy. */
export interface DumpStepFacts {
  step: number;
  responses: number;
  tokens: number;
  /** Updates that the dump tells apart; 1 if it names none. */
  minibatches: number;
  /** Mean of old minus new log-prob, nats: verl's ppo_kl. */
  kl: number;
  /** Mean and largest |log r|, nats. */
  meanShift: number;
  maxShift: number;
  /** Mean over responses; NaN without rewards. */
  reward: number;
  /** Mean over tokens, nats; NaN without entropies. */
  entropy: number;
  /** Mean |old - sampler log-prob|, nats; NaN without the sampler's. */
  mismatch: number;
}

export interface DumpFacts {
  name: string;
  bytes: number;
  tokens: number;
  responses: number;
  steps: DumpStepFacts[];
  /** Rows that were left out: their places and reasons, the first ones. */
  faults: { count: number; list: string[] };
}

/** A strategy on the tokens of one step. */
export interface DumpStrategy {
  label: string;
  config: StrategyConfig;
  /** Why it is not computed. */
  failed?: string;
  /** Shares of tokens and of gradient mass Σ|f w A|. */
  zones: Record<Zone, { fraction: number; mass: number }>;
  /** As in training: src/run/metrics. */
  metrics: Record<string, number>;
  /** Share of tokens with an advantage whose gradient weight is 0. */
  silent: number;
  /** Gradient mass over that without clipping, w = r. */
  massRatio: number;
}

/** A token on which strategies differ. */
export interface DumpDisagreement {
  prompt: string;
  /** The response around the token. */
  texts: string[];
  token: number;
  ratio: number;
  advantage: number;
  /** Gradient weight by strategy; NaN where one failed. */
  weights: number[];
}

export interface DumpComparison {
  step: number;
  tokens: number;
  responses: number;
  /** The first one is that of scatter and rollouts. */
  strategies: DumpStrategy[];
  /** Cosines of the gradients with respect to the tokens' log-probs. */
  cosine: number[][];
  distributions: TokenDistributions;
  scatter: TokenScatter;
  disagreements: DumpDisagreement[];
}

export interface DumpRollouts {
  /** Responses that the filter finds in the step. */
  found: number;
  rollouts: RolloutView[];
}

/** `outside`: responses with the most tokens outside the clip range first. */
export type DumpOrder = 'file' | 'outside' | 'advantage';
