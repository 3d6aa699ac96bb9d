/**
 * The worker's side of the page: one GPU, a library of checkpoints, and at most one run or comparison at a time. Each
 * subject has its own module; this one composes them into the protocol and turns errors into data.
 */
import { HUGGING_FACE } from '../checkpoint/hub-address.ts';
import { StudioError } from '../errors.ts';
import type { TunerStore } from '../gpu/tuner.ts';
import type { Race } from '../compare/race.ts';
import type { Sweep } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import type { RunConfig } from '../run/config.ts';
import { POLICY, START, type PlaygroundRequest } from '../views/playground.ts';
import type { EvaluationRequest } from '../views/evaluation.ts';
import type { DataSetView, SummaryRequest, TokenRequest } from '../views/data.ts';
import type { BenchItem } from '../views/reward-bench.ts';
import type { RolloutQuery, RolloutTarget, RowWindow } from '../views/rollouts.ts';
import type { CurvePoint } from '../views/strategy-views.ts';
import { RunPlanner } from '../session/run-planner.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { BuiltInStrategy, CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import { DataDesk } from './data-desk.ts';
import { Device } from './device.ts';
import { EvaluationJob } from './evaluation-job.ts';
import { answer, errorView } from './error-view.ts';
import { KeptPolicies } from './kept-policies.ts';
import { GpuUse } from './gpu-use.ts';
import { HubModels } from './hub-models.ts';
import { ModelLibrary } from './model-library.ts';
import { Playground } from './playground.ts';
import type { RaceOptions } from '../views/race.ts';
import type { AdapterView, StartOptions } from '../views/run-view.ts';
import type { PickedFile } from '../views/models.ts';
import type { Precision } from '../model/weights/precision.ts';
import type { Result } from '../views/result.ts';
import type { WorkerApi } from './protocol.ts';
import type { WorkerEvent } from './events.ts';
import { RaceJob } from './race-job.ts';
import { RewardBench } from './reward-bench.ts';
import { RecipePlans } from './recipe-plans.ts';
import { RolloutDesk } from './rollout-desk.ts';
import { RolloutStore } from './rollout-store.ts';
import { StrategyInspector } from './strategy-inspector.ts';
import { PausedRunQueries } from './paused-run-queries.ts';
import { RunTransport } from './run-transport.ts';
import { SweepJob } from './sweep-job.ts';

export class Studio implements WorkerApi {
  private readonly device: Device;
  private readonly library: ModelLibrary;
  private readonly hub: HubModels;
  private readonly data: DataDesk;
  private readonly planner: RunPlanner;
  private readonly plans: RecipePlans;
  private readonly strategies: StrategyInspector;
  private readonly use: GpuUse;
  private readonly sweep: SweepJob;
  private readonly race: RaceJob;
  private readonly transport: RunTransport;
  private readonly queries: PausedRunQueries;
  private readonly playground: Playground;
  private readonly policies: KeptPolicies;
  private readonly bench: RewardBench;
  private readonly evaluation: EvaluationJob;
  private readonly rollouts: RolloutDesk;
  private listener: (event: WorkerEvent) => void = () => undefined;

