/**
 * The Rollouts page: the run, the step and the query that are shown, what they find, and the response that is read.
 * Searches run in the worker one at a time; of several requests meanwhile only the newest is made.
 */
import { create } from 'zustand';
import type { ErrorView } from '../views/result.ts';
import {
  EVERY_ROLLOUT,
  type FoundRollouts,
  type KeptFacts,
  type KeptRolloutsView,
  type OpenedRollouts,
  type RolloutDetail,
  type RolloutQuery,
  type RolloutRow,
  type RowWindow,
} from '../views/rollouts.ts';
import { useLeftOut } from './archive.ts';
import { studioApi } from './connection.ts';

export interface Found extends FoundRollouts {
  /** By the place in `items`; the others are not read yet. */
  rows: ReadonlyMap<number, RolloutRow>;
  /** What was asked. */
  query: RolloutQuery;
}

/** `undefined` removes what is optional. */
type Change<Query> = { [Name in keyof Query]?: Query[Name] | undefined };

/** Parts of a query that hide responses; `step` and the order do not. */
export type RolloutFilter = Omit<RolloutQuery, 'step' | 'order' | 'descending'>;

const NO_FILTER: Change<RolloutFilter> = {
  text: '',
  problem: '',
  key: undefined,
  zone: undefined,
  correct: undefined,
  group: undefined,
  difficulty: undefined,
};

export const isFiltered = (query: RolloutQuery): boolean =>
  Object.keys(NO_FILTER).some((name) => {
    const value = query[name as keyof RolloutFilter];
    return value !== undefined && value !== '';
  });

interface RolloutsState {
  /** Undefined until they are listed. */
  runs: KeptRolloutsView[] | undefined;
  opened: OpenedRollouts | undefined;
  /** The run that another page asked for, until it is opened. */
  wanted: string | undefined;
  /** Without a step: all kept steps. */
  query: RolloutQuery;
  /** Shows the newest step of a run that trains, until the user chooses another. */
  following: boolean;
  found: Found | undefined;
  detail: RolloutDetail | undefined;
  error: ErrorView | undefined;
  exporting: boolean;
  /** Lists the runs and opens one: by default the shown one, else that of the worker, else the newest. */
  refresh: (run?: string) => Promise<void>;
  /** Changes the query; `undefined` removes a filter. */
  change: (change: Change<RolloutQuery>) => Promise<void>;
  /** One step, or all of them; ends following. */
  moveTo: (step: number | undefined) => Promise<void>;
  follow: () => Promise<void>;
  clear: () => Promise<void>;
  /** Reads the rows of a part of the list; later searches read them at once. */
  need: (window: RowWindow) => Promise<void>;
  read: (id: number) => Promise<void>;
  close: () => void;
  /** @returns the lines of what is found, or of everything; undefined if they cannot be read */
  export: (all: boolean) => Promise<Blob | undefined>;
  /** The worker kept a step of its run. */
  kept: (run: string, facts: KeptFacts) => Promise<void>;
}

/** Rows before the first look at the list. */
const FIRST_ROWS: RowWindow = { first: 0, count: 80 };
/** Minimum milliseconds between two searches of all steps for a run that trains. */
const LIVE_MS = 2000;

const MISSING: ErrorView = {
  kind: 'input',
  message: 'This run has no stored rollouts.',
  advice: 'Those of older runs are removed to make room for new ones.',
};

/** Counts the kept steps of a run that cannot be read, as damaged records are counted. */
function announceDamaged({ run, name, damaged, steps }: OpenedRollouts): void {
  if (damaged === (useLeftOut.getState().rollouts[run]?.damaged ?? 0)) return;
  useLeftOut.setState(({ rollouts }) => ({
    rollouts: { ...rollouts, [run]: { name, damaged, read: steps + damaged } },
  }));
}

