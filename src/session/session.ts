/**
 * One run, from a RunConfig: SFT, then RL, with periodic held-out evaluation. The page's worker and the command line
 * both drive it one step at a time; between two steps it can be saved, and a run resumed from a saved state gives the
 * same metrics as an uninterrupted one.
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { GpuScope, type PrepareOptions } from '../gpu/gpu-scope.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { ModelConfig } from '../model/spec/model-config.ts';
import { Model } from '../model/model.ts';
import { ScratchArena } from '../model/scratch-arena.ts';
import type { RunConfig } from '../run/config.ts';
import type { MemoryPlan } from '../views/memory.ts';
import { runReport } from '../report/compute-report.ts';
import type { RunReport } from '../report/run-report.ts';
import type { StageAnswers } from '../report/stage-answers.ts';
import type { StepRecord } from '../run/step-record.ts';
import { NumericalFault } from '../objective/numerical-fault.ts';
import { RlTrainer, type RlStepOptions, type RlStepResult } from '../rl/trainer.ts';
import { whatIf, type WhatIfOptions } from '../analysis/what-if.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { StepProfile } from '../views/step-profile.ts';
import type { WhatIf } from '../views/what-if.ts';
import type { SftTrainer } from '../sft/trainer.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TaskGrader } from '../tasks/task-grader.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { Evaluator } from './evaluation.ts';
import { joinedRecord, validationRecord } from './held-out-record.ts';
import { outOfMemory } from './memory-advice.ts';
import { planRun, type PlannedRun } from './memory-fitting.ts';
import { ReportTaker } from './report-taker.ts';
import { profileTrainer, type ProfileOptions } from './step-profile.ts';
import { initialAdapter, initialWeights, resolveRun } from './resolved-run.ts';
import type { SessionOptions, SessionParts, SessionStep } from './session-parts.ts';
import { Stages } from './stages.ts';
import {
  DUE_WORK,
  liveState,
  readSnapshot,
  type LiveState,
  type TrainingPhase,
  type TrainingSnapshot,
} from './training-snapshot.ts';

export class RunSession {
  private records = 0;
  /** Work after the newest training step that is not done yet. */
  private readonly due = { evaluation: false, validation: false, report: false, nextStage: false, opening: false };
  /** The evaluation and the report's answers before training are done. */
  private began = false;
  /** Records returned before each of the newest steps. */
  private readonly recordsBefore = new Map<number, number>();
  /** A step failed, and the weights are not those of a good step. */
  private unsound = false;

  private constructor(
    readonly run: PlannedRun,
    readonly model: Model,
    private readonly tuner: Tuner,
    private readonly evaluator: Evaluator | undefined,
    private readonly reporter: ReportTaker | undefined,
    private readonly grader: TaskGrader,
    private readonly arena: ScratchArena,
    private readonly stages: Stages,
    private readonly scope: GpuScope,
    private readonly onCompile: PrepareOptions['onProgress'],
  ) {}

  /**
   * Resolves the config, plans its memory, and opens the run.
   *
   * @param state where to resume; undefined from the beginning
   * @throws StudioError `input` when config, task and checkpoint do not fit, `memory` (before anything is allocated),
   *   `unsupported`, `cancelled`; nothing stays allocated then
   */
  static async create(
    { gpu, tuner, config, checkpoint, sources, freeze = false, ...options }: SessionParts,
    state?: TrainingSnapshot,
  ): Promise<RunSession> {
    const planned = await planRun(gpu, await resolveRun(config, checkpoint, sources, { signal: options.signal }), {
      freeze,
    });
    return RunSession.open(gpu, tuner, planned, state, options);
  }

  /** As `create`, for a run already resolved and planned. */
  static async open(
    gpu: Gpu,
    tuner: Tuner,
    run: PlannedRun,
    state?: TrainingSnapshot,
    options: Pick<SessionParts, 'signal' | 'onCompile'> = {},
  ): Promise<RunSession> {
    const scope = new GpuScope(gpu);
    const { signal, onCompile: onProgress } = options;
    try {
      return await scope.prepare(() => RunSession.prepare(scope, tuner, run, state, onProgress), {
        signal,
        onProgress,
      });
    } catch (error) {
      scope.releaseAll();
      const { sft, rl } = run.config;
      throw outOfMemory(error, run.memory.plan, state?.phase ?? (sft ? 'sft' : rl ? 'rl' : 'evaluation'), run.config);
    }
  }

  private static async prepare(
    scope: GpuScope,
    tuner: Tuner,
    run: PlannedRun,
    state: TrainingSnapshot | undefined,
    onCompile: PrepareOptions['onProgress'],
  ): Promise<RunSession> {
    const { config, task, tokenizer, memory } = run;
    const model = await Model.load(scope, run.model, initialWeights(run), run.options, initialAdapter(run));
    const arena = await scope.guarded('the activations', () => new ScratchArena(scope, memory.arena));
    const grader = await task.createGrader();
    const parts = { model, tuner, task, grader, tokenizer, config, arena };
    const [evaluator, reporter] = [await Evaluator.create(parts), await ReportTaker.create(parts)];
    const stages = new Stages({ run, model, tuner, grader, arena });
    const session = new RunSession(run, model, tuner, evaluator, reporter, grader, arena, stages, scope, onCompile);
    if (state) {
      session.records = state.records;
      session.began = state.records > 0;
      await stages.restore(state);
      Object.assign(session.due, state.due);
    } else await stages.open();
    return session;
  }

  get config(): RunConfig {
    return this.run.config;
  }

  get task(): ModelTask {
    return this.run.task;
  }

  get tokenizer(): Tokenizer {
    return this.run.tokenizer;
  }

  get memoryPlan(): MemoryPlan {
    return this.run.memory.plan;
  }

  get modelConfig(): ModelConfig {
    return this.model.config;
  }

  /** The current stage; undefined when the run is complete. */
  get phase(): TrainingPhase | undefined {
    return this.stages.phase;
  }

  /** Completed steps of the current stage. */
  get step(): number {
    return this.stages.step;
  }

  /** Steps of the current stage. */
  get steps(): number {
    return this.stages.steps;
  }

  /** Steps of a stage; those of SFT may follow from its epochs. */
  stepsOf(phase: TrainingPhase): number {
    return this.stages.stepsOf(phase);
  }

  /** Completed steps over all stages. */
  get stepsMade(): number {
    return this.stages.stepsMade;
  }

  /**
   * Runs the next step: an evaluation before the first, then training steps, each followed by an evaluation if one is
   * due.
   *
   * After the signal fired, the next call resumes the run as if it had never been stopped: an evaluation, a rollout or
   * the opening of a stage is discarded and repeated; a step that has updated the weights is finished first.
   *
   * @returns undefined when the run is complete
   * @throws the signal's reason when nothing was completed; NumericalFault; StudioError `device-lost`
   */
  async next(options: SessionOptions = {}): Promise<SessionStep | undefined> {
    try {
      return await this.made(options);
    } catch (error) {
      throw outOfMemory(error, this.memoryPlan, this.phase ?? 'evaluation', this.config);
    }
  }

  private async made(options: SessionOptions): Promise<SessionStep | undefined> {
    options.signal?.throwIfAborted();
    const { stages } = this;
    if (!this.began) {
      const [evaluation, validation] = [this.evaluator !== undefined, stages.validating !== undefined];
      Object.assign(this.due, { evaluation, validation, report: this.reporter !== undefined });
      this.began = true;
    }
    const interrupted = await this.afterStep(options);
    if (interrupted.records.length > 0 || interrupted.stage) return this.counted(interrupted);
    options.signal?.throwIfAborted();
    const { trainer } = stages;
    if (!stages.phase || !trainer) return undefined;
    if (this.step > 0) await this.tuner.betweenSteps();
    const step = this.step + 1;
    const last = step >= this.steps;
    const isDue = (every: number | undefined) => last || step % (every ?? 1) === 0;
    const evaluating = this.evaluator !== undefined && isDue(this.config.evaluation?.every);
    const validating = stages.validating !== undefined && isDue(this.config.sft?.validation?.every);
    this.recordsBefore.set(step, this.records);
    this.recordsBefore.delete(step - 2);
    const made = await this.trained(trainer, step, {
      ...options,
      ahead: () => !evaluating && !this.tuner.measuresNext,
    });
    const { record, rl } = made;
    options.onUpdating?.(false);
    stages.step = step;
    const report = last && this.reporter !== undefined;
    Object.assign(this.due, { evaluation: evaluating, validation: validating, report, nextStage: last });
    const after = await this.afterStep(options).catch((error: unknown): SessionStep => {
      if (!comesAgain(error)) throw error;
      return { records: [] };
    });
    return this.counted({ ...after, records: [record, ...after.records], ...(rl && { rl }) });
  }

  /** One training step. @throws NumericalFault; the run is then at the step whose state was restored */
  private async trained(
    trainer: SftTrainer | RlTrainer,
    step: number,
    options: SessionOptions & Pick<RlStepOptions, 'ahead'>,
  ): Promise<{ record: StepRecord; rl?: RlStepResult }> {
    try {
      if (!(trainer instanceof RlTrainer)) return { record: await sftStep(trainer, step, options) };
      const rl = await trainer.step(step, { ...options, onFirstUpdate: () => options.onUpdating?.(true) });
      return { record: rl.record, rl };
    } catch (error) {
      if (!(error instanceof NumericalFault)) throw error;
      this.unsound = error.restored === undefined;
      this.stages.step = error.restored ?? this.stages.step;
      this.records = this.recordsBefore.get(this.stages.step + 1) ?? this.records;
      throw error;
    }
  }

  /** The evaluation and the change of stage after a training step; work that a stop interrupts stays due. */
  private async afterStep(options: SessionOptions): Promise<SessionStep> {
    const { due, stages } = this;
    const after: SessionStep = { records: [] };
    try {
      if (due.evaluation || due.validation) after.records.push(await this.evaluate(options, due));
      Object.assign(due, { evaluation: false, validation: false });
      if (due.report && this.reporter) after.stage = await this.reporter.take(this, options);
      due.report = false;
      if (due.nextStage) {
        this.recordsBefore.clear();
        stages.close();
        due.opening = stages.phase !== undefined;
      }
      due.nextStage = false;
      if (due.opening)
        await this.scope.prepare(() => stages.open(), { onProgress: this.onCompile, signal: options.signal });
      due.opening = false;
    } catch (error) {
      // The buffers of a stage whose opening was interrupted, or failed, are released.
      if (due.opening) stages.trainer = undefined;
      this.arena.keepOnly((buffer) => this.scope.holds(buffer));
      const completed = after.records.length > 0 || after.stage !== undefined;
      if (!options.signal?.aborted && !(completed && comesAgain(error))) throw error;
    }
    return after;
  }

  /** The report of the stages so far; undefined when the config has none. */
  report(stages: readonly StageAnswers[]): RunReport | undefined {
    return this.reporter && stages.length > 0 ? runReport(this.reporter.about, stages) : undefined;
  }

  /**
   * Compares strategies on the newest step's last minibatch (`freeze`); the run is unchanged.
   *
   * @throws StudioError `input` when there is no frozen minibatch, `cancelled`
   */
  async whatIf(strategies: readonly StrategyConfig[], options: WhatIfOptions = {}): Promise<WhatIf> {
    const { trainer: current, finished } = this.stages;
    const trainer = [current, finished].find((one) => one instanceof RlTrainer);
    if (!trainer)
      throw new StudioError('input', 'No RL step has been made.', 'Run at least one step of the RL stage first.');
    return whatIf(trainer, strategies, { budget: this.run.memory.plan.budget, ...options });
  }

  /**
   * Profiles the next step per kernel, with the tuner's choices and the memory plan; the run is unchanged.
   *
   * @throws StudioError `input` when there is no step to profile, `memory`, `cancelled`
   */
  async profile(options: ProfileOptions = {}): Promise<StepProfile> {
    const trainer = this.stages.trainer ?? this.stages.finished;
    if (!trainer)
      throw new StudioError(
        'input',
        'The run has no training step to profile.',
        'Start a run, and pause it before it ends.',
      );
    return {
      ...(await profileTrainer(trainer, this.step + 1, options)),
      choices: Object.fromEntries(this.tuner.choices),
      memory: this.memoryPlan,
    };
  }

  private counted(step: SessionStep): SessionStep {
    this.records += step.records.length;
    return step;
  }

  private async evaluate(
    { onActivity, signal }: SessionOptions,
    { evaluation, validation }: { evaluation: boolean; validation: boolean },
  ): Promise<StepRecord> {
    const { validating } = this.stages;
    const records: StepRecord[] = [];
    if (evaluation && this.evaluator) {
      onActivity?.('evaluating held-out accuracy');
      records.push(await this.evaluator.evaluate(this.stepsMade, signal));
    }
    if (validation && validating) {
      onActivity?.('measuring the validation loss');
      records.push(await validationRecord(validating, this.stepsMade, signal));
    }
    const [first, ...others] = records;
    if (!first) throw new Error('an evaluation that measures nothing');
    return joinedRecord(first, ...others);
  }

  /** Whether `save` may be called: no work after the newest step is left, and the weights are those of a good step. */
  get savable(): boolean {
    if (this.unsound) return false;
    if (this.records === 0) return true;
    const { evaluation, validation, report, opening } = this.due;
    return !evaluation && !validation && !report && !opening;
  }

  /** The state between two steps that were not interrupted; undefined when the run is complete. */
  async save(): Promise<TrainingSnapshot | undefined> {
    if (!this.savable)
      throw new Error('cannot save: a stop interrupted the evaluation or change of stage; call next() first');
    const state = this.phase && this.liveState;
    return state && readSnapshot(this.model, state);
  }

  /**
   * The state between two steps as it is on the GPU, also of a complete run, and where a stop interrupted work after
   * a step. Undefined while the next stage is not open, for a run that trains nothing, and after a failed step whose
   * weights are lost.
   */
  get liveState(): LiveState | undefined {
    const { stages, records, due } = this;
    const trainer = stages.trainer ?? (stages.phase ? undefined : stages.finished);
    if (!trainer || this.unsound) return undefined;
    const phase = trainer instanceof RlTrainer ? 'rl' : 'sft';
    const step = stages.trainer ? stages.step : stages.stepsOf(phase);
    const left = DUE_WORK.filter((work) => due[work]);
    return liveState(this.model, trainer, {
      phase,
      step,
      records,
      ...(left.length > 0 && { due: Object.fromEntries(left.map((work) => [work, true])) }),
    });
  }

  destroy(): void {
    this.stages.destroy();
    this.evaluator?.destroy();
    this.reporter?.destroy();
    this.grader.destroy();
    this.arena.destroy();
    this.model.destroy();
  }
}

/**
 * Whether an error after a completed step, such as a stage that has no room, is left to the next call of `next`, so
 * that what was completed is not lost with it. After the loss of the device, nothing more is completed.
 */
const comesAgain = (error: unknown): boolean => error instanceof StudioError && error.kind !== 'device-lost';

function sftStep(trainer: SftTrainer, step: number, { onActivity, onUpdating }: SessionOptions): Promise<StepRecord> {
  onActivity?.('update');
  onUpdating?.(true);
  return trainer.step(step);
}
