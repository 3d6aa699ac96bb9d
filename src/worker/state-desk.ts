/** Kept states for the page: lists, changes and exports; and as models of the library (`state:RUN/STATE`). */
import { configText, METRICS, parseMetrics } from '../archive/run-folder.ts';
import { memorySource, type CheckpointSource } from '../checkpoint/checkpoint-source.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { inputError } from '../errors.ts';
import { STATE_FILE } from '../session/state-file.ts';
import { checkpointOfState } from '../session/trained-checkpoint.ts';
import { resolveRun, type RunSources } from '../session/resolved-run.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { CheckpointView, PickedFile } from '../views/models.ts';
import {
  STATE_MODEL,
  stateLabel,
  stateModelId,
  type KeptState,
  type RunStates,
  type StorageUse,
} from '../views/states.ts';
import { resumedPast } from './resumed-run.ts';
import { StateStore, type StoredRun } from './state-store.ts';

export interface StateDeskParts {
  store: StateStore;
  sources: RunSources;
  /** Opens the checkpoint that a run started from. */
  checkpoint: (id: string) => Promise<ModelCheckpoint>;
  /** The run that the worker holds. */
  held: () => string | undefined;
  /** A run is deleted: it keeps no more states. */
  stop: (run: string) => void;
  /** A model is deleted. */
  forget: (id: string) => Promise<void>;
  /** Bytes of stored rollouts, and of models of the hub. */
  otherBytes: () => Promise<Pick<StorageUse, 'rollouts' | 'models'>>;
}

export class StateDesk {
  constructor(private readonly parts: StateDeskParts) {}

  /** @throws StudioError `unsupported` where the browser stores no files */
  async list(): Promise<RunStates[]> {
    const { store, held } = this.parts;
    const [runs, elsewhere] = [await store.list(), await store.locks.elsewhere()];
    return runs.map((run) => {
      const states = StateStore.view(run);
      const at = run.run === held() ? 'here' : elsewhere.has(run.run) ? 'elsewhere' : undefined;
      return {
        run: run.run,
        name: run.name,
        config: run.config as unknown as RunStates['config'],
        model: run.model as RunStates['model'],
        states,
        bytes: states.reduce((sum, { bytes }) => sum + bytes, 0),
        ...(at && { held: at }),
      };
    });
  }

  /** Newest, best and pinned states of runs that no tab holds, as models; none where the browser stores no files. */
  async models(): Promise<CheckpointView[]> {
    const runs = await this.list().catch(() => []);
    return runs
      .filter(({ held }) => !held)
      .flatMap((run) =>
        run.states
          .filter(({ last, best, pinned }) => last ?? best ?? pinned)
          .reverse()
          .map((state) => stateModel(run, state)),
      );
  }

  /** The model of a run's newest state. */
  async newestModel(run: string): Promise<CheckpointView | undefined> {
    const found = (await this.list()).find((one) => one.run === run);
    const state = found?.states.at(-1);
    return found && state && stateModel(found, state);
  }

  /** @throws StudioError `input` if it does not exist, or is damaged */
  async source(id: string): Promise<CheckpointSource> {
    const [, run = '', state] = new RegExp(`^${STATE_MODEL}(.+)/([^/]+)$`).exec(id) ?? [];
    if (state === undefined) throw inputError('model.checkpoint', `expected ${STATE_MODEL}RUN/STATE, found ${id}`);
    const { config, snapshot, from } = resumedPast(await this.parts.store.read(run, state));
    const { model } = config;
    const base = 'checkpoint' in model ? await this.parts.checkpoint(model.checkpoint) : undefined;
    const resolved = await resolveRun(config, base, this.parts.sources);
    const files = checkpointFiles(await checkpointOfState(resolved, snapshot.parameters));
    return memorySource(
      modelName(from.run, from.state),
      Object.fromEntries(files.map((file) => [file.path, file.data])),
    );
  }

  pin(run: string, state: string, pinned: boolean): Promise<void> {
    return this.parts.store.pin(run, state, pinned);
  }

  /** @throws StudioError `input` for a state of a run that trains */
  async delete(run: string, state: string): Promise<void> {
    await this.parts.forget(stateModelId(run, state));
    await this.parts.store.deleteState(run, state);
  }

  async deleteRuns(runs: readonly string[]): Promise<void> {
    for (const run of runs) {
      this.parts.stop(run);
      for (const { id } of (await this.parts.store.find(run))?.states ?? [])
        await this.parts.forget(stateModelId(run, id));
      await this.parts.store.delete(run);
    }
  }

  async records(run: string, state: string | undefined, first: number): Promise<StepRecord[]> {
    const { metrics } = await this.parts.store.read(run, state);
    return parseMetrics(metrics, `${run}: ${METRICS}`).slice(first);
  }

  /** A folder that `train --resume` of the command line continues. */
  async export(run: string, state: string): Promise<PickedFile[]> {
    const read = await this.parts.store.read(run, state);
    const { config, stages } = resumedPast(read);
    const file = (path: string, data: BlobPart): PickedFile => ({
      path,
      file: new File([data], path.split('/').at(-1) ?? path),
    });
    return [
      file('config.json', configText(config)),
      file(METRICS, read.metrics),
      file(STATE_FILE, read.bytes),
      ...stages.map((answers) => file(`report/${answers.stage}.json`, `${JSON.stringify(answers)}\n`)),
    ];
  }

  async storageUse(): Promise<StorageUse> {
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    const persisted = await navigator.storage?.persisted?.();
    return {
      ...(await this.parts.otherBytes()),
      ...(usage !== undefined && { used: usage }),
      ...(quota !== undefined && { quota }),
      ...(persisted !== undefined && { persisted }),
    };
  }
}

const modelName = ({ name }: Pick<StoredRun, 'name'>, state: Pick<KeptState, 'phase' | 'step'>): string =>
  `${name}, ${stateLabel(state)}`;

const stateModel = (run: RunStates, state: KeptState): CheckpointView => ({
  ...run.model,
  id: stateModelId(run.run, state.id),
  name: modelName(run, state),
  trained: true,
});
