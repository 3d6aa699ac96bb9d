/**
 * Plans runs, reusing the last resolution and the last memory plan when a new config differs in nothing that they
 * depend on: edits of a recipe, its start, the runs of a sweep.
 */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { atField } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { RunConfig } from '../run/config.ts';
import type { TaskOptions } from '../tasks/task-sources.ts';
import { planRun, type PlannedRun } from './memory-fitting.ts';
import { memoryKey, type PlannedMemory } from './memory-plan.ts';
import {
  resolutionKey,
  resolveRun,
  RUN_SOURCES,
  withConfig,
  type ResolvedRun,
  type RunSources,
} from './resolved-run.ts';
import { SharedJob } from './shared-job.ts';

export interface RunPlanOptions {
  /** Steps will use `freeze`, so its memory is included in the plan. */
  freeze?: boolean;
  /** False for a run whose weights nobody needs once it has failed. */
  keepGood?: boolean;
  signal?: AbortSignal | undefined;
  /** Called while a file of data is read and measured. */
  onProgress?: TaskOptions['onProgress'];
}

export class RunPlanner {
  private readonly resolving = new SharedJob<ResolvedRun>();
  private resolved: RunConfig | undefined;
  /** A refusal is cached like a plan: finding changes that would fit takes longest. */
  private planned: { key: string; gpu: Gpu; memory: Promise<PlannedMemory> } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @param checkpoint opens the checkpoint that `model.checkpoint` names */
  constructor(
    private readonly checkpoint: (id: string) => Promise<ModelCheckpoint>,
    private readonly sources: RunSources = RUN_SOURCES,
  ) {}

  /**
   * @param config checked
   * @throws StudioError as `resolveRun` and `planRun`; the signal's reason: at once while it resolves, then before
   *   memory is planned
   */
  async plan(
    gpu: Gpu,
    config: RunConfig,
    { freeze = false, keepGood = true, ...options }: RunPlanOptions = {},
  ): Promise<PlannedRun> {
    const run = await this.resolve(config, options);
    const memory = this.last.then(() => {
      options.signal?.throwIfAborted();
      return this.memoryOf(gpu, run, { freeze, keepGood });
    });
    this.last = memory.catch(() => undefined);
    return { ...run, memory: await memory };
  }

  /** A checkpoint's files may change, so none of its data is reused. */
  forget(id: string): void {
    const model = this.resolved?.model;
    if (!model || !('checkpoint' in model) || model.checkpoint !== id) return;
    this.resolving.forget();
    this.planned = undefined;
  }

  /** Files of data may have changed. */
  forgetData(): void {
    if (this.resolved?.task.name === 'dataset' || this.resolved?.sft?.sources) this.resolving.forget();
  }

  private async resolve(config: RunConfig, options: TaskOptions): Promise<ResolvedRun> {
    this.resolved = config;
    const run = await this.resolving.run(resolutionKey(config), options, async (shared) => {
      const { model } = config;
      const checkpoint =
        'checkpoint' in model ? await atField('model.checkpoint', () => this.checkpoint(model.checkpoint)) : undefined;
      return resolveRun(config, checkpoint, this.sources, shared);
    });
    return withConfig(run, config);
  }

  private memoryOf(
    gpu: Gpu,
    run: ResolvedRun,
    options: Required<Pick<RunPlanOptions, 'freeze' | 'keepGood'>>,
  ): Promise<PlannedMemory> {
    const key = JSON.stringify([options, memoryKey(run.config)]);
    if (this.planned?.key !== key || this.planned.gpu !== gpu)
      this.planned = { key, gpu, memory: planRun(gpu, run, options).then(({ memory }) => memory) };
    return this.planned.memory;
  }
}
