/** A stored run whose curves are drawn faintly behind those of the live run; the choice is kept in this browser. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ArchivedRun } from '../archive/archived-run.ts';
import { lastRun } from '../archive/last-run.ts';
import { allSeriesOf } from '../archive/run-curves.ts';
import type { Series } from '../run/series.ts';
import { runWithTrueState, tabArchive } from './archive.ts';
import { useRun } from './run-store.ts';

/** `last`: the run before the current one; else the id of a stored run. */
export type GhostChoice = string;
export const NO_GHOST = 'none';
export const LAST_RUN = 'last';

export interface GhostRun {
  run: ArchivedRun;
  /** By `phase/metric`, as in frames. */
  series: Record<string, Series>;
}

interface GhostState {
  choice: GhostChoice;
  /** Undefined while it is read, and if the archive has no such run. */
  shown: GhostRun | undefined;
}

export const useGhost = create<GhostState>()(
  persist((): GhostState => ({ choice: NO_GHOST, shown: undefined }), {
    name: 'gppo-studio-behind',
    partialize: ({ choice }) => ({ choice }),
    merge: (kept, fresh) => {
      const choice = (kept as { choice?: unknown } | undefined)?.choice;
      return { ...fresh, ...(typeof choice === 'string' && { choice }) };
    },
  }),
);

/** Ids of this page's runs, newest last. */
let started: string[] = [];

/** Draws a stored run behind the live one: `none`, `last`, or the id of a run. */
export function showBehind(choice: GhostChoice): Promise<void> {
  useGhost.setState({ choice });
  return refreshGhost();
}

/** Reads the chosen run again. */
export async function refreshGhost(): Promise<void> {
  const { choice, shown } = useGhost.getState();
  const found = choice === NO_GHOST ? undefined : await find(choice);
  if (found && found.id === shown?.run.id && found.records === shown.run.records) {
    useGhost.setState({ shown: { ...shown, run: found } });
    return;
  }
  const records = found ? await tabArchive.archive.records(found.id) : [];
  // Another run may have been chosen meanwhile.
  if (useGhost.getState().choice === choice)
    useGhost.setState({ shown: found && { run: found, series: allSeriesOf(records) } });
}

async function find(choice: GhostChoice): Promise<ArchivedRun | undefined> {
  const [runs, tabs] = await Promise.all([tabArchive.archive.runs(), tabArchive.openTabs()]);
  const current = started.at(-1);
  const run = choice === LAST_RUN ? lastRun(runs, started) : runs.find(({ id }) => id === choice && id !== current);
  return run && runWithTrueState(run, tabs);
}

const refresh = () =>
  void refreshGhost().catch(() => {
    // Without an archive there is nothing to draw; the archive reports its own problem.
    useGhost.setState({ shown: undefined });
  });

/** Follows the runs of this page and the archive. @returns a function that stops it */
export function followGhost(): () => void {
  const stop = useRun.subscribe(({ recording }) => {
    if (recording === undefined || recording === started.at(-1)) return;
    started = [...started, recording];
    refresh();
  });
  const unwatch = tabArchive.watch(() => {
    const { choice, shown } = useGhost.getState();
    if (choice !== NO_GHOST && (!shown || shown.run.state === 'running')) refresh();
  });
  if (useGhost.getState().choice !== NO_GHOST) refresh();
  return () => {
    stop();
    unwatch();
  };
}
