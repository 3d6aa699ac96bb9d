/** The page's one run: started, paused, stepped and stopped; sends a bounded frame on every change. */
import { unlessAborted } from '../gpu/unless-aborted.ts';
import { StudioError } from '../errors.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import { NumericalFault } from '../objective/numerical-fault.ts';
import type { RunConfig } from '../run/config.ts';
import type { SessionStep } from '../session/session-parts.ts';
import { RunSession } from '../session/session.ts';
import { planWithStates } from '../session/state-capture.ts';
import { errorView } from './error-view.ts';
import { PreparationReport } from './preparation-report.ts';
import type { RolloutRecorder } from './rollout-recorder.ts';
import type { GpuUse } from './gpu-use.ts';
import { Paced } from './paced.ts';
import type { RolloutStore } from './rollout-store.ts';
import type { ErrorView } from '../views/result.ts';
import type { StartOptions } from '../views/run-view.ts';
import type { ResumeOptions } from '../views/states.ts';
import type { WorkerEvent } from './events.ts';
import { resumedPast, type ResumedPast } from './resumed-run.ts';
import { plannedRun, type CheckParts } from './run-checks.ts';
import { frameOf, newRun, type Run } from './run.ts';
import type { StateStore } from './state-store.ts';
import { RECORDED_TOKENS } from '../rollouts/token-views.ts';

export interface TransportParts extends CheckParts {
  rollouts: RolloutStore;
  states: StateStore;
  /** Its promise, if it returns one, settles once the page has handled the event. */
  send: (event: WorkerEvent) => unknown;
  /** While other work trains, no run starts or resumes. */
  use: GpuUse;
  /** The run's weights are about to change. */
  moving: () => void;
  /** A run is about to be replaced: keeps its policy. @param used the checkpoint of the new run */
  replacing: (run: Run, discard: boolean, used: string | undefined) => Promise<void>;
  /** The run is about to be released: users of its weights must stop. */
  ending: () => Promise<void>;
}

export class RunTransport {
  private run: Run | undefined;
  /** Cancels a start that is still compiling and loading. */
  private preparing: AbortController | undefined;
  /** Work that uses the weights of the paused run. */
  private held: { abort: AbortController; done: Promise<unknown> } | undefined;
  private readonly frames = new Paced(() => this.sendFrame());

  constructor(private readonly parts: TransportParts) {}

  /**
   * Replaces the run that is held, which stays until the new one is checked and planned.
   *
   * @throws StudioError as `RunSession.create`; `cancelled` when it is stopped before it has started
   */
  start(config: RunConfig, options: StartOptions): Promise<void> {
    return this.prepare((signal, report) => this.replace(config, options, undefined, signal, report));
  }

  /**
   * As `start`, for a run that resumes from a kept state, with the records of one that was never interrupted.
   *
   * @param state undefined for the newest
   * @throws StudioError `input` without such a state, or if it is damaged
   */
  resumeFrom(name: string, state: string | undefined, options: ResumeOptions): Promise<ResumedPast> {
    return this.prepare(async (signal, report) => {
      const past = resumedPast(await this.parts.states.read(name, state), options.steps);
      await this.replace(past.config, { ...options, run: name }, past, signal, report);
      return past;
    });
  }

  private async prepare<T>(work: (signal: AbortSignal, report: PreparationReport) => Promise<T>): Promise<T> {
    this.parts.use.assertFree('run');
    this.preparing?.abort(new StudioError('cancelled', 'Another run was started.'));
    const preparing = new AbortController();
    this.preparing = preparing;
    const report = new PreparationReport((progress) => this.parts.send({ type: 'preparing', progress }));
    try {
      report.stage('checking');
      await this.halt();
      return await work(preparing.signal, report);
    } catch (error) {
      throw preparing.signal.aborted ? error : await this.parts.device.causeOf(error);
    } finally {
      report.close();
      if (this.preparing === preparing) this.preparing = undefined;
    }
  }

