/** Kept states of runs as the page shows them (docs/states.md). */
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { CheckpointView, PickedFile } from './models.ts';
import type { Result } from './result.ts';
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
  /** The run failed after this state, so it would fail again if it resumed: why. */
  failed?: string;
  /** Why it is kept beside that: the newest one, the best one by accuracy. */
  last?: true;
  best?: true;
}

/** Begins the name of the Web Lock of the tab that runs a run. */
export const RUN_LOCK = 'gppo-studio-run:';

/** A policy as it is listed among the models, beside id and name. */
export type PolicyView = Omit<CheckpointView, 'id' | 'name' | 'trained'>;

export interface RunStates {
  /** The page's id of the run. */
  run: string;
  name: string;
  config: RunConfig;
  model: PolicyView;
  /** In the order in which they were kept. */
  states: KeptState[];
  bytes: number;
  /** A tab holds it: this one, or another one. */
  held?: 'here' | 'elsewhere';
}

/** Bytes of this page in the browser's storage, beside the kept states that are listed. */
export interface StorageUse {
  rollouts: number;
  models: number;
  /** Of everything, and what the browser allows; undefined where it says nothing. */
  used?: number;
  quota?: number;
  /** The browser does not delete it by itself when the disk is full. */
  persisted?: boolean;
}

export interface StateCalls {
  /** Runs with kept states, newest first. */
  listStates(): Promise<Result<RunStates[]>>;
  pinState(run: string, state: string, pinned: boolean): Promise<Result<void>>;
  deleteState(run: string, state: string): Promise<Result<void>>;
  /** All states of runs that were deleted. */
  deleteStates(runs: string[]): Promise<Result<void>>;
  /** Records of a run before a state, from a number on. */
  stateRecords(run: string, state: string | undefined, first: number): Promise<Result<StepRecord[]>>;
  /** A run's folder with the state, as the command line's train --resume reads it. */
  exportState(run: string, state: string): Promise<Result<PickedFile[]>>;
  /** A model of the list as a checkpoint. */
  exportModel(id: string): Promise<Result<PickedFile[]>>;
  storageUse(): Promise<Result<StorageUse>>;
  /**
   * Resumes a run of an earlier page from a kept state (the newest whole one without `state`), as the same run: records
   * after the state are sent again, with equal values. Resolves once it is prepared; as `start`, it replaces the run
   * that is held.
   */
  resumeRun(run: string, state: string | undefined, options: ResumeOptions): Promise<Result<ResumedRun>>;
}

export interface ResumeOptions extends Omit<StartOptions, 'run'> {
  /** Larger numbers of steps, to extend the run. */
  steps?: { sft?: number; rl?: number };
}

export interface ResumedRun {
  config: RunConfig;
  /** The state from which it resumes. */
  from: string;
  /** Records before the state: those after it are recomputed. */
  records: number;
}

/** `rl-40`; `step 40` for people. */
export const stateId = ({ phase, step }: Pick<KeptState, 'phase' | 'step'>): string => `${phase}-${step}`;
/** Its id as a model: a value of `RunConfig.model.checkpoint`. */
export const stateModelId = (run: string, state: string): string => `${STATE_MODEL}${run}/${state}`;
export const STATE_MODEL = 'state:';
export const stateLabel = ({ phase, step }: Pick<KeptState, 'phase' | 'step'>): string =>
  phase === 'sft' ? `SFT step ${step}` : `step ${step}`;
