/** The modules behind the worker's protocol, one per subject, and what connects them. */
import { HUGGING_FACE } from '../checkpoint/hub-address.ts';
import type { TunerStore } from '../gpu/tuner.ts';
import type { RunConfig } from '../run/config.ts';
import { RunPlanner } from '../session/run-planner.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { POLICY, START } from '../views/playground.ts';
import { DataDesk } from './data-desk.ts';
import { Device } from './device.ts';
import { DumpDesk } from './dump-desk.ts';
import { errorView } from './error-view.ts';
import { EvaluationJob } from './evaluation-job.ts';
import type { WorkerEvent } from './events.ts';
import { GpuUse } from './gpu-use.ts';
import { HubModels } from './hub-models.ts';
import { KeptPolicies } from './kept-policies.ts';
import { ModelLibrary } from './model-library.ts';
import { PausedRunQueries } from './paused-run-queries.ts';
import { Playground } from './playground.ts';
import { RaceJob } from './race-job.ts';
import { RecipeExport } from './recipe-export.ts';
import { RecipePlans } from './recipe-plans.ts';
import { RewardBench } from './reward-bench.ts';
import { RolloutDesk } from './rollout-desk.ts';
import { RolloutStore } from './rollout-store.ts';
import { RunTransport } from './run-transport.ts';
import { StateDesk } from './state-desk.ts';
import { StateStore } from './state-store.ts';
import { StrategyInspector } from './strategy-inspector.ts';
import { SweepJob } from './sweep-job.ts';

export interface StudioOptions {
  provider: GPU | undefined;
  modelsAddress: string;
  /** Where kernel choices are stored. */
  choices: TunerStore | undefined;
  hubAddress?: string | undefined;
  /** Opens the browser's own file system. */
  files?: (() => Promise<FileSystemDirectoryHandle>) | undefined;
}

export class StudioParts {
  readonly device: Device;
  readonly library: ModelLibrary;
  readonly hub: HubModels;
  readonly data: DataDesk;
  readonly plans: RecipePlans;
  readonly strategies: StrategyInspector;
  readonly dumps: DumpDesk;
  readonly recipes: RecipeExport;
  readonly use: GpuUse;
  readonly sweep: SweepJob;
  readonly race: RaceJob;
  readonly transport: RunTransport;
  readonly queries: PausedRunQueries;
  readonly playground: Playground;
  readonly policies: KeptPolicies;
  readonly bench: RewardBench;
  readonly evaluation: EvaluationJob;
  readonly rollouts: RolloutDesk;
  readonly states: StateDesk;
  private readonly planner: RunPlanner;

  /** @param send its promise, if it returns one, settles once the page has handled the event */
  constructor(options: StudioOptions, send: (event: WorkerEvent) => unknown) {
    const { provider, modelsAddress, choices, hubAddress = HUGGING_FACE } = options;
    this.device = new Device(provider, choices, {
      onLost: (error) => {
        this.transport.lost(error);
        this.race.lost(error);
        this.playground.lost();
        send({ type: 'device-lost', error: errorView(error) });
      },
      onStalled: (stalled) => send({ type: 'compiling-stalled', stalled }),
    });
    const { files = () => navigator.storage.getDirectory() } = options;
    this.hub = new HubModels(hubAddress, files, (download) => send({ type: 'download', download }));
    this.library = new ModelLibrary(modelsAddress, (id) => this.hub.cache.source(id), {
      list: () => this.states.models(),
      source: (id) => this.states.source(id),
    });
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
    this.recipes = new RecipeExport(this.library, sources);
    this.plans = new RecipePlans(this.device, this.planner);
    // A device of its own: curves would wait in the queue of a run's steps, which take seconds on slow adapters. Should
    // it be lost, its next use opens another.
    const inspecting = new Device(provider, undefined);
    this.strategies = new StrategyInspector(inspecting);
    this.dumps = new DumpDesk(inspecting, (progress) => send({ type: 'dump-progress', ...progress }));
    this.sweep = new SweepJob(this.device, this.library, send, sources);
    const rollouts = new RolloutStore();
    const states = new StateStore(files);
    this.states = new StateDesk({
      store: states,
      sources,
      checkpoint: (id) => this.library.get(id),
      held: () => this.transport.name,
      stop: (run) => this.transport.forgetStates(run),
      forget: (id) => this.forget(id),
      otherBytes: async () => {
        const sum = (all: readonly { bytes: number }[]) => all.reduce((total, { bytes }) => total + bytes, 0);
        return {
          rollouts: sum((await rollouts.list().catch(() => ({ rows: [] }))).rows),
          models: sum(await this.hub.cache.list().catch(() => [])),
        };
      },
    });
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
      states,
      send,
      use,
      checkRewards,
      moving: () => this.playground.leaveRun(),
      replacing: (run, discard, used) => this.policies.keep(run, discard, used),
      ending: () => this.playground.forget(POLICY, START),
    });
    this.policies = new KeptPolicies({
      library: this.library,
      send,
      forget: (id) => this.forget(id),
      keptState: (run) => this.states.newestModel(run).catch(() => undefined),
    });
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

  /** Removes a model from the list, and everything that was made from it. */
  async forget(id: string): Promise<void> {
    await this.playground.forget(id);
    await this.evaluation.forget(id);
    this.library.forget(id);
    this.planner.forget(id);
    this.bench.forget(id);
  }
}
