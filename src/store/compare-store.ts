/**
 * A comparison: its settings, and the records of its runs as they arrive. It is stored and restored when the page is
 * reopened.
 */
import { create } from 'zustand';
import type { RunRecords } from '../compare/run-summary.ts';
import { armsOf, type Measure, type Sweep } from '../compare/sweep.ts';
import { runKey, runsOf, slotsOf } from '../compare/tuning.ts';
import type { Combine } from '../compare/vary.ts';
import { EMPTY_DIGEST, type ArchivedRun, type ArchivedState } from '../archive/archived-run.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { ErrorView } from '../views/result.ts';
import type { SweepEvent } from '../worker/events.ts';
import { runWithTrueState, softwareHere, tabArchive, withTrueState } from './archive.ts';
import type { ArchivedSweep } from './archive-db.ts';
import { studioApi } from './connection.ts';
import { consentTo } from './foreign-code.ts';
import { ownRecipe } from './recipe-store.ts';

export interface SweepRunView extends RunRecords {
  /** Of a run that tuning makes: the arm that it is for. */
  tunes?: string;
  state: 'waiting' | 'running' | 'done' | 'broken';
}

/** A varied field as it is typed. */
export interface VaryRow {
  /** Empty until a field is chosen. */
  path: string;
  /** `1e-4, 3e-4`. */
  values: string;
}

/** The settings of a new comparison, beside the recipe. */
export interface CompareSettings {
  vary: VaryRow[];
  combine: Combine;
  /** Fields that each arm is tuned in first. */
  tune: VaryRow[];
  tuneSeeds: string;
  measure: Measure;
  /** A sweep from a file, of a race or of a claim, which is run in place of one by the settings. */
  given: Sweep | undefined;
}

const SETTINGS: CompareSettings = {
  vary: [],
  combine: 'crossed',
  tune: [],
  tuneSeeds: '11, 12',
  measure: 'sampled',
  given: undefined,
};

interface CompareState extends CompareSettings {
  strategies: StrategyConfig[];
  /** As typed: "1, 2, 3". */
  seeds: string;
  /** The comparison of the runs, and how it is stored. */
  sweep: Sweep | undefined;
  kept: ArchivedSweep | undefined;
  /** The adapter it runs on. */
  adapter: string;
  runs: SweepRunView[];
  /** `stopping`: stop requested, while the worker finishes the current step. */
  state: 'idle' | 'starting' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed';
  error: ErrorView | undefined;
  setStrategies: (strategies: StrategyConfig[]) => void;
  setSeeds: (seeds: string) => void;
  set: (change: Partial<CompareSettings>) => void;
  /** Starts a comparison, or resumes a stopped one. @param adapter the adapter it runs on */
  start: (sweep: Sweep, adapter: string) => Promise<void>;
  stop: () => Promise<void>;
}

/** Whether two comparisons have the same runs, whatever their arms are called. */
export function sameComparison(a: Sweep, b: Sweep): boolean {
  const runs = (sweep: Sweep) =>
    JSON.stringify({
      ...sweep,
      strategies: sweep.strategies?.map(({ strategy }) => strategy),
      baseline: armsOf(sweep).findIndex(({ label }) => label === sweep.baseline),
    });
  return runs(a) === runs(b);
}

/** Whether a run counts: it is complete, or failed and counts up to its last record. */
export const isDone = ({ state }: SweepRunView): boolean => state === 'done' || state === 'broken';

/** Whether a comparison is using the GPU. */
export const isComparing = ({ state }: Pick<CompareState, 'state'>): boolean =>
  state === 'starting' || state === 'running' || state === 'stopping';

/**
 * The strategies of a new comparison. Both have the same clip range, GPPO's default, so that they differ only in the
 * gradient of clipped tokens; PPO with this range is Clip-Higher.
 */
export const DEFAULT_COMPARISON: readonly StrategyConfig[] = [
  { name: 'ppo', eps_low: 0.2, eps_high: 0.28 },
  { name: 'gppo', eps_low: 0.2, eps_high: 0.28 },
];

