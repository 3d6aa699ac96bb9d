/** The page's one run: started, paused, stepped and stopped; sends a bounded frame on every change. */
import { StudioError } from '../errors.ts';
import type { CompileProgress } from '../gpu/gpu-scope.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import type { Phase } from '../run/step-record.ts';
import type { RunPlanner } from '../session/run-planner.ts';
import { RunSession } from '../session/session.ts';
import type { Device } from './device.ts';
import { errorView } from './error-view.ts';
import { FrameBuilder } from './frame-builder.ts';
import type { ErrorView, RunStatus, StartOptions, WorkerEvent } from './protocol.ts';
import { RECORDED_TOKENS } from './token-views.ts';

/** Minimum interval between two frames, ms: at most 10 per second. */
const FRAME_MS = 100;

export interface Run {
  /** The page's name for the run, under which its records are sent. */
  name: string | undefined;
  session: RunSession;
  frames: FrameBuilder;
  abort: AbortController;
  state: RunStatus;
  activity: string;
  /** Pauses after the next step. */
  oneStep: boolean;
  /** Resolves when a paused run resumes. */
  wake: (() => void) | undefined;
  /** Resolves when the loop has ended. */
  done: Promise<void>;
}

export interface TransportParts {
  device: Device;
  planner: RunPlanner;
  send: (event: WorkerEvent) => void;
  /** A sweep uses the GPU: no run starts or resumes meanwhile. */
  sweeping: () => boolean;
  /** The run's weights are about to change. */
  moving: () => void;
  /** The run is about to be released: users of its weights must stop. */
  ending: () => Promise<void>;
}