  private async replace(
    config: RunConfig,
    options: StartOptions,
    past: ResumedPast | undefined,
    signal: AbortSignal,
    report: PreparationReport,
  ): Promise<void> {
    const { run: name, stateEvery = 0 } = options;
    const release =
      name === undefined || (stateEvery <= 0 && !past) ? () => undefined : await this.parts.states.locks.own(name);
    try {
      const { gpu, tuner, plan } = await unlessAborted(plannedRun(this.parts, config, signal, report), signal);
      if (this.run) await this.parts.replacing(this.run, options.discard ?? false, checkpointOf(config));
      signal.throwIfAborted();
      await this.end();
      report.stage('loading');
      const memory = stateEvery > 0 ? planWithStates(gpu.device, plan.memory) : { ...plan.memory, beside: false };
      const session = await RunSession.open(gpu, tuner, { ...plan, memory }, past?.snapshot, {
        signal,
        onCompile: (progress) => this.showCompiling(progress, report),
      });
      const parts = { ...this.parts, changed: () => this.frames.soon() };
      const run = await newRun(session, memory, options, parts, { past, release });
      if (signal.aborted) run.destroy();
      signal.throwIfAborted();
      this.run = run;
      this.frames.now();
      this.run.done = this.loop(this.run);
    } catch (error) {
      release();
      throw error;
    }
  }

  private async loop(run: Run): Promise<void> {
    const { signal } = run.abort;
    try {
      for (;;) {
        if (run.state === 'paused') await new Promise<void>((resolve) => (run.wake = resolve));
        signal.throwIfAborted();
        await run.states?.leaveRest();
        const step = await run.session.next({
          signal,
          recordTokens: run.rollouts?.recordTokens(run.session.step + 1, RECORDED_TOKENS) ?? RECORDED_TOKENS,
          freeze: true,
          onActivity: (activity) => this.say(run, activity),
          onUpdating: (updating) => (run.updating = updating),
        });
        if (!step) break;
        run.frames.add(step, run.session.tokenizer);
        if (step.rl) await run.rollouts?.add(step.rl, run.session.tokenizer);
        this.sendResults(run, step);
        run.states?.after(run.session, step);
        // An evaluation before the first step does not count as a requested step.
        const made = step.records.some(({ phase }) => phase !== 'evaluation');
        if (!signal.aborted && ((run.oneStep && made) || run.state === 'pausing')) {
          run.oneStep = false;
          run.state = 'paused';
          run.activity = '';
          run.states?.rest(run.session);
        }
        this.frames.soon();
      }
      run.state = 'finished';
      run.states?.rest(run.session);
      this.sendEnd(run);
    } catch (error) {
      const stopped = signal.aborted && error === signal.reason;
      const failure = run.lost ?? (stopped ? undefined : await this.parts.device.causeOf(error));
      run.state = failure === undefined ? 'stopped' : 'failed';
      if (failure === undefined) run.states?.rest(run.session);
      if (failure instanceof NumericalFault)
        run.states?.fail(run.session, failure.line, await run.frames.metricsText());
      // A lost device is reported by itself.
      if (failure !== undefined && !run.lost) this.parts.send({ type: 'failed', error: errorView(failure) });
      this.sendEnd(run, failure === undefined ? undefined : errorView(failure));
    }
    run.activity = '';
    run.updating = false;
    this.frames.now();
    await run.rollouts?.settled();
    await run.states?.settled();
  }

  /** What the page stores of a step. */
  private sendResults(run: Run, { records, stage }: SessionStep): void {
    if (stage) run.stages.push(stage);
    if (run.name === undefined) return;
    if (records.length > 0) this.parts.send({ type: 'run-records', run: run.name, records });
    const report = stage && run.session.report(run.stages);
    if (report) this.parts.send({ type: 'run-report', run: run.name, report });
  }

  private sendEnd({ name, state }: Run, error?: ErrorView): void {
    if (name !== undefined && (state === 'finished' || state === 'stopped' || state === 'failed'))
      this.parts.send({ type: 'run-end', run: name, state, ...(error && { error }) });
  }

  pause(): void {
    if (this.run?.state === 'running') this.run.state = 'pausing';
    this.frames.soon();
  }

  /** Resumes once a query that uses the run has ended. */
  async resume({ oneStep }: { oneStep: boolean }): Promise<void> {
    await this.cancelQuery(new StudioError('cancelled', 'The run was resumed.'));
    const { run } = this;
    if (!run || !this.parts.use.isFree('run') || this.preparing) return;
    const { state } = run;
    if (state !== 'paused' && state !== 'pausing' && state !== 'stopped') return;
    this.parts.moving();
    run.state = 'running';
    run.oneStep = oneStep;
    if (state === 'stopped') {
      run.abort = new AbortController();
      if (run.name !== undefined) this.parts.send({ type: 'run-resumed', run: run.name });
      run.done = this.loop(run);
    }
    run.wake?.();
    run.wake = undefined;
    this.frames.soon();
  }

