/** What a run session is made from, what its steps are told, and what they give. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { Gpu } from '../gpu/device.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { StageAnswers } from '../report/stage-answers.ts';
import type { RlStepResult } from '../rl/trainer.ts';
import type { RunConfig } from '../run/config.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { RunSources } from './resolved-run.ts';

export interface SessionOptions {
  /** Called when the activity changes. */
  onActivity?: (activity: string) => void;
  /** Token records to read back after an RL step, for display; 0 for none. */
  recordTokens?: number;
  /** Keep an RL step's last minibatch with the state before its update, for `whatIf`. */
  freeze?: boolean;
  /** Stops the run: see `RunSession.next`. */
  signal?: AbortSignal;
  /** Called with true at a step's first update, after which a stop waits until the step ends; with false at its end. */
  onUpdating?: (updating: boolean) => void;
}

export interface SessionStep {
  /**
   * The step's record, then an evaluation's if one was due; the evaluation alone if a stop had interrupted it; none if
   * only the answers of a stage were due.
   */
  records: StepRecord[];
  rl?: RlStepResult;
  /** The answers of a stage that ended with this step, or of the start, for the run's report. */
  stage?: StageAnswers;
}

export interface SessionParts {
  gpu: Gpu;
  tuner: Tuner;
  config: RunConfig;
  /** The checkpoint that `config.model.checkpoint` names; undefined for a randomly initialized model. */
  checkpoint: ModelCheckpoint | undefined;
  /** Where the files of the task are; by default nowhere. */
  sources?: RunSources;
  /** Steps will use `freeze`, so its memory is included in the plan. */
  freeze?: boolean;
  /** Cancels `create`. */
  signal?: AbortSignal;
  /** Called with the number of compiled kernels, in `create` and when a later stage starts. */
  onCompile?: (progress: CompileProgress) => void;
}
