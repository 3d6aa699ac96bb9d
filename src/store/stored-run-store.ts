/** A stored run whose curves are drawn faintly behind those of the live run; the choice is kept in this browser. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ArchivedRun } from '../archive/archived-run.ts';
import { lastRun } from '../archive/last-run.ts';
import { allSeriesOf } from '../archive/run-curves.ts';
import type { ReadRecords } from '../archive/stored-records.ts';
import type { Series } from '../run/series.ts';
import type { StepRecord } from '../run/step-record.ts';
import { runWithTrueState, tabArchive } from './archive.ts';
import { useRun } from './run-store.ts';

/** `last`: the run before the current one; else the id of a stored run. */
export type StoredRunChoice = string;
export const NO_STORED_RUN = 'none';
export const LAST_RUN = 'last';

export interface StoredRun {
  run: ArchivedRun;
  /** By `phase/metric`, as in frames. */
  series: Record<string, Series>;
}

interface StoredRunState {
  choice: StoredRunChoice;
  /** Undefined while it is read, and if the archive has no such run. */
  shown: StoredRun | undefined;
}

export const useStoredRun = create<StoredRunState>()(
  persist((): StoredRunState => ({ choice: NO_STORED_RUN, shown: undefined }), {
    // Choices kept by earlier versions stay readable under this name.
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
export function showStoredRun(choice: StoredRunChoice): Promise<void> {
  useStoredRun.setState({ choice });
  return refreshStoredRun();
}

/** Reads the chosen run again. */
export async function refreshStoredRun(): Promise<void> {
  const { choice, shown } = useStoredRun.getState();
  const found = choice === NO_STORED_RUN ? undefined : await find(choice);
  if (found && found.id === shown?.run.id && found.records === shown.run.records) {
    useStoredRun.setState({ shown: { ...shown, run: found } });
    return;
  }
  const records = found ? await recordsOf(found) : [];
  // Another run may have been chosen meanwhile.
  if (useStoredRun.getState().choice === choice)
    useStoredRun.setState({ shown: found && { run: found, series: allSeriesOf(records) } });
}

/** The records of a drawn run that grows in another tab, as far as they were read. */
let drawn: ReadRecords & { id: string } = { id: '', records: [], read: 0 };

async function recordsOf(run: ArchivedRun): Promise<StepRecord[]> {
  const have = drawn.id === run.id && drawn.read < run.records ? drawn : undefined;
  const read = await tabArchive.records(run, have);
  // Of a run that has ended, its curves are enough: ten thousand records take 20 MB.
  drawn = run.state === 'running' ? { id: run.id, ...read } : { id: '', records: [], read: 0 };
  return read.records;
}

async function find(choice: StoredRunChoice): Promise<ArchivedRun | undefined> {
  const [runs, tabs] = await Promise.all([tabArchive.archive.runs(), tabArchive.openTabs()]);
  const current = started.at(-1);
  const run = choice === LAST_RUN ? lastRun(runs, started) : runs.find(({ id }) => id === choice && id !== current);
  return run && runWithTrueState(run, tabs);
}

const refresh = () =>
  void refreshStoredRun().catch(() => {
    // Without an archive there is nothing to draw; the archive reports its own problem.
    useStoredRun.setState({ shown: undefined });
  });

/** Follows the runs of this page and the archive. @returns a function that stops it */
export function followStoredRun(): () => void {
  const stop = useRun.subscribe(({ recording }) => {
    if (recording === undefined || recording === started.at(-1)) return;
    started = [...started, recording];
    refresh();
  });
  const unwatch = tabArchive.watch(() => {
    const { choice, shown } = useStoredRun.getState();
    if (choice !== NO_STORED_RUN && (!shown || shown.run.state === 'running')) refresh();
  });
  if (useStoredRun.getState().choice !== NO_STORED_RUN) refresh();
  return () => {
    stop();
    unwatch();
  };
}
