/**
 * The worker's side of the page: one GPU, a library of checkpoints, and at most one run or comparison at a time. Each
 * subject has its own module (`StudioParts`); this one is the protocol, with errors as data.
 */
import { StudioError } from '../errors.ts';
import type { TunerStore } from '../gpu/tuner.ts';
import type { Race } from '../compare/race.ts';
import type { Engine } from '../cluster/engines.ts';
import type { Sweep } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import type { RunConfig } from '../run/config.ts';
import type { PlaygroundRequest } from '../views/playground.ts';
import type { EvaluationRequest } from '../views/evaluation.ts';
import type { DataSetView, SummaryRequest, TokenRequest } from '../views/data.ts';
import type { DumpOrder } from '../views/dump.ts';
import type { BenchItem } from '../views/reward-bench.ts';
import type { RolloutQuery, RolloutTarget, RowWindow } from '../views/rollouts.ts';
import type { CurvePoint } from '../views/strategy-views.ts';
import type { BuiltInStrategy, CustomStrategyConfig, StrategyConfig } from '../run/strategies/strategy-config.ts';
import { answer } from './error-view.ts';
import type { RaceOptions } from '../views/race.ts';
import type { AdapterView, StartOptions } from '../views/run-view.ts';
import type { PickedFile } from '../views/models.ts';
import type { Precision } from '../model/weights/precision.ts';
import type { ResumedRun, ResumeOptions } from '../views/states.ts';
import type { Result } from '../views/result.ts';
import type { WorkerApi } from './protocol.ts';
import type { WorkerEvent } from './events.ts';
import { StudioParts, type StudioOptions } from './studio-parts.ts';

export class Studio implements WorkerApi {
  private readonly parts: StudioParts;
  /** Of a page, its calls resolve once the page has handled the event. */
  private listener: (event: WorkerEvent) => unknown = () => undefined;

  constructor(
    provider: GPU | undefined,
    modelsAddress: string,
    choices: TunerStore | undefined,
    { hubAddress, files }: Pick<StudioOptions, 'hubAddress' | 'files'> = {},
  ) {
    this.parts = new StudioParts({ provider, modelsAddress, choices, hubAddress, files }, (event) =>
      this.listener(event),
    );
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  holdLock(name: string): Promise<void> {
    return new Promise((held) => {
      void navigator.locks.request(name, () => {
        held();
        return new Promise<never>(() => undefined);
      });
    });
  }

  open(): Promise<Result<AdapterView>> {
    return answer(async () => {
      const { adapter, device } = (await this.parts.device.open()).gpu;
      return { ...adapter, halfPrecision: device.features.has('shader-f16') };
    });
  }

  subscribe(listener: (event: WorkerEvent) => unknown): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }

  listModels() {
    return answer(() => this.parts.library.list());
  }

  addCheckpoint(files: PickedFile[], base?: string) {
    return answer(() => this.parts.library.add(files, base));
  }

  restorePolicy(files: PickedFile[]) {
    return answer(async () => {
      const model = { ...(await this.parts.library.add(files)), trained: true as const };
      this.parts.policies.restored(model.id);
      return model;
    });
  }

  planMemory(config: RunConfig, options: { states: boolean }) {
    return answer(async () => {
      const plan = await this.parts.plans.plan(config, options);
      await this.parts.bench.check(config);
      return plan;
    });
  }

  removeCheckpoint(id: string) {
    return answer(() => this.parts.forget(id));
  }

  downloadModel(name: string, revision: string) {
    return answer(async () => this.parts.library.view(await this.parts.hub.download(name, revision)));
  }

  cancelDownload(): Promise<void> {
    this.parts.hub.cancel();
    return Promise.resolve();
  }

  listCached() {
    return answer(() => this.parts.hub.list((id) => this.parts.library.view(id)));
  }

  deleteCached(id: string) {
    return answer(async () => {
      await this.parts.forget(id);
      await this.parts.hub.cache.delete(id.slice('hub:'.length));
    });
  }

  listData() {
    return answer(() => this.parts.data.list());
  }

  addData(files: PickedFile[]): Promise<Result<DataSetView>[]> {
    return this.parts.data.add(files);
  }

  removeData(id: string) {
    return answer(() => this.parts.data.remove(id));
  }

  listHubData(repository: string, revision: string) {
    return answer(() => this.parts.data.hub.list(repository, revision));
  }

  downloadData(repository: string, revision: string, path: string) {
    return answer(() => this.parts.data.download(repository, revision, path));
  }

  summarizeData(request: SummaryRequest) {
    return answer(() => this.parts.data.summarize(request));
  }

  previewTokens(request: TokenRequest) {
    return answer(() => this.parts.data.preview(request));
  }

  measureTokens(request: TokenRequest) {
    return answer(() => this.parts.data.measure(request));
  }

  cancelData(): Promise<void> {
    this.parts.data.cancel();
    return Promise.resolve();
  }

  start(config: RunConfig, options: StartOptions) {
    return answer(() => this.parts.transport.start(config, options));
  }

  resumeRun(run: string, state: string | undefined, options: ResumeOptions) {
    return answer(async (): Promise<ResumedRun> => {
      const { config, records, from } = await this.parts.transport.resumeFrom(run, state, options);
      return { config, records: records.length, from: from.state.id };
    });
  }

  pause(): Promise<void> {
    this.parts.transport.pause();
    return Promise.resolve();
  }

  resume(options: { oneStep: boolean }): Promise<void> {
    return this.parts.transport.resume(options);
  }

  stop(): Promise<void> {
    return this.parts.transport.stop();
  }