export const useCompare = create<CompareState>()((set, get) => ({
  strategies: [...DEFAULT_COMPARISON],
  seeds: '1, 2, 3',
  ...SETTINGS,
  sweep: undefined,
  kept: undefined,
  adapter: '',
  runs: [],
  state: 'idle',
  error: undefined,
  setStrategies: (strategies) => set({ strategies }),
  setSeeds: (seeds) => set({ seeds }),
  set: (change) => set(change),

  start: async (sweep, adapter) => {
    if (!(await consentTo('The comparison', sweep, ownRecipe()))) return;
    const same = JSON.stringify(sweep) === JSON.stringify(get().sweep);
    const done = same ? get().runs.filter(isDone) : [];
    const runs = slotsOf(sweep).map(
      (slot): SweepRunView =>
        done.find((run) => runKey(run) === runKey(slot)) ?? { ...slot, records: [], state: 'waiting' },
    );
    const before = same ? get().kept : undefined;
    set({ sweep, runs, adapter, state: 'starting', error: undefined });
    await keep(sweep, before, done);
    const started = await studioApi().startSweep(
      sweep,
      done.map(({ label, seed, records, error }) => ({ label, seed, records, ...(error !== undefined && { error }) })),
    );
    if (!started.ok) sweepEnded('failed', started.error);
    else if (get().state === 'starting') set({ state: 'running' });
  },

  stop: async () => {
    set({ state: 'stopping' });
    await studioApi().stopSweep();
    if (get().state === 'stopping') sweepEnded('stopped');
  },
}));

/** The archive id of a run of the current comparison; a rerun replaces its earlier entry. */
const runId = (run: { label: string; seed: number }): string =>
  `${useCompare.getState().kept?.id ?? ''}:${runKey(run)}`;

function rowOf(run: { label: string; seed: number }): ArchivedRun | undefined {
  const { kept, adapter, runs } = useCompare.getState();
  const made = kept && runsOf(kept.sweep, runs.filter(isDone)).find((one) => runKey(one) === runKey(run));
  if (!made) return undefined;
  const now = Date.now();
  return {
    id: runId(run),
    name: made.config.name,
    note: '',
    config: made.config,
    state: 'running',
    started: now,
    changed: now,
    adapter,
    software: softwareHere(),
    records: 0,
    digest: EMPTY_DIGEST,
    sweep: { id: kept.id, label: run.label },
    tab: tabArchive.tab,
  };
}

/**
 * Resumes a stored comparison, or stores another one: a new one, or a copy of one that another tab has resumed
 * meanwhile.
 */
async function keep(sweep: Sweep, before: ArchivedSweep | undefined, done: readonly SweepRunView[]): Promise<void> {
  const mine = before !== undefined && !(await takenElsewhere(before));
  const now = Date.now();
  const kept: ArchivedSweep = {
    id: mine ? before.id : crypto.randomUUID(),
    sweep,
    state: 'running',
    started: mine ? before.started : now,
    changed: now,
    tab: tabArchive.tab,
  };
  useCompare.setState({ kept });
  tabArchive.writer.putSweep(kept);
  if (mine) return;
  for (const run of done) {
    const row = rowOf(run);
    if (!row) continue;
    tabArchive.writer.begin(row);
    tabArchive.writer.append(row.id, run.records);
    tabArchive.writer.end(row.id, run.state === 'broken' ? 'failed' : 'complete', run.error);
  }
}

async function takenElsewhere({ id }: ArchivedSweep): Promise<boolean> {
  const [sweeps, tabs] = await Promise.all([tabArchive.archive.sweeps().catch(() => []), tabArchive.openTabs()]);
  const now = sweeps.find((one) => one.id === id);
  return now !== undefined && now.tab !== tabArchive.tab && withTrueState(now, tabs).state === 'running';
}

function sweepEnded(state: 'finished' | 'stopped' | 'failed', error?: ErrorView): void {
  const { kept, runs } = useCompare.getState();
  // An interrupted run is no result: it is rerun from its beginning.
  for (const run of runs) if (run.state === 'running') tabArchive.writer.end(runId(run), 'stopped');
  const archived: ArchivedState = state === 'finished' ? 'complete' : state;
  const next = kept && { ...kept, state: archived, changed: Date.now(), ...(error && { error: error.message }) };
  useCompare.setState({
    state,
    error,
    kept: next,
    runs: runs.map((run) => (run.state === 'running' ? { ...run, state: 'waiting', records: [] } : run)),
  });
  if (next) tabArchive.writer.putSweep(next);
}

