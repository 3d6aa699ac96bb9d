/** The metric logs of other trainers that the Compare page shows, and the stored runs that their curves lie over. */
import { create } from 'zustand';
import { allSeriesOf } from '../archive/run-curves.ts';
import { blobFile } from '../data/data-file.ts';
import { StudioError } from '../errors.ts';
import type { Along } from '../logs/drawn-series.ts';
import { matchLog, type MatchedLog } from '../logs/match.ts';
import type { MetricLog } from '../logs/metric-log.ts';
import { readLogs } from '../logs/read-logs.ts';
import type { Series } from '../run/series.ts';
import type { PickedFile } from '../views/models.ts';
import type { ErrorView } from '../views/result.ts';
import { errorView, tabArchive } from './archive.ts';
import { MOST_DRAWN, useRuns } from './runs-store.ts';

export interface OpenLog extends MatchedLog {
  id: number;
  log: MetricLog;
  /** Whether its curves are drawn. */
  drawn: boolean;
}

interface LogsState {
  logs: readonly OpenLog[];
  /** Files that are no logs. */
  failed: readonly { name: string; error: ErrorView }[];
  /** Name and share of the files that are being read. */
  reading: { name: string; share: number } | undefined;
  /** Ids of the chosen stored runs. */
  runs: readonly string[];
  /** Curves of the chosen runs by `phase/metric`. */
  curves: Readonly<Record<string, Readonly<Record<string, Series>>>>;
  along: Along;
  /** Names of metrics that the studio does not have, and that are drawn all the same. */
  alone: readonly string[];
  /** Adds logs to those that are open. */
  open: (files: readonly PickedFile[]) => Promise<void>;
  cancel: () => void;
  remove: (id: number) => void;
  draw: (id: number, drawn: boolean) => void;
  addRun: (id: string) => Promise<void>;
  removeRun: (id: string) => void;
  set: (choice: Partial<Pick<LogsState, 'along' | 'alone'>>) => void;
}

/** Of the files that are being read: those opened later do not end those opened before. */
const readings = new Set<AbortController>();
let lastId = 0;

export const useLogs = create<LogsState>()((set, get) => ({
  logs: [],
  failed: [],
  reading: undefined,
  runs: [],
  curves: {},
  along: 'step',
  alone: [],
  open: async (files) => {
    const own = new AbortController();
    readings.add(own);
    const ended = (): Pick<LogsState, 'reading'> => {
      readings.delete(own);
      return { reading: readings.size > 0 ? get().reading : undefined };
    };
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    const name = files.length === 1 ? (files[0]?.file.name ?? '') : `${files.length} files`;
    let before = 0;
    let newest = 0;
    set({ reading: { name, share: 0 }, failed: [] });
    try {
      const found = await readLogs(
        files.map(({ path, file }) => ({ path, file: blobFile(file, file.name) })),
        {
          signal: own.signal,
          onProgress: (done) => {
            // Of the next file, whose bytes are counted from 0.
            if (done < newest) before += newest;
            newest = done;
            if (!own.signal.aborted)
              set({ reading: { name, share: Math.min(1, (before + done) / Math.max(1, total)) } });
          },
        },
      );
      if (own.signal.aborted) return;
      const { logs, runs } = get();
      let room = MOST_DRAWN - runs.length - logs.filter(({ drawn }) => drawn).length;
      set({
        ...ended(),
        failed: found.failed.map((one) => ({ name: one.name, error: errorView(one.error) })),
        logs: [
          ...logs,
          ...found.logs.map((log): OpenLog => ({ id: ++lastId, log, ...matchLog(log), drawn: room-- > 0 })),
        ],
      });
      if (found.logs.length > 0) await addNewestRun();
    } catch (error) {
      if (own.signal.aborted) return;
      const failed = error instanceof StudioError ? error : new StudioError('internal', String(error));
      set({ ...ended(), failed: [{ name, error: errorView(failed) }] });
    }
  },
  cancel: () => {
    for (const one of readings) one.abort();
    readings.clear();
    set({ reading: undefined });
  },
  remove: (id) => set(({ logs }) => ({ logs: logs.filter((one) => one.id !== id) })),
  draw: (id, drawn) => set(({ logs }) => ({ logs: logs.map((one) => (one.id === id ? { ...one, drawn } : one)) })),
  addRun: async (id) => {
    if (get().runs.includes(id)) return;
    set(({ runs }) => ({ runs: [...runs, id] }));
    const run = useRuns.getState().runs?.find((one) => one.id === id);
    if (!run) return;
    try {
      const { records } = await tabArchive.records(run);
      set(({ curves }) => ({ curves: { ...curves, [id]: allSeriesOf(records) } }));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      get().removeRun(id);
      set({ failed: [{ name: run.name, error: errorView(error) }] });
    }
  },
  removeRun: (id) => set(({ runs }) => ({ runs: runs.filter((one) => one !== id) })),
  set: (choice) => set(choice),
}));

/** The first log lies over the newest run with RL, until other runs are chosen. */
async function addNewestRun(): Promise<void> {
  const { logs, runs, addRun } = useLogs.getState();
  if (runs.length > 0) return;
  await useRuns.getState().refresh();
  const sft = logs.every(({ matched }) => matched.every(({ rule }) => rule.trainer === 'sft'));
  const [newest] = (useRuns.getState().runs ?? [])
    .filter(({ records, config }) => records > 0 && (sft ? config.sft : config.rl))
    .sort((a, b) => b.started - a.started);
  if (newest) await addRun(newest.id);
}
