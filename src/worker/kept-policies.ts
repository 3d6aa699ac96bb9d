/**
 * Keeps the trained policy of a run that a new run replaces as a checkpoint of the library, which can be trained, used
 * in the Playground and exported: as the run's kept state, else in memory. Its files are then Blobs, which the page and
 * the worker share without a copy.
 */
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import { StudioError } from '../errors.ts';
import { trainedCheckpoint } from '../session/trained-checkpoint.ts';
import type { ModelLibrary } from './model-library.ts';
import { MAX_KEPT_POLICIES, MAX_KEPT_POLICY_BYTES } from '../views/run-view.ts';
import type { CheckpointView, PickedFile } from '../views/models.ts';
import type { WorkerEvent } from './events.ts';
import { policyStep, type Run } from './run.ts';

export class KeptPolicies {
  /** Ids in the library, oldest first. */
  private readonly ids: string[] = [];

  constructor(
    private readonly parts: {
      library: ModelLibrary;
      send: (event: WorkerEvent) => void;
      /** Releases a model that is about to leave the library. */
      forget: (id: string) => Promise<void>;
      /** The policy of a run's newest kept state. */
      keptState: (run: string) => Promise<CheckpointView | undefined>;
    },
  ) {}

  /**
   * Keeps the policy unless the run has made no training step, or its device was lost with the weights.
   *
   * @param discard the user has saved it or does not want it
   * @param used id of a model that must stay
   * @throws StudioError `input` for a policy that is too large to be kept and is not to be discarded
   */
  async keep(run: Run, discard: boolean, used: string | undefined): Promise<void> {
    const { session, lost, states, name: id } = run;
    if (discard || lost || session.stepsMade === 0) return;
    // In the browser's storage already.
    const kept = id !== undefined && states?.facts.behind === 0 ? await this.parts.keptState(id) : undefined;
    if (kept) {
      this.parts.send({ type: 'policy-kept', model: kept, files: [], dropped: [] });
      return;
    }
    const bytes = session.model.float32Bytes;
    if (bytes > MAX_KEPT_POLICY_BYTES)
      throw new StudioError(
        'input',
        `The trained policy of ${session.config.name} (${(bytes / 1e6).toFixed(0)} MB) would be lost.`,
        'Export its checkpoint, then start the new run and discard the policy.',
      );
    // A slash would begin a folder.
    const name = policyName(run).replaceAll('/', '-');
    const files = checkpointFiles(await trainedCheckpoint(session)).map(({ path, data }): PickedFile => {
      const [file = path] = path.split('/').slice(-1);
      return { path: `${name}/${path}`, file: new File([data], file) };
    });
    const model = { ...(await this.parts.library.add(files)), trained: true as const };
    this.ids.push(model.id);
    this.parts.send({ type: 'policy-kept', model, files, dropped: await this.dropOldest(used) });
  }

  /** Registers a kept policy again, after a restart of the worker. */
  restored(id: string): void {
    this.ids.push(id);
  }

  private async dropOldest(used: string | undefined): Promise<string[]> {
    const dropped: string[] = [];
    while (this.ids.length > MAX_KEPT_POLICIES) {
      const oldest = this.ids.findIndex((id) => id !== used);
      for (const id of this.ids.splice(oldest, 1)) {
        await this.parts.forget(id);
        dropped.push(id);
      }
    }
    return dropped;
  }
}

/** The name of a run's policy: its run and its step, for example `GPPO, addition, seed 7, step 16`. */
const policyName = (run: Run): string => `${run.session.config.name}, ${policyStep(run)}`;
