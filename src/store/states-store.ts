/** Kept states of runs, and the use of the browser's storage, for the Runs page. */
import { create } from 'zustand';
import type { ErrorView } from '../views/result.ts';
import type { RunStates, StorageUse } from '../views/states.ts';
import type { Result } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { newestOnly } from './newest-only.ts';
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

/** Milliseconds between two looks at what other tabs keep, of which no event tells. */
const POLL_MS = 5000;

export const useStates = create<StatesState>()((set, get) => {
  const reading = newestOnly(async () => {
    const [listed, use] = await Promise.all([studioApi().listStates(), studioApi().storageUse()]);
    // What could not be read now stays as it was; a browser without this storage has no kept states.
    set((before) => ({
      runs: listed.ok ? new Map(listed.value.map((one) => [one.run, one])) : (before.runs ?? new Map()),
      use: use.ok ? use.value : before.use,
    }));
  });
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
    refresh: () => reading.again(),
    pin: (run, state, pinned) => changing(studioApi().pinState(run, state, pinned)),
    remove: (run, state) => changing(studioApi().deleteState(run, state)),
    removeRuns: async (runs) => {
      if (runs.length > 0) await changing(studioApi().deleteStates([...runs]));
    },
  };
});

/** Reads the kept states now, whenever the run of this page keeps one, and from time to time. @returns ends that */
export function followStates(): () => void {
  const refresh = () => void useStates.getState().refresh();
  refresh();
  // A state is written after the record of its step, so the archive's own event would come too early.
  const unsubscribe = useRun.subscribe(({ frame }, before) => {
    if (frame?.states?.newest !== before.frame?.states?.newest) refresh();
  });
  const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), POLL_MS);
  return () => {
    unsubscribe();
    clearInterval(timer);
  };
}

/** The bytes of all kept states; undefined until they have been read. */
export const stateBytes = ({ runs }: Pick<StatesState, 'runs'>): number | undefined =>
  runs && [...runs.values()].reduce((sum, { bytes }) => sum + bytes, 0);

/** The list of models has the policies of kept states. */
export async function refreshModels(): Promise<void> {
  const models = await studioApi().listModels();
  if (models.ok) useRun.setState({ models: models.value });
}
