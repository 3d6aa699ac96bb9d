/** The run that a closed or crashed tab, or a lost worker, left unfinished, with a kept state to resume it from. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ArchivedRun } from '../archive/archived-run.ts';
import { RUN_LOCK, stateLabel } from '../views/states.ts';
import { runWithTrueState, TAB_LOCK, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { useRun } from './run-store.ts';

interface Interrupted {
  id: string;
  name: string;
  /** Where its newest kept state is: `step 40`. */
  at: string;
}

interface InterruptedState {
  found: Interrupted | undefined;
  /** Runs that are not offered any more. */
  dismissed: string[];
  dismiss: () => void;
}

const MOST_DISMISSED = 50;

export const useInterrupted = create<InterruptedState>()(
  persist(
    (set): InterruptedState => ({
      found: undefined,
      dismissed: [],
      dismiss: () =>
        set(({ found, dismissed }) => ({
          found: undefined,
          ...(found && { dismissed: [...dismissed, found.id].slice(-MOST_DISMISSED) }),
        })),
    }),
    {
      name: 'gppo-studio-interrupted',
      partialize: ({ dismissed }) => ({ dismissed }),
      merge: (kept, fresh) => {
        const { dismissed } = (kept ?? {}) as { dismissed?: unknown };
        return { ...fresh, ...(Array.isArray(dismissed) && { dismissed: dismissed.map(String) }) };
      },
    },
  ),
);

/** A run of this page that was lost with its worker or its GPU. */
let lost: string | undefined;

export function offerLost(run: string | undefined): void {
  lost = run ?? lost;
  void findInterrupted();
}

/** A run is being resumed: nothing is offered any more. */
export function endOffer(): void {
  lost = undefined;
  useInterrupted.setState({ found: undefined });
}

/** Locks whose release is awaited. */
const awaited = new Set<string>();

/** Looks again once a tab is closed, or its worker has ended: that takes longer than the reload of a page. */
function lookAfter(lock: string): void {
  if (!('locks' in navigator) || awaited.has(lock)) return;
  awaited.add(lock);
  void navigator.locks
    .request(lock, { mode: 'shared' }, () => awaited.delete(lock))
    .then(findInterrupted, () => undefined);
}

/** Looks for the newest run that can be resumed. */
export async function findInterrupted(): Promise<void> {
  const [runs, tabs, listed] = await Promise.all([
    tabArchive.archive.runs().catch((): ArchivedRun[] => []),
    tabArchive.openTabs(),
    studioApi().listStates(),
  ]);
  if (!listed.ok) return;
  const states = new Map(listed.value.map((one) => [one.run, one]));
  const { dismissed } = useInterrupted.getState();
  for (const { id, state, tab } of runs) {
    if (state !== 'running' || tab === undefined || tab === tabArchive.tab || !tabs.has(tab)) continue;
    if (states.has(id)) lookAfter(TAB_LOCK + tab);
  }
  const open = runs
    .map((run) => runWithTrueState(run, tabs))
    .filter(({ id, state }) => (state === 'interrupted' || id === lost) && !dismissed.includes(id))
    .sort((a, b) => b.changed - a.changed);
  for (const { id, name } of open) {
    const kept = states.get(id);
    const state = kept?.states.at(-1);
    if (!kept || !state || state.complete) continue;
    // A run that was lost in this tab may still be held by it, or by the worker that was terminated.
    if (kept.held && id !== lost) {
      lookAfter(RUN_LOCK + id);
      continue;
    }
    // It was resumed while this was read.
    if (useRun.getState().id === id) continue;
    useInterrupted.setState({ found: { id, name, at: stateLabel(state) } });
    return;
  }
  useInterrupted.setState({ found: undefined });
}