  constructor(
    provider: GPU | undefined,
    modelsAddress: string,
    /** Where kernel choices are stored. */
    choices: TunerStore | undefined,
    hubAddress: string = HUGGING_FACE,
  ) {
    const send = (event: WorkerEvent) => this.listener(event);
    this.device = new Device(provider, choices, (error) => {
      this.transport.lost(error);
      this.race.lost(error);
      this.playground.lost();
      send({ type: 'device-lost', error: errorView(error) });
    });
    const files = () => navigator.storage.getDirectory();
    this.hub = new HubModels(hubAddress, files, (download) => send({ type: 'download', download }));
    this.library = new ModelLibrary(modelsAddress, (id) => this.hub.cache.source(id));
    this.data = new DataDesk({
      files,
      models: this.library,
      includedAddress: new URL('../data/', modelsAddress).href,
      hubAddress,
      send,
      changed: () => this.planner.forgetData(),
    });
    const sources = { createTask: this.data.createTask, loadTokenizer };
    this.planner = new RunPlanner((id) => this.library.get(id), sources);
    this.bench = new RewardBench(this.library);
    this.plans = new RecipePlans(this.device, this.planner);
    // A device of its own: curves would wait in the queue of a run's steps, which take seconds on slow adapters. Should
    // it be lost, its next use opens another.
    this.strategies = new StrategyInspector(new Device(provider, undefined, () => undefined));
    this.sweep = new SweepJob(this.device, this.library, send, sources);
    const rollouts = new RolloutStore();
    this.rollouts = new RolloutDesk(rollouts, () => this.transport.rollouts);
    const use = new GpuUse({
      run: () => this.transport.active,
      sweep: () => this.sweep.running,
      race: () => this.race.running,
    });
    this.use = use;
    const checkRewards = (config: RunConfig) => this.bench.check(config);
    this.race = new RaceJob({
      device: this.device,
      planner: () => new RunPlanner((id) => this.library.get(id), sources),
      use,
      send,
      checkRewards,
    });
    this.transport = new RunTransport({
      device: this.device,
      planner: this.planner,
      rollouts,
      send,
      use,
      checkRewards,
      moving: () => this.playground.leaveRun(),
      replacing: (run, discard, used) => this.policies.keep(run, discard, used),
      ending: () => this.playground.forget(POLICY, START),
    });
    this.policies = new KeptPolicies(this.library, send, (id) => this.forget(id));
    this.queries = new PausedRunQueries(this.transport, this.device);
    this.playground = new Playground({
      device: this.device,
      library: this.library,
      transport: this.transport,
      send,
      use,
    });
    this.evaluation = new EvaluationJob({
      device: this.device,
      library: this.library,
      transport: this.transport,
      sources,
      use,
      send,
    });
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  open(): Promise<Result<AdapterView>> {
    return answer(async () => {
      const { adapter, device } = (await this.device.open()).gpu;
      return { ...adapter, halfPrecision: device.features.has('shader-f16') };
    });
  }

  subscribe(listener: (event: WorkerEvent) => void): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }

  listModels() {
    return answer(() => this.library.list());
  }

  addCheckpoint(files: PickedFile[], base?: string) {
    return answer(() => this.library.add(files, base));
  }

  restorePolicy(files: PickedFile[]) {
    return answer(async () => {
      const model = { ...(await this.library.add(files)), trained: true as const };
      this.policies.restored(model.id);
      return model;
    });
  }

  planMemory(config: RunConfig) {
    return answer(async () => {
      const plan = await this.plans.plan(config);
      await this.bench.check(config);
      return plan;
    });
  }

  removeCheckpoint(id: string) {
    return answer(() => this.forget(id));
  }

  /** Removes a model from the list, and everything that was made from it. */
  private async forget(id: string): Promise<void> {
    await this.playground.forget(id);
    await this.evaluation.forget(id);
    this.library.forget(id);
    this.planner.forget(id);
    this.bench.forget(id);
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
    return answer(async () => {
      await this.forget(id);
      await this.hub.cache.delete(id.slice('hub:'.length));
    });
  }

  listData() {
    return answer(() => this.data.list());
  }

  addData(files: PickedFile[]): Promise<Result<DataSetView>[]> {
    return this.data.add(files);
  }

  removeData(id: string) {
    return answer(() => this.data.remove(id));
  }

  listHubData(repository: string, revision: string) {
    return answer(() => this.data.hub.list(repository, revision));
  }

  downloadData(repository: string, revision: string, path: string) {
    return answer(() => this.data.download(repository, revision, path));
  }

  summarizeData(request: SummaryRequest) {
    return answer(() => this.data.summarize(request));
  }

  previewTokens(request: TokenRequest) {
    return answer(() => this.data.preview(request));
  }

  measureTokens(request: TokenRequest) {
    return answer(() => this.data.measure(request));
  }

  cancelData(): Promise<void> {
    this.data.cancel();
    return Promise.resolve();
  }

  start(config: RunConfig, options: StartOptions) {
    return answer(() => this.transport.start(config, options));
  }

