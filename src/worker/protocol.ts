/**
 * Everything that crosses the boundary between the page and the training worker, on one page.
 *
 * The page calls a `WorkerApi` through comlink and receives `WorkerEvent`s. All of it is plain, structured-cloneable
 * data, and every event is bounded in size: whatever grows with tokens or steps is reduced in the worker.
 */
import { PRECISIONS, type Precision } from '../model/weights/precision.ts';
import type { StudioErrorKind } from '../errors.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import type { RunConfig } from '../run/config.ts';
import type { MemoryPlan } from '../views/memory.ts';
import type { RunRecords } from '../compare/summary.ts';
import type { Sweep } from '../compare/sweep.ts';
import type {
  PlaygroundAnswer,
  PlaygroundEvent,
  PlaygroundModel,
  PlaygroundRequest,
  PlaygroundToken,
} from '../views/playground.ts';
import type { Curve, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import type { BuiltInStrategy, CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import { MAX_SERIES_POINTS, type Series } from '../run/series.ts';
import type { StepProfile } from '../views/step-profile.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { Phase, RolloutView, StepRecord, TokenDistributions, Zone } from '../run/step-record.ts';

export type { CompileProgress };

/** comlink drops the class of an exception: errors travel as data. */
export interface ErrorView {
  kind: StudioErrorKind;
  message: string;
  advice: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: ErrorView };

export interface AdapterView {
  vendor: string;
  architecture: string;
  description: string;
  /** True on a software adapter (for example SwiftShader): everything works, slowly. */
  software: boolean;
  /** Whether it computes in 16 bit (shader-f16). */
  halfPrecision: boolean;
}

export interface CheckpointView {
  /** `embedded:NAME`, `local:NAME` or `hub:OWNER/NAME@COMMIT`; what `RunConfig.model.checkpoint` takes. */
  id: string;
  name: string;
  /** Hugging Face's `model_type`. */
  architecture: string;
  /** Of the weights on disk, and their precision ("BF16"; several as "F32, F16"). */
  bytes: number;
  precision: string;
  /** "single characters", or "BPE, chat template"; empty when there is none. */
  tokenizer: string;
  /** What the engine of this version cannot run of it; the others train. */
  problem?: string;
  parameters: number;
  layers: number;
  hiddenSize: number;
  heads: number;
  keyValueHeads: number;
  vocabularySize: number;
  maxPositions: number;
  hasTokenizer: boolean;
  /** What LoRA can adapt of it, by PEFT's names; empty where the engine cannot run it. */
  loraTargets: string[];
  /** A sentence about where it comes from, from the model's README or `studio.json`; may be empty. */
  description: string;
  /** The task it was trained on, as a TaskConfig, when the checkpoint says so. */
  task?: RunConfig['task'];
}

export { MAX_SERIES_POINTS, type Series };

/** At most MAX_SCATTER_TOKENS tokens of the newest rollout, chosen evenly; arrays of equal length. */
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

/** `pausing`: the current step is still running; `paused`: between two steps. */
export type RunStatus = 'idle' | 'preparing' | 'running' | 'pausing' | 'paused' | 'finished' | 'stopped' | 'failed';

/** Everything the page draws of a run; at most 10 a second are sent. */
export interface Frame {
  state: RunStatus;
  phase: Phase;
  /** 1-based step of the phase, and the phase's number of steps. */
  step: number;
  steps: number;
  /** What is being done inside the step ("rollout", "update 2 of 4", "evaluating"). */
  activity: string;
  tokensPerSecond: number;
  /** Estimated from the steps made so far; undefined before the first. */
  secondsLeft?: number;
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
  /** Step the distributions, scatter and rollouts belong to. */
  rolloutStep: number;
}

/** A model of a hub that this browser keeps. */
export interface CachedModelView {
  /** `hub:OWNER/NAME@COMMIT`. */
  id: string;
  name: string;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  commit: string;
  /** Bytes that are there, and of the whole. */
  bytes: number;
  total: number;
  /** The checkpoint, once it is whole. */
  checkpoint?: CheckpointView;
  /** Why a whole one cannot be read. */
  problem?: string;
}

export interface DownloadView {
  name: string;
  revision: string;
  state: 'listing' | 'loading' | 'waiting' | 'done' | 'cancelled' | 'failed';
  files: { path: string; size: number; loaded: number }[];
  /** Of the last seconds; undefined before the first. */
  bytesPerSecond?: number;
  error?: ErrorView;
}

export type WorkerEvent =
  | { type: 'frame'; frame: Frame }
  /** How many kernels are compiled of a run that is being started; at most 10 per second. */
  | { type: 'preparing'; progress: CompileProgress }
  /** At most 10 a second. */
  | { type: 'download'; download: DownloadView }
  | { type: 'failed'; error: ErrorView }
  | RunEvent
  | SweepEvent
  | PlaygroundEvent
  /** The device was lost; the run is kept in memory up to its last finished step. */
  | { type: 'device-lost'; error: ErrorView };

/**
 * What a run leaves to be kept, by the name that it was started under: every record once, in order, and how it ended.
 */
export type RunEvent =
  | { type: 'run-records'; run: string; records: StepRecord[] }
  | { type: 'run-end'; run: string; state: 'finished' | 'stopped' | 'failed'; error?: ErrorView };

/** How far a sweep is: a run began, a record of it, a run is done (with its error if it failed), the sweep ended. */
export type SweepEvent =
  | { type: 'sweep-run'; label: string; seed: number }
  | { type: 'sweep-records'; label: string; seed: number; records: StepRecord[] }
  | { type: 'sweep-run-end'; label: string; seed: number; error?: string }
  | { type: 'sweep-end'; error?: ErrorView };

/** A file of a checkpoint a person dropped or picked. */
export interface PickedFile {
  /** Path inside the folder, for example `model.safetensors`. */
  path: string;
  file: File;
}

/** Precisions that weights are saved in. */
export { PRECISIONS, type Precision };

export interface SavedFile {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

export interface StartOptions {
  paused: boolean;
  run?: string;
}

export interface WorkerApi {
  /** Opens the GPU; the page calls it once, first. Errors: `unsupported` when there is no WebGPU or no adapter. */
  open(): Promise<Result<AdapterView>>;
  /** Registers the listener of events. */
  subscribe(listener: (event: WorkerEvent) => void): Promise<void>;
  listModels(): Promise<Result<CheckpointView[]>>;
  /**
   * Reads and checks a checkpoint folder, and adds it to the list; or a folder of an adapter (PEFT), as `base` with the
   * adapter merged into it.
   */
  addCheckpoint(files: PickedFile[], base?: string): Promise<Result<CheckpointView>>;
  /**
   * The memory that a run would take on the adapter; or the error that refuses it, before anything is allocated.
   * Answers `cancelled` when a newer call comes before this one is planned.
   */
  planMemory(config: RunConfig): Promise<Result<MemoryPlan>>;
  /** Forgets a checkpoint that was added. */
  removeCheckpoint(id: string): Promise<Result<void>>;
  /**
   * Loads a model from the hub into this browser, resuming an earlier download of it; answers when it is complete.
   * `revision` may be empty.
   */
  downloadModel(name: string, revision: string): Promise<Result<CheckpointView>>;
  cancelDownload(): Promise<void>;
  /** Models of the hub that are in this browser, whole or not. */
  listCached(): Promise<Result<CachedModelView[]>>;
  deleteCached(id: string): Promise<Result<void>>;
  /**
   * Starts a run from its beginning; answers once the run is prepared (config checked, weights on the GPU). With `run`,
   * a name for it, come its `RunEvent`s.
   */
  start(config: RunConfig, options: StartOptions): Promise<Result<void>>;
  /** Pauses after the step at work; the frame with `paused` comes when the run is paused. */
  pause(): Promise<void>;
  /** Resumes; with `oneStep`, pauses again after one step. */
  resume(options: { oneStep: boolean }): Promise<void>;
  /** Ends the run after the current kernel block; its last finished step is kept. */
  stop(): Promise<void>;
  /**
   * The trained policy as files of a checkpoint in Hugging Face layout, adapters merged into it. Errors: `input` where
   * a weight does not fit the precision.
   */
  exportCheckpoint(precision: Precision): Promise<Result<SavedFile[]>>;
  /** The adapters of a run with LoRA as files of PEFT. */
  exportAdapter(precision: Precision): Promise<Result<SavedFile[]>>;
  /** Strategies at given tokens, by the functions that train; one answer per point. */
  curves(requests: { strategy: StrategyConfig; points: CurvePoint[] }[]): Promise<Result<Curve[]>>;
  /** The WGSL of a built-in strategy, for a custom one to start from. */
  strategySource(name: BuiltInStrategy): Promise<Result<string>>;
  /** Compiles a custom strategy by itself and tests it; no problems: it may train. */
  checkStrategy(strategy: CustomStrategyConfig): Promise<Result<StrategyProblem[]>>;
  /** What other strategies would have done with the last minibatch of the newest step; the run must be paused. */
  whatIf(strategies: StrategyConfig[]): Promise<Result<WhatIf>>;
  /** Ends a `whatIf` that is under way; it answers `cancelled`. */
  cancelWhatIf(): Promise<void>;
  /**
   * Kernels of one training step by time, on a paused run, which is left as it was; with the tuner's choices and the
   * memory plan.
   */
  profileStep(): Promise<Result<StepProfile>>;
  /**
   * Starts a sweep; `done` are runs of it that are there already. Answers once it has begun. A paused run stays,
   * and cannot resume meanwhile.
   */
  startSweep(sweep: Sweep, done: RunRecords[]): Promise<Result<void>>;
  /** Ends the sweep after the step at work; complete runs are kept by the page. */
  stopSweep(): Promise<void>;
  /** All records of the run so far as the text of a metrics.jsonl. */
  exportMetrics(): Promise<Result<string>>;
  /** What the policy answers to prompts of its task, for a person to try; `temperature` 0 is greedy. */
  generate(
    prompt: string,
    options: { temperature: number; maxTokens: number; seed: number },
  ): Promise<Result<{ response: string; probabilities: number[]; tokens: string[] }>>;
  /**
   * Loads a model for the playground: one of the library, or POLICY or START of the run; the policy needs a paused
   * run.
   */
  openModel(id: string): Promise<Result<PlaygroundModel>>;
  /** A model's response to a prompt; its tokens come as events for `column` meanwhile. */
  respond(column: number, request: PlaygroundRequest): Promise<Result<PlaygroundAnswer>>;
  /** Ends responses under way; each answers with what is there of it. */
  stopResponses(): Promise<void>;
  /** What each of the models thinks of the tokens of one text. */
  compareText(models: string[], tokens: number[]): Promise<Result<PlaygroundToken[][]>>;
}
