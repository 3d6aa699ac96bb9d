/** The Runs page: the archive's contents, search and filters, and the overlaid runs. */
import { create } from 'zustand';
import { StudioError } from '../errors.ts';
import type { ArchivedRun } from '../archive/archived-run.ts';
import { EVERYTHING, type Order, type Query } from '../archive/run-list.ts';
import type { RunWithRecords } from '../archive/run-folder.ts';
import type { ReadRecords } from '../archive/stored-records.ts';
import type { SweepOfFolder } from '../archive/sweep-folder.ts';
import type { ErrorView } from '../views/result.ts';
import { errorView, runWithTrueState, tabArchive, useLeftOut, withTrueState } from './archive.ts';
import type { ArchivedSweep, RunEdit } from './archive-db.ts';
import { keepRows } from './keep-rows.ts';
import { newestOnly } from './newest-only.ts';
import { painted } from './painted.ts';
import { useStates } from './states-store.ts';

/** Maximum runs distinguishable by colour; of a larger selection the first are drawn. */
export const MOST_DRAWN = 8;
/** Milliseconds after which a deletion can no longer be undone, in any tab. */
const KEPT_DELETED_MS = 600_000;

/** Runs and comparisons deleted together. */
export interface Deletion {
  runs: string[];
  sweeps: string[];
  at: number;
}

interface RunsState {
  /** Undefined until the archive has been read. */
  runs: ArchivedRun[] | undefined;
  sweeps: ArchivedSweep[];
  error: ErrorView | undefined;
  /** Colours of the selected runs by id, in selection order. */
  chosen: ReadonlyMap<string, number>;
  /** Records of selected runs. */
  records: Record<string, ReadRecords>;
  query: Query;
  order: Order;
  view: 'runs' | 'comparisons';
  /** What is shown of a single selected run that has a report. */
  pane: 'curves' | 'report';
  /** Reads the list again. */
  refresh: () => Promise<void>;
  /** Reads the list for a page that is opened, unless it is being read; removes for good what was deleted before. */
  open: () => Promise<void>;
  find: (query: Partial<Query>) => void;
  sortBy: (column: Order['column']) => void;
  show: (view: RunsState['view']) => void;
  choose: (ids: readonly string[], on: boolean) => void;
  /** Selects only one run. */
  only: (id: string) => void;
  edit: (id: string, change: RunEdit) => Promise<void>;
  /** Hides runs, and comparisons with their runs, except running ones. @returns the deletion, for undo */
  remove: (what: { runs?: readonly string[]; sweeps?: readonly string[] }) => Promise<Deletion>;
  undo: (deletion: Deletion) => Promise<void>;
  /** Permanently frees the space of a deletion. */
  forget: (deletion: Deletion) => Promise<void>;
  /** @returns those that were added; the rest already exist */
  add: <Run extends RunWithRecords>(runs: readonly Run[]) => Promise<ReadonlySet<Run>>;
  /** Sweeps whose runs were added; those that exist stay as they are. */
  addSweeps: (sweeps: readonly SweepOfFolder[]) => Promise<void>;
  /** Runs with their records and reports, for export. */
  take: (ids: readonly string[]) => Promise<RunWithRecords[]>;
  fail: (error: unknown) => void;
}

