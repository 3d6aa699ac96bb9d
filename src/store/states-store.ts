/** Kept states of runs, and the use of the browser's storage, for the Runs page. */
import { create } from 'zustand';
import type { ErrorView } from '../views/result.ts';
import type { RunStates, StorageUse } from '../views/states.ts';
import type { Result } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { useRun } from './run-store.ts';

interface StatesState {
  /** By the run's id; undefined until they have been read. */
  runs: ReadonlyMap<string, RunStates> | undefined;
  use: StorageUse | undefined;
  error: ErrorView | undefined;
  refresh: () => Promise<void>;
  pin: (run: string, state: string, pinned: boolean) => Promise<void>;
  remove: (run: string, state: string) => Promise<void>;
  /** All states of runs that were deleted for good. */
  removeRuns: (runs: readonly string[]) => Promise<void>;
}

export const useStates = create<StatesState>()((set, get) => {
  const changing = async (change: Promise<Result<void>>) => {
    const changed = await change;
    if (!changed.ok && changed.error.kind !== 'cancelled') set({ error: changed.error });
    await get().refresh();
    await refreshModels();
  };
  return {
    runs: undefined,
    use: undefined,
    error: undefined,
    refresh: async () => {
      const [listed, use] = await Promise.all([studioApi().listStates(), studioApi().storageUse()]);
      // A browser without this storage has no kept states.
      set({
        runs: new Map(listed.ok ? listed.value.map((one) => [one.run, one]) : []),
        use: use.ok ? use.value : undefined,
      });
    },
    pin: (run, state, pinned) => changing(studioApi().pinState(run, state, pinned)),
    remove: (run, state) => changing(studioApi().deleteState(run, state)),
    removeRuns: async (runs) => {
      if (runs.length > 0) await changing(studioApi().deleteStates([...runs]));
    },
  };
});

/** The list of models has the policies of kept states. */
export async function refreshModels(): Promise<void> {
  const models = await studioApi().listModels();
  if (models.ok) useRun.setState({ models: models.value });
}
