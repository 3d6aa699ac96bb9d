/** The worker's side of the page: one GPU, a library of checkpoints, and at most one run at a time. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { HUGGING_FACE } from '../checkpoint/hub-address.ts';
import { StudioError } from '../errors.ts';
import { openGpu, type Gpu } from '../gpu/device.ts';
import { Tuner, type TunerStore } from '../gpu/tuner.ts';
import { Generator } from '../model/generator.ts';
import { parseSweep, type Sweep } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/summary.ts';
import { assertRuleWorks, checkCustomRule, ruleCurve } from '../rl/curves.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import type { Curve, CurvePoint } from '../run/rule-views.ts';
import { ruleOf, type CustomStrategyConfig, type Rule, type StrategyConfig } from '../run/strategies.ts';
import { planMemory } from '../session/memory-plan.ts';
import { RunSession } from '../session/session.ts';
import { startingOutline } from '../session/starting-point.ts';
import { runSweep } from '../session/sweep.ts';
import { trainedCheckpoint } from '../session/trained-checkpoint.ts';
import { answer, errorView } from './error-view.ts';
import { FrameBuilder } from './frame-builder.ts';
import { HubModels } from './hub-models.ts';
import { ModelLibrary } from './model-library.ts';
import type { AdapterView, ErrorView, PickedFile, Result, RunState, WorkerApi, WorkerEvent } from './protocol.ts';
import { RECORDED_TOKENS } from './token-views.ts';

/** Least time between two frames: 10 a second. */
const FRAME_MS = 100;

interface Run {
  session: RunSession;
  checkpoint: Checkpoint | undefined;
  frames: FrameBuilder;
  abort: AbortController;
  state: RunState;
  activity: string;
  /** Pauses after the next step. */
  oneStep: boolean;
  /** Resolves when a paused run goes on. */
  wake: (() => void) | undefined;
  /** Resolves when the loop has ended. */
  done: Promise<void>;
}