export class RunTransport {
  private run: Run | undefined;
  /** Cancels a start that is still compiling and loading. */
  private preparing: AbortController | undefined;
  /** Work that uses the weights of the paused run. */
  private held: { abort: AbortController; done: Promise<unknown> } | undefined;
  private lastFrame = 0;
  private frameTimer: ReturnType<typeof setTimeout> | undefined;
  private compiling: CompileProgress | undefined;
  private progressTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: TransportParts) {}

  /** @throws StudioError as `RunSession.create`; `cancelled` when it is stopped before it has started */
  async start(config: RunConfig, options: StartOptions): Promise<void> {
    this.assertNoSweep();
    await this.end();
    const preparing = new AbortController();
    this.preparing = preparing;
    const checked = parseRunConfig(config, 'recipe');
    const { gpu, tuner } = await this.parts.device.open();
    const { signal } = preparing;
    const planned = await this.parts.planner.plan(gpu, checked, { freeze: true, signal });
    const session = await RunSession.open(gpu, tuner, planned, undefined, {
      signal,
      onCompile: (progress) => this.showCompiling(progress),
    }).finally(() => this.quietProgress());
    this.preparing = undefined;
    const run: Run = {
      name: options.run,
      session,
      frames: new FrameBuilder(),
      abort: new AbortController(),
      state: options.paused ? 'paused' : 'running',
      activity: '',
      oneStep: false,
      wake: undefined,
      done: Promise.resolve(),
    };
    this.run = run;
    this.sendFrame();
    run.done = this.loop(run);
  }

  private async loop(run: Run): Promise<void> {
    try {
      for (;;) {
        if (run.state === 'paused') await new Promise<void>((resolve) => (run.wake = resolve));
        run.abort.signal.throwIfAborted();
        const step = await run.session.next({
          signal: run.abort.signal,
          recordTokens: RECORDED_TOKENS,
          freeze: true,
          onActivity: (activity) => this.say(run, activity),
        });
        if (!step) break;
        run.frames.add(step, run.session.tokenizer);
        if (run.name !== undefined) this.parts.send({ type: 'run-records', run: run.name, records: step.records });
        // An evaluation before the first step does not count as a requested step.
        const made = step.records.some(({ phase }) => phase !== 'evaluation');
        if ((run.oneStep && made) || run.state === 'pausing') {
          run.oneStep = false;
          run.state = 'paused';
          run.activity = '';
        }
        this.scheduleFrame();
      }
      run.state = 'finished';
      this.sendEnd(run);
    } catch (error) {
      const stopped = run.abort.signal.aborted;
      run.state = stopped ? 'stopped' : 'failed';
      if (!stopped) this.parts.send({ type: 'failed', error: errorView(error) });
      this.sendEnd(run, stopped ? undefined : errorView(error));
    }
    run.activity = '';
    this.sendFrame();
  }

  private sendEnd({ name, state }: Run, error?: ErrorView): void {
    if (name !== undefined && (state === 'finished' || state === 'stopped' || state === 'failed'))
      this.parts.send({ type: 'run-end', run: name, state, ...(error && { error }) });
  }

  pause(): void {
    if (this.run?.state === 'running') this.run.state = 'pausing';
    this.scheduleFrame();
  }

  /** Resumes once a query that uses the run has ended. */
  async resume({ oneStep }: { oneStep: boolean }): Promise<void> {
    await this.cancelQuery(new StudioError('cancelled', 'The run was resumed.'));
    const { run } = this;
    if (this.parts.sweeping() || (run?.state !== 'paused' && run?.state !== 'pausing')) return;
    this.parts.moving();
    run.state = 'running';
    run.oneStep = oneStep;
    run.wake?.();
    run.wake = undefined;
    this.scheduleFrame();
  }

  async stop(): Promise<void> {
    this.preparing?.abort(new StudioError('cancelled', 'The run was stopped before it began.'));
    const { run } = this;
    if (!run) return;
    run.abort.abort(new StudioError('cancelled', 'The run was stopped.'));
    run.wake?.();
    await run.done;
  }

  private async end(): Promise<void> {
    await this.stop();
    await this.cancelQuery(new StudioError('cancelled', 'The run has ended.'));
    if (this.run) await this.parts.ending();
    this.run?.session.destroy();
    this.run = undefined;
  }

  /** The device was lost, and the run's buffers with it. */
  lost(): void {
    if (this.run) this.run.state = 'failed';
  }

  get active(): boolean {
    return this.run?.state === 'running' || this.run?.state === 'pausing';
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
    this.assertNoSweep();
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
    const done = work(run, abort.signal);
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

  private assertNoSweep(): void {
    if (this.parts.sweeping())
      throw new StudioError('input', 'A comparison is using the GPU.', 'Stop it on the Compare page first.');
  }

  /** Shows the activity within a step, or on a paused run. */
  say(run: Run, activity: string): void {
    run.activity = activity;
    this.scheduleFrame();
  }

  /** Sends a frame now, or when the last one is FRAME_MS old. */
  private scheduleFrame(): void {
    this.frameTimer ??= setTimeout(() => this.sendFrame(), Math.max(0, this.lastFrame + FRAME_MS - performance.now()));
  }

  /** Sends how many kernels are compiled, at most as often as frames; when a stage begins, as the run's activity. */
  private showCompiling(progress: CompileProgress): void {
    const { run } = this;
    if (run && !this.preparing) {
      const { compiled, requested, label } = progress;
      this.say(run, compiled < requested ? `compiling kernels: ${compiled} of ${requested} (${label})` : '');
      return;
    }
    this.compiling = progress;
    this.progressTimer ??= setTimeout(
      () => this.sendProgress(),
      Math.max(0, this.lastFrame + FRAME_MS - performance.now()),
    );
  }

  private sendProgress(): void {
    this.progressTimer = undefined;
    this.lastFrame = performance.now();
    if (this.compiling) this.parts.send({ type: 'preparing', progress: this.compiling });
  }

  private quietProgress(): void {
    clearTimeout(this.progressTimer);
    this.progressTimer = undefined;
    this.compiling = undefined;
  }

  private sendFrame(): void {
    clearTimeout(this.frameTimer);
    this.frameTimer = undefined;
    const { run } = this;
    if (!run) return;
    this.lastFrame = performance.now();
    const { state, activity } = run;
    this.parts.send({ type: 'frame', frame: run.frames.frame({ state, activity, ...placeOf(run) }) });
  }
}

/** Progress of a run: the current phase (the last one when complete) and its steps. */
function placeOf({ session }: Run): { phase: Phase; step: number; steps: number } {
  const phase = session.phase ?? (session.config.rl ? 'rl' : session.config.sft ? 'sft' : 'evaluation');
  const steps = phase === 'evaluation' ? 0 : (session.config[phase]?.steps ?? 0);
  return { phase, step: session.phase ? session.step : steps, steps };
}