  pause(): Promise<void> {
    this.transport.pause();
    return Promise.resolve();
  }

  resume(options: { oneStep: boolean }): Promise<void> {
    return this.transport.resume(options);
  }

  stop(): Promise<void> {
    return this.transport.stop();
  }

  heldRun(): Promise<string | undefined> {
    return Promise.resolve(this.transport.name);
  }

  curves(requests: { strategy: StrategyConfig; points: CurvePoint[] }[]) {
    return answer(() => this.strategies.curves(requests));
  }

  strategySource(name: BuiltInStrategy) {
    return answer(() => Promise.resolve(this.strategies.source(name)));
  }

  checkStrategy(strategy: CustomStrategyConfig) {
    return answer(() => this.strategies.check(strategy));
  }

  whatIf(strategies: StrategyConfig[]) {
    return answer(() => this.queries.whatIf(strategies));
  }

  cancelWhatIf(): Promise<void> {
    return this.transport.cancelQuery(new StudioError('cancelled', 'The comparison was cancelled.'));
  }

  profileStep() {
    return answer(() => {
      // Only the run's own work must be profiled.
      this.playground.stop();
      return this.queries.profile();
    });
  }

  startSweep(sweep: Sweep, done: RunRecords[]) {
    return answer(() => {
      this.use.assertFree('sweep');
      return this.sweep.start(sweep, done);
    });
  }

  stopSweep(): Promise<void> {
    return this.sweep.stop();
  }

  startRace(race: Race, options: RaceOptions) {
    return answer(() => this.race.start(race, options));
  }

  pauseRace(): Promise<void> {
    this.race.pause();
    return Promise.resolve();
  }

  resumeRace(options: { oneStep: boolean }) {
    return answer(() => Promise.resolve(this.race.resume(options)));
  }

  stopRace(): Promise<void> {
    return this.race.stop();
  }

  exportCheckpoint(precision: Precision) {
    return answer(() => this.queries.checkpoint(precision));
  }

  exportAdapter(precision: Precision) {
    return answer(() => this.queries.adapter(precision));
  }

  exportMetrics() {
    return answer(() => Promise.resolve(this.queries.metricsText));
  }

  generate(prompt: string, options: { temperature: number; maxTokens: number; seed: number }) {
    return answer(() => this.queries.generate(prompt, options));
  }

  openModel(id: string) {
    return answer(() => this.playground.open(id));
  }

  respond(column: number, request: PlaygroundRequest) {
    return answer(() => this.playground.respond(column, request));
  }

  stopResponses(): Promise<void> {
    this.playground.stop();
    return Promise.resolve();
  }

  evaluate(request: EvaluationRequest) {
    return answer(() => this.evaluation.run(request));
  }

  cancelEvaluation(): Promise<void> {
    this.evaluation.cancel();
    return Promise.resolve();
  }

  gradeResponses(task: RunConfig['task'], model: RunConfig['model'], items: BenchItem[]) {
    return answer(() => this.bench.grade(task, model, items));
  }

  listRollouts() {
    return answer(() => this.rollouts.list());
  }

  openRollouts(run: string) {
    return answer(() => this.rollouts.open(run));
  }

  findRollouts(run: string, query: RolloutQuery, window: RowWindow) {
    return answer(() => this.rollouts.find(run, query, window));
  }

  rolloutRows(run: string, items: number[], text: string) {
    return answer(() => this.rollouts.rows(run, items, text));
  }

  readRollout(run: string, id: number, text: string) {
    return answer(() => this.rollouts.response(run, id, text));
  }

  exportRollouts(run: string, query: RolloutQuery, name: string) {
    return answer(() => this.rollouts.export(run, query, name));
  }

  rolloutFile(run: string, step: number) {
    return answer(() => this.rollouts.file(run, step));
  }

  importRollouts(files: PickedFile[], runs: RolloutTarget[]) {
    return answer(() => this.rollouts.import(files, runs));
  }

  compareText(models: string[], tokens: number[]) {
    return answer(() => this.playground.compare(models, tokens));
  }
}
