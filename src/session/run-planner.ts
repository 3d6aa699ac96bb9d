/**
 * Plans runs, reusing the last resolution and the last memory plan when a new config differs in nothing that they
 * depend on: edits of a recipe, its start, the runs of a sweep.
 */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { atField } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { RunConfig } from '../run/config.ts';
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

export interface RunPlanOptions {
  /** Steps will use `freeze`, so its memory is included in the plan. */
  freeze?: boolean;
  signal?: AbortSignal;
}

export class RunPlanner {
  private resolved: { key: string; run: ResolvedRun } | undefined;
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
   * @throws StudioError as `resolveRun` and `planRun`; the signal's reason, before the next stage
   */
  plan(gpu: Gpu, config: RunConfig, { freeze = false, signal }: RunPlanOptions = {}): Promise<PlannedRun> {
    const plan = this.last.then(async () => {
      signal?.throwIfAborted();
      const run = await this.resolve(config);
      signal?.throwIfAborted();
      return { ...run, memory: await this.memoryOf(gpu, run, freeze) };
    });
    this.last = plan.catch(() => undefined);
    return plan;
  }

  /** A checkpoint's files may change, so none of its data is reused. */
  forget(id: string): void {
    const model = this.resolved?.run.config.model;
    if (!model || !('checkpoint' in model) || model.checkpoint !== id) return;
    this.resolved = undefined;
    this.planned = undefined;
  }

  /** Files of data may have changed. */
  forgetData(): void {
    const config = this.resolved?.run.config;
    if (config?.task.name === 'dataset' || config?.sft?.sources) this.resolved = undefined;
  }

  private async resolve(config: RunConfig): Promise<ResolvedRun> {
    const key = resolutionKey(config);
    if (this.resolved?.key === key) return withConfig(this.resolved.run, config);
    const { model } = config;
    const checkpoint =
      'checkpoint' in model ? await atField('model.checkpoint', () => this.checkpoint(model.checkpoint)) : undefined;
    const run = await resolveRun(config, checkpoint, this.sources);
    this.resolved = { key, run };
    return run;
  }

  private memoryOf(gpu: Gpu, run: ResolvedRun, freeze: boolean): Promise<PlannedMemory> {
    const key = JSON.stringify([freeze, memoryKey(run.config)]);
    if (this.planned?.key !== key || this.planned.gpu !== gpu)
      this.planned = { key, gpu, memory: planRun(gpu, run, { freeze }).then(({ memory }) => memory) };
    return this.planned.memory;
  }
}
