/**
 * Everything that crosses the boundary between the page and the training worker, on one page.
 *
 * The page calls a `WorkerApi` through comlink and receives `WorkerEvent`s. All of it is plain, structured-cloneable
 * data, and every event is bounded in size: data that grows with tokens or steps is reduced in the worker.
 */
import { PRECISIONS, type Precision } from '../model/weights/precision.ts';
import type { StudioErrorKind } from '../errors.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { RunConfig } from '../run/config.ts';
import type { RecipePlan } from '../views/memory.ts';
import type { RunRecords } from '../compare/summary.ts';
import type { Sweep } from '../compare/sweep.ts';
import type {
  PlaygroundAnswer,
  PlaygroundEvent,
  PlaygroundModel,
  PlaygroundRequest,
  PlaygroundToken,
} from '../views/playground.ts';
import type { BenchGrades, BenchItem } from '../views/reward-bench.ts';
import type { EvaluationProgress, EvaluationRequest, EvaluationResult } from '../views/evaluation.ts';
import type { Curve, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import type { BuiltInStrategy, CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import { MAX_SERIES_POINTS, type Series } from '../run/series.ts';
import type { StepProfile } from '../views/step-profile.ts';
import type {
  DataProgress,
  DataSetView,
  DataSummaryView,
  HubDataListing,
  SummaryRequest,
  TokenLengths,
  TokenPreview,
  TokenRequest,
} from '../views/data.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { Phase, RolloutView, StepRecord, TokenDistributions, Zone } from '../run/step-record.ts';

export type { CompileProgress };

/** comlink drops the class of an exception: errors travel as data. */
export interface ErrorView {
  kind: StudioErrorKind;
  message: string;
  advice: string;
  /** Dotted path of the RunConfig's field to change, if the error concerns one. */
  field?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: ErrorView };

export interface AdapterView {
  vendor: string;
  architecture: string;
  description: string;
  /** True on a software adapter (for example SwiftShader): everything works, slowly. */
  software: boolean;
  /** Whether it supports f16 arithmetic (shader-f16). */
  halfPrecision: boolean;
}

export interface CheckpointView {
  /** `embedded:NAME`, `local:NAME` or `hub:OWNER/NAME@COMMIT`; a value of `RunConfig.model.checkpoint`. */
  id: string;
  name: string;
  /** Hugging Face's `model_type`. */
  architecture: string;
  /** Bytes of the weights on disk, and their precision ("BF16"; several as "F32, F16"). */
  bytes: number;
  precision: string;
  /** "single characters", or "BPE, chat template"; empty when there is none. */
  tokenizer: string;
  parameters: number;
  layers: number;
  hiddenSize: number;
  heads: number;
  keyValueHeads: number;
  vocabularySize: number;
  maxPositions: number;
  hasTokenizer: boolean;
  /** Modules that LoRA can adapt, by PEFT's names. */
  loraTargets: string[];
  /** A sentence about its origin, from the model's README or `studio.json`; may be empty. */
  description: string;
  /** The policy of an earlier run of this page, kept in memory. */
  trained?: true;
  /** The task it was trained on, as a TaskConfig, if the checkpoint names it. */
  task?: RunConfig['task'];
}

export { MAX_SERIES_POINTS, type Series };

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
export const MAX_ROLLOUTS_SHOWN = 12;

/**
 * `pausing`, `stopping`: until the run is between two steps; `paused`, `stopped`: between two steps, from where it can
 * be resumed.
 */
export type RunStatus =
  'idle' | 'preparing' | 'running' | 'pausing' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** The stage of a starting run: its checks and memory plan, its weights, or its kernels. */
export type PreparationStage = 'checking' | 'loading' | 'compiling';

export interface Preparation {
  stage: PreparationStage;
  kernels?: CompileProgress;
  /** Estimated from the kernels compiled so far. */
  secondsLeft?: number;
}

/** Float32 bytes up to which a run's trained policy is kept when a new run replaces it. */
export const MAX_KEPT_POLICY_BYTES = 64e6;
/** Number of kept policies; older ones are dropped. */
export const MAX_KEPT_POLICIES = 5;

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
  latest?: StepRecord;
  latestEvaluation?: StepRecord;
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
}

/** A hub model stored in this browser. */
export interface CachedModelView {
  /** `hub:OWNER/NAME@COMMIT`. */
  id: string;
  name: string;
  /** The requested branch, tag or commit. */
  revision: string;
  commit: string;
  /** Bytes stored, and total bytes. */
  bytes: number;
  total: number;
  /** The checkpoint, once complete. */
  checkpoint?: CheckpointView;
  /** Why a complete download cannot be read. */
  problem?: string;
}

export interface DownloadView {
  name: string;
  revision: string;
  state: 'listing' | 'loading' | 'waiting' | 'done' | 'cancelled' | 'failed';
  files: { path: string; size: number; loaded: number }[];
  /** Over the last seconds; undefined before the first. */
  bytesPerSecond?: number;
  error?: ErrorView;
}

export type WorkerEvent =
  | { type: 'frame'; frame: Frame }
  /** Progress of a starting run; at most 10 per second. */
  | { type: 'preparing'; progress: Preparation }
  /** At most 10 per second. */
  | { type: 'download'; download: DownloadView }
  | DataEvent
  | { type: 'failed'; error: ErrorView }
  | RunEvent
  | SweepEvent
  | PlaygroundEvent
  | { type: 'evaluation-progress'; progress: EvaluationProgress }
  /** A new run replaces a trained one, whose policy is now a model of the list. `dropped`: ids of older ones. */
  | { type: 'policy-kept'; model: CheckpointView; files: PickedFile[]; dropped: string[] }
  /** The device was lost; the run's records are kept up to its last finished step. */
  | { type: 'device-lost'; error: ErrorView };

/** Progress of work on data (undefined when none is left) and of a download of data; at most 10 per second. */
export type DataEvent =
  { type: 'data-progress'; progress: DataProgress | undefined } | { type: 'data-download'; download: DownloadView };

/** Data of a run to store, under the name given at its start: every record once, in order, and how it ended. */
export type RunEvent =
  | { type: 'run-records'; run: string; records: StepRecord[] }
  /** A stopped run was resumed; it will end again. */
  | { type: 'run-resumed'; run: string }
  | { type: 'run-end'; run: string; state: 'finished' | 'stopped' | 'failed'; error?: ErrorView };

/** Progress of a sweep: a run started, a record of it, a run ended (with its error if it failed), the sweep ended. */
export type SweepEvent =
  | { type: 'sweep-run'; label: string; seed: number }
  | { type: 'sweep-records'; label: string; seed: number; records: StepRecord[] }
  | { type: 'sweep-run-end'; label: string; seed: number; error?: string }
  | { type: 'sweep-end'; error?: ErrorView };

/** A file of a checkpoint that the user dropped or picked. */
export interface PickedFile {
  /** Path inside the folder, for example `model.safetensors`. */
  path: string;
  file: File;
}

/** Precisions in which weights can be saved. */
export { PRECISIONS, type Precision };

export interface SavedFile {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

export interface StartOptions {
  paused: boolean;
  run?: string;
  /** Discard the trained policy of the run that this one replaces; by default it is kept. */
  discard?: boolean;
}

export interface WorkerApi {
  /** Answered at once by the worker's event loop: the heartbeat. */
  ping(): Promise<void>;
  /** Opens the GPU; the page calls it once, first. Errors: `unsupported` without WebGPU or an adapter. */
  open(): Promise<Result<AdapterView>>;
  /** Registers the listener of events. */
  subscribe(listener: (event: WorkerEvent) => void): Promise<void>;
  listModels(): Promise<Result<CheckpointView[]>>;
  /**
   * Reads and checks a checkpoint folder, and adds it to the list; or a folder of an adapter (PEFT), as `base` with the
   * adapter merged into it.
   */
  addCheckpoint(files: PickedFile[], base?: string): Promise<Result<CheckpointView>>;
  /** Adds a kept policy again, in a worker started after the one that kept it. */
  restorePolicy(files: PickedFile[]): Promise<Result<CheckpointView>>;
  /**
   * The memory that a run would take on the adapter, and the rows that it leaves out; or the error that refuses it,
   * before anything is allocated. Rejects with `cancelled` when a newer call arrives before this one is planned.
   */
  planMemory(config: RunConfig): Promise<Result<RecipePlan>>;
  /** Removes an added checkpoint from the list. */
  removeCheckpoint(id: string): Promise<Result<void>>;
  /**
   * Loads a model from the hub into this browser, resuming an earlier download; resolves when it is complete.
   * `revision` may be empty.
   */
  downloadModel(name: string, revision: string): Promise<Result<CheckpointView>>;
  cancelDownload(): Promise<void>;
  /** Hub models in this browser, complete or not. */
  listCached(): Promise<Result<CachedModelView[]>>;
  deleteCached(id: string): Promise<Result<void>>;
  /** Files of data: added, downloaded, included. */
  listData(): Promise<Result<DataSetView[]>>;
  /** Copies files into the browser's storage; a file that fails is an error of its own. */
  addData(files: PickedFile[]): Promise<Result<DataSetView>[]>;
  removeData(id: string): Promise<Result<void>>;
  /** Files of data in a data set of the hub. `revision` may be empty. */
  listHubData(repository: string, revision: string): Promise<Result<HubDataListing>>;
  /** Loads a file of a data set into this browser, resuming an earlier download. */
  downloadData(repository: string, revision: string, path: string): Promise<Result<DataSetView>>;
  /** Reads a whole file once. A newer call rejects this one with `cancelled`. */
  summarizeData(request: SummaryRequest): Promise<Result<DataSummaryView>>;
  /** The first rows in the tokens of a model. */
  previewTokens(request: TokenRequest): Promise<Result<TokenPreview>>;
  /** Lengths of all rows in the tokens of a model; of the rows so far when it is cancelled. */
  measureTokens(request: TokenRequest): Promise<Result<TokenLengths>>;
  /** Cancels reading, copying and downloading of data. */
  cancelData(): Promise<void>;
  /**
   * Starts a run from its beginning; resolves once the run is prepared (config checked, weights on the GPU). With
   * `run`, a name for it, its `RunEvent`s are sent.
   *
   * The run that was held stays until the new one is checked and planned. Then its policy, if it made a training step,
   * becomes a model of the list (`policy-kept`), at most MAX_KEPT_POLICIES of them. A policy of more than
   * MAX_KEPT_POLICY_BYTES refuses the start (`input`) unless it may be discarded.
   */
  start(config: RunConfig, options: StartOptions): Promise<Result<void>>;
  /** Pauses after the current step; the frame with `paused` is sent when the run is paused. */
  pause(): Promise<void>;
  /** Resumes a paused or stopped run; with `oneStep`, pauses again after one step. */
  resume(options: { oneStep: boolean }): Promise<void>;
  /**
   * Stops the run; it stays, and can be resumed with the metrics of a run that was never stopped. A rollout or an
   * evaluation is discarded and repeated; a step that has updated the weights is finished first. Cancels a start.
   */
  stop(): Promise<void>;
  /** The page's name of the run that the worker holds, paused, ended or active; undefined without one. */
  heldRun(): Promise<string | undefined>;
  /**
   * The trained policy as a checkpoint in Hugging Face layout, adapters merged into it. Errors: `input` when a weight
   * does not fit the precision.
   */
  exportCheckpoint(precision: Precision): Promise<Result<SavedFile[]>>;
  /** The adapters of a run with LoRA as files of PEFT. */
  exportAdapter(precision: Precision): Promise<Result<SavedFile[]>>;
  /** Strategies at given tokens, by the functions used in training; one result per point. */
  curves(requests: { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Result<Curve[]>>;
  /** The WGSL of a built-in strategy, for a custom one to start from. */
  strategySource(name: BuiltInStrategy): Promise<Result<string>>;
  /** Compiles a custom strategy in isolation and tests it; without problems it may train. */
  checkStrategy(strategy: CustomStrategyConfig): Promise<Result<StrategyProblem[]>>;
  /** Compares strategies on the last minibatch of the newest step; the run must be paused. */
  whatIf(strategies: StrategyConfig[]): Promise<Result<WhatIf>>;
  /** Cancels a running `whatIf`, which rejects with `cancelled`. */
  cancelWhatIf(): Promise<void>;
  /**
   * Kernels of one training step by time, on a paused run, which is unchanged; with the tuner's choices and the memory
   * plan.
   */
  profileStep(): Promise<Result<StepProfile>>;
  /**
   * Starts a sweep; `done` lists its completed runs. Resolves once it has started. A paused run stays, but cannot
   * resume meanwhile.
   */
  startSweep(sweep: Sweep, done: RunRecords[]): Promise<Result<void>>;
  /** Stops the sweep after the current step; the page keeps complete runs. */
  stopSweep(): Promise<void>;
  /** All records of the run so far as the text of a metrics.jsonl. */
  exportMetrics(): Promise<Result<string>>;
  /** The policy's responses to prompts of its task, for interactive tests; `temperature` 0 is greedy. */
  generate(
    prompt: string,
    options: { temperature: number; maxTokens: number; seed: number },
  ): Promise<Result<{ response: string; probabilities: number[]; tokens: string[] }>>;
  /**
   * Loads a model for the playground: one of the library, or the run's POLICY or START; the policy requires a paused
   * run.
   */
  openModel(id: string): Promise<Result<PlaygroundModel>>;
  /** A model's response to a prompt; its tokens are sent as events for `column`. */
  respond(column: number, request: PlaygroundRequest): Promise<Result<PlaygroundAnswer>>;
  /** Stops responses in progress; each resolves with its partial text. */
  stopResponses(): Promise<void>;
  /**
   * A model's greedy and sampled responses to held-out problems of a task, with all statistics; progress is sent as
   * events. The run's policy requires a paused run.
   */
  evaluate(request: EvaluationRequest): Promise<Result<EvaluationResult>>;
  /** Cancels a running `evaluate`, which rejects with `cancelled`. */
  cancelEvaluation(): Promise<void>;
  /** Grades responses with a task's rewards, or its verifier; `model` is the one whose tokens are counted. */
  gradeResponses(task: RunConfig['task'], model: RunConfig['model'], items: BenchItem[]): Promise<Result<BenchGrades>>;
  /** Scores the tokens of one text under each of the models. */
  compareText(models: string[], tokens: number[]): Promise<Result<PlaygroundToken[][]>>;
}