/** The worker or its device was lost, and with it a running comparison. */
export function failSweep(error: ErrorView): void {
  if (isComparing(useCompare.getState())) sweepEnded('failed', error);
}

/** Applies the worker's events of a comparison. */
export function receiveSweep(event: SweepEvent): void {
  const change = (which: { label: string; seed: number }, of: (run: SweepRunView) => SweepRunView) =>
    useCompare.setState(({ runs }) => ({ runs: runs.map((run) => (runKey(run) === runKey(which) ? of(run) : run)) }));
  switch (event.type) {
    case 'sweep-run': {
      useCompare.setState(({ state }) => ({ state: state === 'stopping' ? state : 'running' }));
      change(event, (run) => ({ ...run, state: 'running', records: [] }));
      const row = rowOf(event);
      if (row) tabArchive.writer.begin(row);
      break;
    }
    case 'sweep-records':
      change(event, (run) => ({ ...run, records: [...run.records, ...event.records] }));
      tabArchive.writer.append(runId(event), event.records);
      break;
    case 'sweep-run-end': {
      const { error } = event;
      change(event, (run) => (error === undefined ? { ...run, state: 'done' } : { ...run, state: 'broken', error }));
      tabArchive.writer.end(runId(event), error === undefined ? 'complete' : 'failed', error);
      break;
    }
    case 'sweep-run-refused':
      change(event, (run) => ({ ...run, state: 'waiting', records: [] }));
      tabArchive.writer.end(runId(event), 'stopped', event.error);
      break;
    case 'sweep-end': {
      const { error } = event;
      if (error) sweepEnded('failed', error);
      else if (useCompare.getState().state !== 'stopping') sweepEnded('finished');
    }
  }
}

/**
 * Shows a stored comparison: complete runs as stored, all others as pending.
 *
 * @param id defaults to the newest that no tab is running
 */
export async function restoreComparison(id?: string): Promise<void> {
  const [sweeps, runs, tabs] = await Promise.all([
    tabArchive.archive.sweeps(),
    tabArchive.archive.runs(),
    tabArchive.openTabs(),
  ]).catch(() => [[], [], new Set<string>()] as const);
  const idle = sweeps.map((sweep) => withTrueState(sweep, tabs)).filter(({ state }) => state !== 'running');
  const kept =
    id === undefined ? [...idle].sort((a, b) => b.changed - a.changed)[0] : idle.find((one) => one.id === id);
  if (!kept) return;
  const rows = runs.map((row) => runWithTrueState(row, tabs));
  const views = await Promise.all(
    slotsOf(kept.sweep).map((run) =>
      viewOf(
        run,
        rows.find(
          ({ sweep, config }) => sweep?.id === kept.id && sweep.label === run.label && config.seed === run.seed,
        ),
      ),
    ),
  );
  const { state, sweep } = useCompare.getState();
  // Another comparison was shown meanwhile: keep it.
  if (isComparing({ state }) || (id === undefined && sweep)) return;
  const waiting = views.some((view) => view.state === 'waiting');
  useCompare.setState({
    kept,
    sweep: kept.sweep,
    runs: views,
    state: waiting ? 'stopped' : 'finished',
    error: undefined,
    strategies: kept.sweep.strategies?.map(({ strategy }) => strategy) ?? [...DEFAULT_COMPARISON],
    seeds: kept.sweep.seeds.join(', '),
  });
}

async function viewOf(
  slot: Pick<SweepRunView, 'label' | 'seed' | 'tunes'>,
  row: ArchivedRun | undefined,
): Promise<SweepRunView> {
  if (row?.state !== 'complete' && row?.state !== 'failed') return { ...slot, records: [], state: 'waiting' };
  const { records } = await tabArchive.records(row);
  return {
    ...slot,
    records,
    ...(row.error === undefined ? { state: 'done' } : { state: 'broken', error: row.error }),
  };
}
