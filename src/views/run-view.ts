/** A run as the page draws it. */
import type { Series } from '../run/series.ts';
import type { Phase, RolloutView, StepRecord, TokenDistributions, Zone } from '../run/step-record.ts';
import type { KeptFacts } from './rollouts.ts';

export interface AdapterView {
  vendor: string;
  architecture: string;
  description: string;
  /** True on a software adapter (for example SwiftShader): everything works, slowly. */
  software: boolean;
  /** Whether it supports f16 arithmetic (shader-f16). */
  halfPrecision: boolean;
}

/** An adapter in one line, as stored runs name it; empty without one. */
export const adapterName = (
  adapter: Pick<AdapterView, 'vendor' | 'architecture' | 'description'> | undefined,
): string => (adapter ? [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' ') : '');

/** At most MAX_SCATTER_TOKENS tokens of the newest rollout, sampled evenly; arrays of equal length. */
export interface TokenScatter {
  logRatio: Float32Array;
  /** pi_old(y_t), the probability when sampled. */
  probability: Float32Array;
  /** Index into ZONES. */
  zone: Uint8Array;
  advantage: Float32Array;
  /** Gradient weight under the run's strategy. */
  weight: Float32Array;
  /** Tokens of the token's response. */
  length: Uint16Array;
  /** Response tokens in the whole rollout. */
  total: number;
}

export const MAX_SCATTER_TOKENS = 1500;

/** To be filled. @param total response tokens in the whole rollout */
export const emptyScatter = (count: number, total: number): TokenScatter => ({
  logRatio: new Float32Array(count),
  probability: new Float32Array(count),
  zone: new Uint8Array(count),
  advantage: new Float32Array(count),
  weight: new Float32Array(count),
  length: new Uint16Array(count),
  total,
});

export const MAX_ROLLOUTS_SHOWN = 12;

/**
 * `pausing`, `stopping`: until the run is between two steps; `paused`, `stopped`: between two steps, from where it can
 * be resumed.
 */
export type RunStatus =
  'idle' | 'preparing' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** Float32 bytes up to which a run's trained policy is kept when a new run replaces it. */
export const MAX_KEPT_POLICY_BYTES = 64e6;

/** Number of kept policies; older ones are dropped. */
export const MAX_KEPT_POLICIES = 5;

/** What a frame says about the states of its run. */
export interface StateFacts {
  every: number;
  /** The newest one, for example `step 40`. */
  newest?: string;
  /** Steps that no kept state has. */
  behind: number;
  /** Why states are not kept, or only while the run is paused. */
  problem?: string;
  notice?: string;
}

/** Everything the page draws of a run; at most 10 per second are sent. */
export interface Frame {
  /** The page's name of the run, if it gave one. */
  run?: string;
  state: RunStatus;
  phase: Phase;
  /** 1-based step of the phase, and the phase's number of steps. */
  step: number;
  steps: number;
  /** The activity within the step ("rollout", "update 2 of 4", "evaluating"). */
  activity: string;
  tokensPerSecond: number;
  /** Estimated from the completed steps; undefined before the first. */
  secondsLeft?: number;
  /** Float32 bytes of the whole policy. */
  policyBytes?: number;
  /** The newest step that trained the policy: `step 16`, `SFT step 8`; undefined before the first. */
  policyStep?: string;
  latest?: StepRecord;
  latestEvaluation?: StepRecord;
  /** The newest note of a record, its step, and how many records had one (`StepRecord.note`). */
  noted?: { step: number; note: string; count: number };
  /** The newest record with an exact split of the gradient. */
  split?: StepRecord;
  /** By `phase/metric`, for example `rl/critic/score/mean`, `evaluation/accuracy/greedy`. */
  series: Record<string, Series>;
  distributions?: TokenDistributions;
  /** Share of gradient mass by zone, per step; each Series bounded. */
  massShare: Record<Zone, Series>;
  scatter?: TokenScatter;
  rollouts: RolloutView[];
  /** Step of the rollouts. */
  rolloutStep: number;
  /** Whether every group of the rollout had equal rewards, so that all advantages are 0. */
  noAdvantage: boolean;
  /** Step of distributions and scatter: the newest that had updates. */
  tokenStep: number;
  /** What is kept of the run's rollouts, if any is. */
  kept?: KeptFacts;
  /** What is kept of its states, if any are. */
  states?: StateFacts;
}

export interface StartOptions {
  paused: boolean;
  run?: string;
  /** Discard the trained policy of the run that this one replaces; by default it is kept. */
  discard?: boolean;
  /** Bytes of rollouts to keep for the run of this name; by default none are kept. */
  rolloutBytes?: number;
  /** Steps between two kept states of the run of this name; by default none are kept. */
  stateEvery?: number;
}
