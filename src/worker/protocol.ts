/**
 * What the page may ask of the training worker: it calls a `WorkerApi` through comlink and receives the `WorkerEvent`s
 * of events.ts. What both carry is in src/views, plain structured-cloneable data of bounded size: data that grows with
 * tokens or steps is reduced in the worker.
 */
import type { RunRecords } from '../compare/run-summary.ts';
import { ENGINES, type Engine } from '../cluster/engines.ts';
import type { Race } from '../compare/race.ts';
import type { Sweep } from '../compare/sweep.ts';
import { PRECISIONS, type Precision } from '../model/weights/precision.ts';
import type { RunConfig } from '../run/config.ts';
import type { BuiltInStrategy, CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import type {
  DataSetView,
  DataSummaryView,
  HubDataListing,
  SummaryRequest,
  TokenLengths,
  TokenPreview,
  TokenRequest,
} from '../views/data.ts';
import type { DumpComparison, DumpFacts, DumpOrder, DumpRollouts } from '../views/dump.ts';
import type { EvaluationRequest, EvaluationResult } from '../views/evaluation.ts';
import type { RecipePlan } from '../views/memory.ts';
import type { CachedModelView, CheckpointView, PickedFile, SavedFile } from '../views/models.ts';
import type { PlaygroundAnswer, PlaygroundModel, PlaygroundRequest, PlaygroundToken } from '../views/playground.ts';
import type { RaceOptions } from '../views/race.ts';
import type { Result } from '../views/result.ts';
import type { BenchGrades, BenchItem } from '../views/reward-bench.ts';
import type { RolloutCalls } from '../views/rollouts.ts';
import type { AdapterView, StartOptions } from '../views/run-view.ts';
import type { StateCalls } from '../views/states.ts';
import type { StepProfile } from '../views/step-profile.ts';
import type { Curve, CurvePoint, StrategyProblem } from '../views/strategy-views.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { WorkerEvent } from './events.ts';

/** Precisions in which weights can be saved. */
export { PRECISIONS, type Precision };
/** Trainers that recipes are exported for. */
export { ENGINES, type Engine };

export interface WorkerApi extends RolloutCalls, StateCalls {
  /** Answered at once by the worker's event loop: the heartbeat. */
  ping(): Promise<void>;
  /** Holds a Web Lock until the worker ends; resolves once it is held. */
  holdLock(name: string): Promise<void>;
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
   * before anything is allocated. `states`: with the copy by which they are kept, if it fits. Rejects with `cancelled`
   * when a newer call arrives before this one is planned.
   */
  planMemory(config: RunConfig, options: { states: boolean }): Promise<Result<RecipePlan>>;
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
  /**
   * A recipe's RL stage as the files of a folder for a cluster, the same as `export-recipe` writes. Errors: `input` for
   * a recipe that has no counterpart there.
   */
  exportRecipe(config: RunConfig, engine: Engine): Promise<Result<SavedFile[]>>;
  /** Reads a token dump of another trainer, in place of the one that was open. A newer call rejects this one. */
  openDump(file: PickedFile): Promise<Result<DumpFacts>>;
  /** Cancels `openDump` and `compareOnDump`, which reject with `cancelled`. */
  cancelDump(): Promise<void>;
  /** Strategies on the tokens of a step of the open dump. A newer call rejects this one with `cancelled`. */
  compareOnDump(step: number, strategies: StrategyConfig[]): Promise<Result<DumpComparison>>;
  /** Responses of the step that was compared last, under its first strategy; `count` up to 50. */
  dumpRollouts(step: number, order: DumpOrder, first: number, count: number): Promise<Result<DumpRollouts>>;
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
  /**
   * Starts a race; resolves once all lanes are on the GPU. A paused run stays, but cannot resume while the race trains.
   * Errors: `input`; `memory` when the lanes do not fit together.
   */
  startRace(race: Race, options: RaceOptions): Promise<Result<void>>;
  /** Pauses after the current step of one lane. */
  pauseRace(): Promise<void>;
  /** With `oneStep`, pauses again once every lane has made its next step. Errors: `input` while other work trains. */
  resumeRace(options: { oneStep: boolean }): Promise<Result<void>>;
  /** Cancels a start, or ends the race between two steps. */
  stopRace(): Promise<void>;
  /** All records of the run so far as the text of a metrics.jsonl. */
  exportMetrics(): Promise<Result<string>>;
  /** The run so far as a recording, a packed file (docs/recordings.md). Errors: `input` when it is too long. */
  exportRecording(): Promise<Result<Blob>>;
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