export const useRollouts = create<RolloutsState>()((set, get) => {
  let window = FIRST_ROWS;
  let searching: Promise<void> | undefined;
  let again = false;
  let newest: { run: string; facts: KeptFacts } | undefined;
  let updating: Promise<void> | undefined;
  let lastUpdate = -LIVE_MS;
  /** Of the newest call: answers of earlier ones are not shown. */
  let opening = 0;
  let reading = 0;

  const fail = (error: ErrorView) => {
    if (error.kind !== 'cancelled') set({ error });
  };

  const searchOnce = async (): Promise<void> => {
    const { opened, query } = get();
    if (!opened) return;
    const answer = await studioApi().findRollouts(opened.run, query, window);
    if (get().opened?.run !== opened.run) return;
    if (!answer.ok) return fail(answer.error);
    const { rows, ...found } = answer.value;
    const { first } = window;
    set({ found: { ...found, query, rows: new Map(rows.map((row, i) => [first + i, row])) }, error: undefined });
  };

  /** Resolves when the newest query is answered. */
  const search = (): Promise<void> => {
    again = true;
    searching ??= (async () => {
      while (again) {
        again = false;
        await searchOnce();
      }
    })().finally(() => (searching = undefined));
    return searching;
  };

  const show = async (run: string): Promise<void> => {
    const mine = ++opening;
    const answer = await studioApi().openRollouts(run);
    if (mine !== opening) return;
    if (!answer.ok) return fail(answer.error);
    const opened = answer.value;
    announceDamaged(opened);
    const same = get().opened?.run === run;
    if (same)
      set(({ query, following }) => ({ opened, query: withStep(query, stepFor(opened, query.step, following)) }));
    else {
      window = FIRST_ROWS;
      const { order, descending } = get().query;
      const query = { ...EVERY_ROLLOUT, order, descending, step: opened.newest };
      set({ opened, query, following: opened.held, found: undefined, detail: undefined });
    }
    await search();
  };

  const update = async (run: string, facts: KeptFacts): Promise<void> => {
    const { opened, query, following } = get();
    if (opened?.run !== run) {
      // A new run has begun: it is shown if the one before was followed.
      if (facts.steps > 0 && (!opened || (opened.held && following))) await get().refresh(run);
      return;
    }
    const changed = opened.newest !== facts.newest || opened.every !== facts.every || opened.problem !== facts.problem;
    if (!changed) return;
    const wait = query.step === undefined ? lastUpdate + LIVE_MS - performance.now() : 0;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    lastUpdate = performance.now();
    await show(run);
  };

  return {
    runs: undefined,
    opened: undefined,
    wanted: undefined,
    query: { ...EVERY_ROLLOUT, step: 0 },
    following: true,
    found: undefined,
    detail: undefined,
    error: undefined,
    exporting: false,

    refresh: async (run) => {
      const answer = await studioApi().listRollouts();
      if (!answer.ok) return fail(answer.error);
      const { runs, leftOut } = answer.value;
      useLeftOut.setState(({ rows }) => ({ rows: { ...rows, rollouts: leftOut } }));
      const asked = run ?? get().wanted;
      const missing = asked !== undefined && !runs.some((one) => one.run === asked);
      set({ runs, wanted: undefined });
      const last = runs.find((one) => one.run === get().opened?.run) ?? runs[0];
      const shown = missing ? last?.run : (asked ?? last?.run);
      if (shown === undefined) set({ opened: undefined, found: undefined, detail: undefined });
      else await show(shown);
      if (missing) set({ error: MISSING });
    },
    change: async (change) => {
      set(({ query }) => ({ query: withoutUndefined({ ...query, ...change }) }));
      window = { ...window, first: 0 };
      await search();
    },
    moveTo: async (step) => {
      set(({ query }) => ({ query: withStep(query, step), following: false }));
      await search();
    },
    follow: async () => {
      set(({ query, opened }) => ({ following: true, query: withStep(query, opened?.newest) }));
      await search();
    },
    clear: () => get().change(NO_FILTER),
    need: async (wanted) => {
      window = wanted;
      const { opened, found } = get();
      if (!opened || !found) return;
      const places = Array.from({ length: wanted.count }, (_, i) => wanted.first + i).filter(
        (place) => place < found.items.length && !found.rows.has(place),
      );
      const first = places[0];
      const last = places.at(-1);
      if (first === undefined || last === undefined) return;
      const items = [...found.items.subarray(first, last + 1)];
      const answer = await studioApi().rolloutRows(opened.run, items, found.query.text);
      // Another query may have been answered meanwhile.
      if (!answer.ok || get().found?.items !== found.items) return;
      const byId = new Map(answer.value.map((row) => [row.kind === 'group' ? -1 - row.id : row.id, row]));
      set((state) => {
        const rows = new Map(state.found?.rows);
        for (const [i, item] of items.entries()) {
          const row = byId.get(item);
          if (row) rows.set(first + i, row);
        }
        return state.found ? { found: { ...state.found, rows } } : {};
      });
    },
    read: async (id) => {
      const { opened, query } = get();
      if (!opened) return;
      const mine = ++reading;
      const answer = await studioApi().readRollout(opened.run, id, query.text);
      if (mine !== reading) return;
      if (answer.ok) set({ detail: answer.value, error: undefined });
      else fail(answer.error);
    },
    close: () => {
      reading += 1;
      set({ detail: undefined });
    },
    export: async (all) => {
      const { opened, query } = get();
      if (!opened) return undefined;
      set({ exporting: true });
      const answer = await studioApi().exportRollouts(opened.run, all ? EVERY_ROLLOUT : query, opened.name);
      set({ exporting: false });
      if (answer.ok) return answer.value;
      fail(answer.error);
      return undefined;
    },
    kept: (run, facts) => {
      newest = { run, facts };
      updating ??= (async () => {
        while (newest) {
          const one = newest;
          newest = undefined;
          await update(one.run, one.facts);
        }
      })().finally(() => (updating = undefined));
      return updating;
    },
  };
});

/** The step that is shown of a run whose kept steps have changed: the same, or the one before it. */
function stepFor({ newest, keptSteps }: OpenedRollouts, shown: number | undefined, following: boolean) {
  if (shown === undefined) return undefined;
  return following ? newest : (keptSteps.findLast((step) => step <= shown) ?? keptSteps[0]);
}

const withStep = ({ step: _, ...query }: RolloutQuery, step: number | undefined): RolloutQuery => ({
  ...query,
  ...(step !== undefined && { step }),
});

const withoutUndefined = (query: Change<RolloutQuery>): RolloutQuery =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as unknown as RolloutQuery;