export class Studio implements WorkerApi {
  private gpu: Gpu | undefined;
  private tuner: Tuner | undefined;
  private readonly library: ModelLibrary;
  private readonly hub: HubModels;
  private listener: (event: WorkerEvent) => void = () => undefined;
  private run: Run | undefined;
  /** Cancels a start that is still compiling and loading. */
  private preparing: AbortController | undefined;
  private sweep: { abort: AbortController; done: Promise<void> } | undefined;
  private asking: AbortController | undefined;
  private lastFrame = 0;
  private frameTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly provider: GPU | undefined,
    modelsAddress: string,
    /** Where kernel choices are remembered. */
    private readonly choices: TunerStore | undefined,
    hubAddress: string = HUGGING_FACE,
  ) {
    this.hub = new HubModels(hubAddress, () => navigator.storage.getDirectory(), (download) => this.listener({ type: 'download', download }));
    this.library = new ModelLibrary(modelsAddress, (id) => this.hub.cache.source(id));
  }

  open(): Promise<Result<AdapterView>> {
    return answer(async () => {
      const { adapter } = await this.openGpu();
      return { ...adapter };
    });
  }

  private async openGpu(): Promise<Gpu> {
    if (this.gpu) return this.gpu;
    const gpu = await openGpu(this.provider);
    gpu.onLost((error) => {
      // The next run opens the device anew.
      this.gpu = undefined;
      if (this.run) this.run.state = 'failed';
      this.listener({ type: 'device-lost', error: errorView(error) });
    });
    this.gpu = gpu;
    this.tuner = new Tuner(gpu, this.choices);
    return gpu;
  }

  subscribe(listener: (event: WorkerEvent) => void): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }

  listModels() {
    return answer(() => this.library.list());
  }

  addCheckpoint(files: PickedFile[]) {
    return answer(() => this.library.add(files));
  }

  planMemory(config: RunConfig) {
    return answer(async () => {
      const checked = parseRunConfig(config, 'recipe');
      const checkpoint = 'checkpoint' in checked.model ? await this.library.get(checked.model.checkpoint) : undefined;
      return (await planMemory(await this.openGpu(), checked, await startingOutline(checked, checkpoint), { freeze: true })).plan;
    });
  }

  removeCheckpoint(id: string) {
    return answer(() => Promise.resolve(this.library.forget(id)));
  }

  downloadModel(name: string, revision: string) {
    return answer(async () => this.library.view(await this.hub.download(name, revision)));
  }

  cancelDownload(): Promise<void> {
    this.hub.cancel();
    return Promise.resolve();
  }

  listCached() {
    return answer(() => this.hub.list((id) => this.library.view(id)));
  }

  deleteCached(id: string) {
    return answer(() => {
      this.library.forget(id);
      return this.hub.cache.delete(id.slice('hub:'.length));
    });
  }

  start(config: RunConfig, options: { paused: boolean }): Promise<Result<void>> {
    return answer(async () => {
      if (this.sweep) throw new StudioError('input', 'A comparison is running on this GPU.', 'Stop it on the Compare page first.');
      await this.endRun();
      const preparing = new AbortController();
      this.preparing = preparing;
      const checked = parseRunConfig(config, 'recipe');
      const checkpoint = 'checkpoint' in checked.model ? await this.library.get(checked.model.checkpoint) : undefined;
      const gpu = await this.openGpu();
      const session = await RunSession.create({ gpu, tuner: this.tuner as Tuner, config: checked, checkpoint, freeze: true });
      if (preparing.signal.aborted) {
        session.destroy();
        throw new StudioError('cancelled', 'The run was stopped before it began.');
      }
      this.preparing = undefined;
      const run: Run = { session, checkpoint, frames: new FrameBuilder(), abort: new AbortController(), state: options.paused ? 'paused' : 'running', activity: '', oneStep: false, wake: undefined, done: Promise.resolve() };
      this.run = run;
      this.sendFrame();
      run.done = this.loop(run);
    });
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
          onActivity: (activity) => {
            run.activity = activity;
            this.scheduleFrame();
          },
        });
        if (!step) break;
        run.frames.add(step, run.session.tokenizer);
        // An evaluation before the first step is no step that a person asked for.
        const made = step.records.some(({ phase }) => phase !== 'evaluation');
        if ((run.oneStep && made) || run.state === 'pausing') {
          run.oneStep = false;
          run.state = 'paused';
          run.activity = '';
        }
        this.scheduleFrame();
      }
      run.state = 'finished';
    } catch (error) {
      const stopped = run.abort.signal.aborted;
      run.state = stopped ? 'stopped' : 'failed';
      if (!stopped) this.listener({ type: 'failed', error: errorView(error) });
    }
    run.activity = '';
    this.sendFrame();
  }

  pause(): Promise<void> {
    if (this.run?.state === 'running') this.run.state = 'pausing';
    this.scheduleFrame();
    return Promise.resolve();
  }

  resume({ oneStep }: { oneStep: boolean }): Promise<void> {
    const { run } = this;
    if (!this.sweep && (run?.state === 'paused' || run?.state === 'pausing')) {
      run.state = 'running';
      run.oneStep = oneStep;
      run.wake?.();
      run.wake = undefined;
      this.scheduleFrame();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.preparing?.abort();
    const { run } = this;
    if (!run) return;
    run.abort.abort(new StudioError('cancelled', 'The run was stopped.'));
    run.wake?.();
    await run.done;
  }

  private async endRun(): Promise<void> {
    await this.stop();
    this.run?.session.destroy();
    this.run = undefined;
  }

  curves(requests: { strategy: StrategyConfig; points: CurvePoint[] }[]) {
    return answer(async () => {
      const gpu = await this.openGpu();
      const curves: Curve[] = [];
      for (const { strategy, points } of requests) curves.push(await this.curve(gpu, ruleOf(strategy), points));
      return curves;
    });
  }

  private async curve(gpu: Gpu, rule: Rule, points: CurvePoint[]): Promise<Curve> {
    try {
      await this.assertOnce(gpu, rule);
    } catch (error) {
      const { message } = errorView(error);
      return { answers: [], problem: message };
    }
    return { answers: await ruleCurve(gpu, rule, points) };
  }

  /** Custom rules that were found to work on this GPU: dragging a handle asks for a curve many times a second. */
  private readonly working = new Set<string>();

  private async assertOnce(gpu: Gpu, rule: Rule): Promise<void> {
    const key = JSON.stringify([rule.source, rule.parameters]);
    if (this.working.has(key)) return;
    await assertRuleWorks(gpu, rule);
    if (this.working.size > 200) this.working.clear();
    this.working.add(key);
  }

  checkRule(strategy: CustomStrategyConfig) {
    return answer(async () => checkCustomRule(await this.openGpu(), ruleOf(strategy)));
  }

  whatIf(strategies: StrategyConfig[]) {
    return answer(async () => {
      const run = this.atRest();
      const asking = new AbortController();
      this.asking = asking;
      try {
        return await run.session.whatIf(strategies, {
          signal: asking.signal,
          onActivity: (activity) => {
            run.activity = activity;
            this.scheduleFrame();
          },
        });
      } finally {
        this.asking = undefined;
        run.activity = '';
        this.scheduleFrame();
      }
    });
  }

  cancelWhatIf(): Promise<void> {
    this.asking?.abort(new StudioError('cancelled', 'The comparison was cancelled.'));
    return Promise.resolve();
  }

  startSweep(given: Sweep, done: RunRecords[]): Promise<Result<void>> {
    return answer(async () => {
      if (this.sweep) throw new StudioError('input', 'A comparison is running already.', 'Stop it first.');
      if (this.run?.state === 'running' || this.run?.state === 'pausing') throw new StudioError('input', 'A run is going on.', 'Pause or stop it first.');
      const sweep = parseSweep(given, 'the comparison');
      const checkpoint = 'checkpoint' in sweep.base.model ? await this.library.get(sweep.base.model.checkpoint) : undefined;
      const gpu = await this.openGpu();
      for (const { strategy } of sweep.strategies) await assertRuleWorks(gpu, ruleOf(strategy));
      const abort = new AbortController();
      const work = runSweep({ gpu, tuner: this.tuner as Tuner, sweep, checkpoint }, {
        signal: abort.signal,
        done,
        onRun: ({ label, seed }) => this.listener({ type: 'sweep-run', label, seed }),
        onRecord: ({ label, seed }, record) => this.listener({ type: 'sweep-records', label, seed, records: [record] }),
        onRunEnd: ({ label, seed }, { error }) => this.listener({ type: 'sweep-run-end', label, seed, ...(error !== undefined && { error }) }),
      });
      this.sweep = {
        abort,
        done: work.then(
          () => this.endSweep(),
          (error: unknown) => this.endSweep(abort.signal.aborted ? undefined : errorView(error)),
        ),
      };
    });
  }

  private endSweep(error?: ErrorView): void {
    this.sweep = undefined;
    this.listener({ type: 'sweep-end', ...(error && { error }) });
  }

  async stopSweep(): Promise<void> {
    this.sweep?.abort.abort(new StudioError('cancelled', 'The comparison was stopped.'));
    await this.sweep?.done;
  }

  exportCheckpoint() {
    return answer(async () => {
      const run = this.atRest();
      return checkpointFiles(await trainedCheckpoint(run.session, run.checkpoint)).map(({ path, data }) => ({ path, data: new Uint8Array(data) }));
    });
  }

  exportMetrics() {
    return answer(() => Promise.resolve(this.anyRun().frames.metricsText));
  }

  generate(prompt: string, options: { temperature: number; maxTokens: number; seed: number }) {
    return answer(async () => {
      const { session } = this.atRest();
      const { tokenizer, model } = session;
      const tokens = tokenizer.encode(prompt);
      if (tokens.length === 0) throw new StudioError('input', 'The prompt is empty.', 'Write a problem, for example 12+34=.');
      const room = model.config.maxPositions - tokens.length;
      if (room < 1) throw new StudioError('input', `The prompt has ${tokens.length} tokens, the model ${model.config.maxPositions} positions.`, 'Shorten it.');
      const generator = await Generator.create(model, this.tuner as Tuner, { sequences: 1, promptTokens: tokens.length, responseTokens: Math.min(room, options.maxTokens) });
      try {
        const [drawn] = await generator.generate([tokens], { temperature: options.temperature, topK: 0, topP: 1, seed: options.seed, maxTokens: options.maxTokens, endToken: tokenizer.endToken });
        if (!drawn) throw new Error('one prompt has one answer');
        return { response: tokenizer.decode(drawn.tokens), probabilities: drawn.logprobs.map(Math.exp), tokens: drawn.tokens.map((token) => tokenizer.tokenText(token)) };
      } finally {
        generator.destroy();
      }
    });
  }

  private anyRun(): Run {
    if (!this.run) throw new StudioError('input', 'There is no run yet.', 'Start one first.');
    return this.run;
  }

  private atRest(): Run {
    const run = this.anyRun();
    if (run.state === 'running' || run.state === 'pausing') throw new StudioError('input', 'The run is going on.', 'Pause it first.');
    if (this.sweep) throw new StudioError('input', 'A comparison is running on this GPU.', 'Stop it on the Compare page first.');
    this.gpu?.checkAlive();
    return run;
  }

  /** Sends a frame now, or when the last one is FRAME_MS old. */
  private scheduleFrame(): void {
    this.frameTimer ??= setTimeout(() => this.sendFrame(), Math.max(0, this.lastFrame + FRAME_MS - performance.now()));
  }

  private sendFrame(): void {
    clearTimeout(this.frameTimer);
    this.frameTimer = undefined;
    const { run } = this;
    if (!run) return;
    this.lastFrame = performance.now();
    const { session, state, activity } = run;
    const phase = session.phase ?? (session.config.rl ? 'rl' : session.config.sft ? 'sft' : 'evaluation');
    const steps = phase === 'evaluation' ? 0 : (session.config[phase]?.steps ?? 0);
    const step = session.phase ? session.step : steps;
    this.listener({ type: 'frame', frame: run.frames.frame({ state, phase, step, steps, activity }) });
  }
}