export const useRuns = create<RunsState>()((set, get) => ({
  runs: undefined,
  sweeps: [],
  error: undefined,
  chosen: new Map(),
  records: {},
  query: EVERYTHING,
  order: { column: 'started', descending: true },
  view: 'runs',
  pane: 'curves',

  refresh: () => reading.again(),
  open: async () => {
    await reading.join();
    await purgeDeleted();
  },
  find: (query) => set((state) => ({ query: { ...state.query, ...query } })),
  // Text columns sort ascending first, numbers descending.
  sortBy: (column) =>
    set(({ order }) => ({
      order: {
        column,
        descending:
          order.column === column ? !order.descending : ['steps', 'reward', 'accuracy', 'started'].includes(column),
      },
    })),
  show: (view) => set({ view }),
  choose: (ids, on) => {
    set(({ chosen }) => {
      const next = new Map(chosen);
      for (const id of ids) {
        if (!on) next.delete(id);
        else if (!next.has(id)) next.set(id, freeColor(next));
      }
      return { chosen: next };
    });
    void readChosen();
  },
  only: (id) => {
    const { chosen } = get();
    set({ chosen: chosen.size === 1 && chosen.has(id) ? new Map() : new Map([[id, 0]]) });
    void readChosen();
  },

  edit: (id, change) => changing(() => tabArchive.archive.edit(id, change)),
  remove: async (what) => {
    const { runs = [] } = get();
    const sweeps = new Set(what.sweeps);
    const idle = get()
      .sweeps.filter(({ id, state }) => sweeps.has(id) && state !== 'running')
      .map(({ id }) => id);
    const gone = runs
      .filter(
        ({ id, sweep, state }) =>
          state !== 'running' && ((what.runs ?? []).includes(id) || (sweep && idle.includes(sweep.id))),
      )
      .map(({ id }) => id);
    const deletion: Deletion = { runs: gone, sweeps: idle, at: Date.now() };
    await changing(() => tabArchive.archive.setDeleted(deletion, deletion.at));
    return deletion;
  },
  undo: (deletion) => changing(() => tabArchive.archive.setDeleted(deletion, undefined)),
  forget: async ({ at }) => {
    await changing(async () => {
      const gone = await tabArchive.archive.purge((deleted) => deleted === at);
      await useStates.getState().removeRuns(gone);
    });
    // Pending records may fit now.
    tabArchive.writer.hurry();
  },
  add: async <Run extends RunWithRecords>(runs: readonly Run[]) => {
    const added = new Set<Run>();
    await changing(async () => {
      for (const one of runs) if (await tabArchive.archive.add(one.run, one.records, one.report)) added.add(one);
    });
    return added;
  },
  addSweeps: async (sweeps) => {
    const there = new Set(get().sweeps.map(({ id }) => id));
    const now = Date.now();
    await changing(async () => {
      for (const { id, sweep, whole } of sweeps)
        if (!there.has(id))
          await tabArchive.archive.putSweep({
            id,
            sweep,
            state: whole ? 'complete' : 'stopped',
            started: now,
            changed: now,
          });
    });
  },
  take: (ids) =>
    Promise.all(
      (get().runs ?? [])
        .filter(({ id }) => ids.includes(id))
        .map(async (run) => {
          const { archive } = tabArchive;
          const report = run.reported ? await archive.report(run.id) : undefined;
          const { records } = await tabArchive.records(run);
          return { run, records, ...(report && { report }) };
        }),
    ),
  fail: (error) =>
    set({ error: errorView(error instanceof StudioError ? error : new StudioError('internal', String(error))) }),
}));

const reading = newestOnly(async () => {
  try {
    const [runRows, sweepRows, tabs] = await Promise.all([
      tabArchive.archive.runRows(),
      tabArchive.archive.sweepRows(),
      tabArchive.openTabs(),
    ]);
    const [runs, sweeps] = [runRows.rows, sweepRows.rows];
    useLeftOut.setState(({ rows }) => ({ rows: { ...rows, runs: runRows.leftOut, sweeps: sweepRows.leftOut } }));
    const there = new Set(runs.map(({ id }) => id));
    useRuns.setState(({ chosen, runs: before }) => ({
      runs: keepRows(
        before,
        runs.map((run) => runWithTrueState(run, tabs)),
      ),
      sweeps: sweeps.map((sweep) => withTrueState(sweep, tabs)).sort((a, b) => b.started - a.started),
      chosen: [...chosen.keys()].every((id) => there.has(id))
        ? chosen
        : new Map([...chosen].filter(([id]) => there.has(id))),
    }));
    await readChosen();
  } catch (error) {
    useRuns.getState().fail(error);
  }
});

let purged = false;

/** Frees the space of runs whose deletion can no longer be undone: once, after the list has been drawn. */
async function purgeDeleted(): Promise<void> {
  if (purged) return;
  purged = true;
  await painted();
  try {
    const gone = await tabArchive.archive.purge((deleted) => deleted < Date.now() - KEPT_DELETED_MS);
    await useStates.getState().removeRuns(gone);
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

/** Changes the archive, reports errors, and reloads the list. */
async function changing(change: () => Promise<void>): Promise<void> {
  try {
    await change();
    useRuns.setState({ error: undefined });
    tabArchive.changed();
  } catch (error) {
    useRuns.getState().fail(error);
  }
  await useRuns.getState().refresh();
}

function freeColor(chosen: ReadonlyMap<string, number>): number {
  const taken = new Set(chosen.values());
  let color = 0;
  while (taken.has(color)) color += 1;
  return color;
}

/** The selected runs that are drawn, in order. */
export const drawnIds = (chosen: ReadonlyMap<string, number>): string[] => [...chosen.keys()].slice(0, MOST_DRAWN);

/** Reads the records of drawn runs that are not loaded yet or have grown. */
async function readChosen(): Promise<void> {
  const { chosen, runs = [], records } = useRuns.getState();
  const drawn = drawnIds(chosen);
  const stale = runs.filter((run) => drawn.includes(run.id) && records[run.id]?.read !== run.records);
  const read = await Promise.all(
    stale.map(async (run) => {
      const have = records[run.id];
      // A run that was started again has fewer.
      return [run.id, await tabArchive.records(run, have && have.read < run.records ? have : undefined)] as const;
    }),
  );
  if (read.length > 0)
    useRuns.setState((state) => ({
      records: {
        ...Object.fromEntries(Object.entries(state.records).filter(([id]) => drawn.includes(id))),
        ...Object.fromEntries(read),
      },
    }));
}