  /** Cancels a start, or stops the run and waits until it has stopped. */
  async stop(): Promise<void> {
    this.preparing?.abort(new StudioError('cancelled', 'The run was stopped before it began.'));
    await this.halt();
  }

  private async halt(): Promise<void> {
    const { run } = this;
    if (!run) return;
    if (run.state === 'running' || run.state === 'pausing') {
      run.state = 'stopping';
      this.frames.now();
    }
    run.abort.abort(new StudioError('cancelled', 'The run was stopped.'));
    run.wake?.();
    await run.done;
  }

  private async end(): Promise<void> {
    await this.halt();
    await this.cancelQuery(new StudioError('cancelled', 'The run has ended.'));
    if (this.run) await this.parts.ending();
    this.run?.destroy();
    this.run = undefined;
  }

  /** The device was lost, and the run's buffers with it. */
  lost(error: StudioError): void {
    const { run } = this;
    if (!run) return;
    run.lost = error;
    run.state = 'failed';
    run.abort.abort(error);
    run.wake?.();
  }

  /** The page's name of the run. */
  get name(): string | undefined {
    return this.run?.name;
  }

  /** Keeps the run's rollouts. */
  get rollouts(): RolloutRecorder | undefined {
    return this.run?.rollouts;
  }

  /** The run's kept states are deleted: it keeps none any more. */
  forgetStates(name: string): void {
    if (this.run?.name === name) this.run.states?.stop();
  }

  get active(): boolean {
    const state = this.run?.state;
    return state === 'running' || state === 'pausing' || state === 'stopping';
  }

  /** @throws StudioError `input` when there is none */
  any(): Run {
    if (!this.run) throw new StudioError('input', 'No run has been started.', 'Start a run first.');
    return this.run;
  }

  /** The run between two steps. @throws StudioError `input` when there is none or the GPU is busy, `device-lost` */
  pausedRun(): Run {
    const run = this.any();
    if (this.active) throw new StudioError('input', 'The run is training.', 'Pause it first.');
    this.parts.use.assertFree('run');
    if (this.held)
      throw new StudioError('input', 'Another query is using the paused run.', 'Wait until it is done, or cancel it.');
    run.session.model.gpu.checkAlive();
    return run;
  }

  /**
   * Runs work that temporarily replaces a paused run's weights: nothing else reads them meanwhile, and the run resumes
   * or ends only after they are restored.
   *
   * @throws StudioError as `pausedRun`, or as the work
   */
  async hold<T>(work: (run: Run, signal: AbortSignal) => Promise<T>): Promise<T> {
    const run = this.pausedRun();
    this.parts.moving();
    const abort = new AbortController();
    // A state that is being kept is that of the run.
    const done = (run.states?.settled() ?? Promise.resolve()).then(() => work(run, abort.signal));
    this.held = { abort, done };
    try {
      return await done;
    } finally {
      this.held = undefined;
      this.say(run, '');
    }
  }

  /** Cancels the work that uses the paused run. */
  async cancelQuery(reason: StudioError): Promise<void> {
    this.held?.abort.abort(reason);
    await this.held?.done.catch(() => undefined);
  }

  /** Shows the activity within a step, or on a paused run. */
  say(run: Run, activity: string): void {
    run.activity = activity;
    this.frames.soon();
  }

  /** Shows compile progress of a start; of a later stage, as the run's activity. */
  private showCompiling(progress: CompileProgress, report: PreparationReport): void {
    const { compiled, requested, label } = progress;
    if (!this.run) report.compiling(progress);
    else this.say(this.run, compiled < requested ? `compiling kernels: ${compiled} of ${requested} (${label})` : '');
  }

  private sendFrame(): unknown {
    return this.run && this.parts.send({ type: 'frame', frame: frameOf(this.run) });
  }
}

const checkpointOf = ({ model }: RunConfig): string | undefined =>
  'checkpoint' in model ? model.checkpoint : undefined;
