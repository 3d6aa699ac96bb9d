/** Kept states of runs as the page shows them (docs/states.md). */
import type { RunConfig } from '../run/config.ts';
import type { StartOptions } from './run-view.ts';

/** Steps between two kept states, unless the user changes it; 0 keeps none. */
export const DEFAULT_STATE_EVERY = 10;

/** A kept state: weights, moments and counters between two steps. */
export interface KeptState {
  /** Within its run: `rl-40`, `sft-8`. */
  id: string;
  phase: 'sft' | 'rl';
  /** Completed steps of the phase, and over all phases. */
  step: number;
  made: number;
  /** Records of the run before it. */
  records: number;
  /** Bytes of its file. */
  bytes: number;
  /** Milliseconds since 1970. */
  written: number;
  /** Held-out accuracy measured at this state, 0 to 1. */
  accuracy?: number;
  /** The user keeps it. */
  pinned?: true;
  /** The run was complete. */
  complete?: true;
  /** Why it is kept beside that: the newest one, the best one by accuracy. */
  last?: true;
  best?: true;
}

export interface RunStates {
  /** The page's id of the run. */
  run: string;
  name: string;
  config: RunConfig;
  /** In the order in which they were kept. */
  states: KeptState[];
  bytes: number;
  /** Another tab runs it. */
  elsewhere: boolean;
}

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

export interface ResumeOptions extends Omit<StartOptions, 'run'> {
  /** Larger numbers of steps, to extend the run. */
  steps?: { sft?: number; rl?: number };
}

export interface ResumedRun {
  config: RunConfig;
  /** Records before the state: those after it are recomputed. */
  records: number;
}

/** `rl-40`; `step 40` for people. */
export const stateId = ({ phase, step }: Pick<KeptState, 'phase' | 'step'>): string => `${phase}-${step}`;
export const stateLabel = ({ phase, step }: Pick<KeptState, 'phase' | 'step'>): string =>
  phase === 'sft' ? `SFT step ${step}` : `step ${step}`;
