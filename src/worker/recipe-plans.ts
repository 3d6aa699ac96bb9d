/** Memory plans of a recipe while it is edited: of several pending edits only the newest is planned. */
import { StudioError } from '../errors.ts';
import { parseRunConfig, type RunConfig } from '../run/config.ts';
import { planWithStates } from '../session/state-capture.ts';
import type { RunPlanner } from '../session/run-planner.ts';
import type { RecipePlan } from '../views/memory.ts';
import type { Device } from './device.ts';

export class RecipePlans {
  private newest: AbortController | undefined;

  constructor(
    private readonly device: Pick<Device, 'open'>,
    private readonly planner: Pick<RunPlanner, 'plan'>,
  ) {}

  /** @throws StudioError as `RunPlanner.plan`; `cancelled` when a newer edit has arrived */
  async plan(config: RunConfig, { states }: { states: boolean }): Promise<RecipePlan> {
    this.newest?.abort(new StudioError('cancelled', 'A newer edit of the recipe is planned instead.'));
    const abort = new AbortController();
    this.newest = abort;
    // Edits waiting in the worker's message queue are received first.
    await new Promise((resolve) => setTimeout(resolve));
    abort.signal.throwIfAborted();
    const { gpu } = await this.device.open();
    const run = await this.planner.plan(gpu, parseRunConfig(config, 'recipe'), {
      freeze: true,
      signal: abort.signal,
    });
    const { task, examples, memory } = run;
    const { view } = examples ?? {};
    const { plan } = states ? planWithStates(gpu.device, memory) : memory;
    return { ...plan, ...(task.notes.length > 0 && { notes: task.notes }), ...(view && { sft: view }) };
  }
}
