/** What the worker tells the page without being asked. Every event is bounded in size. */
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { RunReport } from '../report/run-report.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { DataProgress } from '../views/data.ts';
import type { EvaluationProgress } from '../views/evaluation.ts';
import type { CheckpointView, DownloadView, PickedFile } from '../views/models.ts';
import type { PlaygroundEvent } from '../views/playground.ts';
import type { RaceFrame } from '../views/race.ts';
import type { ErrorView } from '../views/result.ts';
import type { Frame } from '../views/run-view.ts';

/** The stage of a starting run: its checks and memory plan, its weights, or its kernels. */
export type PreparationStage = 'checking' | 'reading' | 'loading' | 'compiling';

export interface Preparation {
  stage: PreparationStage;
  /** Of a file of data. */
  reading?: DataProgress;
  kernels?: CompileProgress;
  /** Estimated from the kernels compiled so far. */
  secondsLeft?: number;
}

/** Kernels of which none was finished for some time. */
export interface StalledCompile {
  /** The first one that waits. */
  label: string;
  waiting: number;
  seconds: number;
}

export type WorkerEvent =
  | { type: 'frame'; frame: Frame }
  /** Progress of a starting run; at most 10 per second. */
  | { type: 'preparing'; progress: Preparation }
  /** At most 10 per second. */
  | { type: 'download'; download: DownloadView }
  | DataEvent
  /** Bytes of a token dump that have been read; at most 10 per second. */
  | { type: 'dump-progress'; done: number; total: number }
  | { type: 'failed'; error: ErrorView }
  | RunEvent
  | SweepEvent
  | RaceEvent
  | PlaygroundEvent
  | { type: 'evaluation-progress'; progress: EvaluationProgress }
  /** A new run replaces a trained one, whose policy is now a model of the list. `dropped`: ids of older ones. */
  | { type: 'policy-kept'; model: CheckpointView; files: PickedFile[]; dropped: string[] }
  /** The driver does not finish compiling; undefined once it does. */
  | { type: 'compiling-stalled'; stalled: StalledCompile | undefined }
  /** The device was lost; the run's records are kept up to its last finished step. */
  | { type: 'device-lost'; error: ErrorView };

/** Progress of work on data (undefined when none is left) and of a download of data; at most 10 per second. */
export type DataEvent =
  { type: 'data-progress'; progress: DataProgress | undefined } | { type: 'data-download'; download: DownloadView };

/**
 * Data of a run to store, under the name given at its start: every record once, in order, its report anew after each
 * stage, and how it ended.
 */
export type RunEvent =
  | { type: 'run-records'; run: string; records: StepRecord[] }
  | { type: 'run-report'; run: string; report: RunReport }
  /** A stopped run was resumed; it will end again. */
  | { type: 'run-resumed'; run: string }
  | { type: 'run-end'; run: string; state: 'finished' | 'stopped' | 'failed'; error?: ErrorView };

/** Progress of a sweep: a run started, a record of it, a run ended (with its error if it failed), the sweep ended. */
export type SweepEvent =
  | { type: 'sweep-run'; label: string; seed: number }
  | { type: 'sweep-records'; label: string; seed: number; records: StepRecord[] }
  | { type: 'sweep-run-end'; label: string; seed: number; error?: string }
  /** It has no room on the adapter: it is no result, and can be tried again. */
  | { type: 'sweep-run-refused'; label: string; seed: number; error: string }
  | { type: 'sweep-end'; error?: ErrorView };

/** Of a race by the page's name: its start, its state, every record of each lane once in order, and each lane's end. */
export type RaceEvent =
  /** At most 10 per second. */
  | { type: 'race-preparing'; race: string; progress: Preparation }
  | { type: 'race-frame'; frame: RaceFrame }
  | { type: 'race-records'; race: string; lane: number; records: StepRecord[] }
  | { type: 'race-lane-end'; race: string; lane: number; state: 'finished' | 'stopped' | 'failed'; error?: ErrorView };