  heldRun(): Promise<string | undefined> {
    return Promise.resolve(this.parts.transport.name);
  }

  curves(requests: { strategy: StrategyConfig; points: CurvePoint[] }[]) {
    return answer(() => this.parts.strategies.curves(requests));
  }

  strategySource(name: BuiltInStrategy) {
    return answer(() => Promise.resolve(this.parts.strategies.source(name)));
  }

  checkStrategy(strategy: CustomStrategyConfig) {
    return answer(() => this.parts.strategies.check(strategy));
  }

  whatIf(strategies: StrategyConfig[]) {
    return answer(() => this.parts.queries.whatIf(strategies));
  }

  exportRecipe(config: RunConfig, engine: Engine) {
    return answer(() => this.parts.recipes.files(config, engine));
  }

  openDump(file: PickedFile) {
    return answer(() => this.parts.dumps.open(file));
  }

  cancelDump(): Promise<void> {
    this.parts.dumps.cancel();
    return Promise.resolve();
  }

  compareOnDump(step: number, strategies: StrategyConfig[]) {
    return answer(() => this.parts.dumps.compare(step, strategies));
  }

  dumpRollouts(step: number, order: DumpOrder, first: number, count: number) {
    return answer(async () => this.parts.dumps.rollouts(step, order, first, count));
  }

  cancelWhatIf(): Promise<void> {
    return this.parts.transport.cancelQuery(new StudioError('cancelled', 'The comparison was cancelled.'));
  }

  profileStep() {
    return answer(() => {
      // Only the run's own work must be profiled.
      this.parts.playground.stop();
      return this.parts.queries.profile();
    });
  }

  startSweep(sweep: Sweep, done: RunRecords[]) {
    return answer(() => {
      this.parts.use.assertFree('sweep');
      return this.parts.sweep.start(sweep, done);
    });
  }

  stopSweep(): Promise<void> {
    return this.parts.sweep.stop();
  }

  startRace(race: Race, options: RaceOptions) {
    return answer(() => this.parts.race.start(race, options));
  }

  pauseRace(): Promise<void> {
    this.parts.race.pause();
    return Promise.resolve();
  }

  resumeRace(options: { oneStep: boolean }) {
    return answer(() => Promise.resolve(this.parts.race.resume(options)));
  }

  stopRace(): Promise<void> {
    return this.parts.race.stop();
  }

  exportCheckpoint(precision: Precision) {
    return answer(() => this.parts.queries.checkpoint(precision));
  }

  exportAdapter(precision: Precision) {
    return answer(() => this.parts.queries.adapter(precision));
  }

  exportMetrics() {
    return answer(async () => this.parts.queries.metricsText());
  }

  exportRecording() {
    return answer(() => this.parts.queries.recording());
  }

  generate(prompt: string, options: { temperature: number; maxTokens: number; seed: number }) {
    return answer(() => this.parts.queries.generate(prompt, options));
  }

  openModel(id: string) {
    return answer(() => this.parts.playground.open(id));
  }

  respond(column: number, request: PlaygroundRequest) {
    return answer(() => this.parts.playground.respond(column, request));
  }

  stopResponses(): Promise<void> {
    this.parts.playground.stop();
    return Promise.resolve();
  }

  evaluate(request: EvaluationRequest) {
    return answer(() => this.parts.evaluation.run(request));
  }

  cancelEvaluation(): Promise<void> {
    this.parts.evaluation.cancel();
    return Promise.resolve();
  }

  gradeResponses(task: RunConfig['task'], model: RunConfig['model'], items: BenchItem[]) {
    return answer(() => this.parts.bench.grade(task, model, items));
  }

  listRollouts() {
    return answer(() => this.parts.rollouts.list());
  }

  openRollouts(run: string) {
    return answer(() => this.parts.rollouts.open(run));
  }

  findRollouts(run: string, query: RolloutQuery, window: RowWindow) {
    return answer(() => this.parts.rollouts.find(run, query, window));
  }

  rolloutRows(run: string, items: number[], text: string) {
    return answer(() => this.parts.rollouts.rows(run, items, text));
  }

  readRollout(run: string, id: number, text: string) {
    return answer(() => this.parts.rollouts.response(run, id, text));
  }

  exportRollouts(run: string, query: RolloutQuery, name: string) {
    return answer(() => this.parts.rollouts.export(run, query, name));
  }

  rolloutFile(run: string, step: number) {
    return answer(() => this.parts.rollouts.file(run, step));
  }

  importRollouts(files: PickedFile[], runs: RolloutTarget[]) {
    return answer(() => this.parts.rollouts.import(files, runs));
  }

  listStates() {
    return answer(() => this.parts.states.list());
  }

  pinState(run: string, state: string, pinned: boolean) {
    return answer(() => this.parts.states.pin(run, state, pinned));
  }

  deleteState(run: string, state: string) {
    return answer(() => this.parts.states.delete(run, state));
  }

  deleteStates(runs: string[]) {
    return answer(() => this.parts.states.deleteRuns(runs));
  }

  stateRecords(run: string, state: string | undefined, first: number) {
    return answer(() => this.parts.states.records(run, state, first));
  }

  exportState(run: string, state: string) {
    return answer(() => this.parts.states.export(run, state));
  }

  exportModel(id: string) {
    return answer(() => this.parts.library.files(id));
  }

  storageUse() {
    return answer(() => this.parts.states.storageUse());
  }

  compareText(models: string[], tokens: number[]) {
    return answer(() => this.parts.playground.compare(models, tokens));
  }
}
