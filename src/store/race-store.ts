/** A race: its settings, and its lanes as they advance. Each lane is stored like any run, under its strategy's name. */
import { create } from 'zustand';
import { EMPTY_DIGEST } from '../archive/archived-run.ts';
import { raceEntries, type Race, type RaceEntry } from '../compare/race.ts';
import { StudioError } from '../errors.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { LaneResponses, LaneView, RaceFrame } from '../views/race.ts';
import type { ErrorView } from '../views/result.ts';
import type { RunStatus } from '../views/run-view.ts';
import type { Preparation, RaceEvent } from '../worker/events.ts';
import { errorView, softwareHere, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { painted } from './painted.ts';

export interface RaceLane extends RaceEntry {
  /** Its id in the archive. */
  id: string;
  view: LaneView;
  records: readonly StepRecord[];
  /** Of its newest two steps, so that all lanes can be shown at the same step. */
  responses: readonly LaneResponses[];
}

/** The settings of the next race. */
interface RaceSettings {
  strategies: StrategyConfig[];
  /** The config of all lanes: a preset's id, or RECIPE_BASE. */
  base: string;
  /** In place of those of the base; undefined: the base's own. */
  steps: number | undefined;
  seed: number | undefined;
}

interface RaceState extends RaceSettings {
  /** The race that is shown, by its name in the worker. */
  id: string | undefined;
  race: Race | undefined;
  lanes: readonly RaceLane[];
  state: RunStatus;
  /** The lane whose step is being made, and what it does. */
  turn: number | undefined;
  activity: string;
  /** Steps of each lane over all stages. */
  total: number;
  preparation: Preparation | undefined;
  error: ErrorView | undefined;
  set: (change: Partial<RaceSettings>) => void;
  /**
   * @param options.paused makes one step of every lane, then pauses
   * @param options.adapter the adapter it runs on
   */
  start: (race: Race, options: { paused: boolean; adapter: string }) => Promise<void>;
  pause: () => void;
  /** @param options.oneStep pauses again once every lane has made its next step */
  resume: (options?: { oneStep: boolean }) => Promise<void>;
  stop: () => void;
}

/** The recipe of the Train page as the base of a race. */
export const RECIPE_BASE = 'recipe';

/** In the preset of a collapse, with its seed, GPPO loses its reward and the other two learn. */
const DEFAULTS: RaceSettings = {
  strategies: [{ name: 'ppo' }, { name: 'clip-higher' }, { name: 'gppo' }],
  base: 'collapse',
  steps: undefined,
  seed: undefined,
};

/** Whether a race trains or is about to. */
export const isRacing = ({ state }: Pick<RaceState, 'state'>): boolean =>
  state === 'preparing' || state === 'running' || state === 'pausing' || state === 'stopping';

/** Steps that all lanes have made, of those that still race while any does. */
export function raceLevel({ lanes }: Pick<RaceState, 'lanes'>): number {
  const racing = lanes.filter(({ view }) => view.state === 'racing');
  const steps = (racing.length > 0 ? racing : lanes).map(({ view }) => view.step);
  return steps.length === 0 ? 0 : racing.length > 0 ? Math.min(...steps) : Math.max(...steps);
}

export const useRace = create<RaceState>()((set, get) => ({
  ...DEFAULTS,
  id: undefined,
  race: undefined,
  lanes: [],
  state: 'idle',
  turn: undefined,
  activity: '',
  total: 0,
  preparation: undefined,
  error: undefined,
  set: (change) => set(change),

  start: async (race, { paused, adapter }) => {
    const id: string = crypto.randomUUID();
    let entries: RaceEntry[];
    try {
      entries = raceEntries(race);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      set({ error: errorView(error) });
      return;
    }
    // A paused race is ended by the worker, whose events about it arrive too late.
    endLanes('stopped');
    const lanes = entries.map((entry): RaceLane => ({
      ...entry,
      id: crypto.randomUUID(),
      view: { state: 'racing', step: 0 },
      records: [],
      responses: [],
    }));
    set({
      id,
      race,
      lanes,
      state: 'preparing',
      turn: undefined,
      activity: '',
      preparation: { stage: 'checking' },
      error: undefined,
    });
    for (const lane of lanes) tabArchive.writer.begin(rowOf(lane, adapter));
    // Preparing keeps all cores busy, so the page is repainted first.
    await painted();
    if (get().id !== id || get().state !== 'preparing') return;
    const started = await studioApi().startRace(race, { race: id, paused });
    if (get().id !== id) return;
    set({ preparation: undefined });
    if (started.ok) {
      if (paused) await get().resume({ oneStep: true });
      return;
    }
    const { error } = started;
    endLanes('failed');
    set(error.kind === 'cancelled' ? { state: 'idle', lanes: [], race: undefined } : { state: 'failed', error });
  },

  pause: () => {
    set(({ state }) => (state === 'running' ? { state: 'pausing' } : {}));
    void studioApi().pauseRace();
  },
  resume: async (options = { oneStep: false }) => {
    const resumed = await studioApi().resumeRace(options);
    if (!resumed.ok && resumed.error.kind !== 'cancelled') set({ error: resumed.error });
    else set({ error: undefined });
  },
  stop: () => {
    set(({ state }) => (isRacing({ state }) || state === 'paused' ? { state: 'stopping' } : {}));
    void studioApi().stopRace();
  },
}));

function rowOf({ id, config }: RaceLane, adapter: string) {
  const now = Date.now();
  return {
    id,
    name: config.name,
    note: '',
    config,
    state: 'running' as const,
    started: now,
    changed: now,
    adapter,
    software: softwareHere(),
    records: 0,
    digest: EMPTY_DIGEST,
    tab: tabArchive.tab,
  };
}

/** Ends the records of the lanes that have not ended. */
function endLanes(state: 'stopped' | 'failed', error?: ErrorView): void {
  useRace.setState(({ lanes }) => ({
    lanes: lanes.map((lane) => {
      if (lane.view.state !== 'racing') return lane;
      tabArchive.writer.end(lane.id, state, error?.message);
      return { ...lane, view: { ...lane.view, state, ...(error && { error }) } };
    }),
  }));
}

function changeLane(index: number, change: (lane: RaceLane) => RaceLane): void {
  useRace.setState(({ lanes }) => ({ lanes: lanes.map((lane, i) => (i === index ? change(lane) : lane)) }));
}

/** Applies the worker's events of a race; those of one that was replaced arrive late, and are not shown. */
export function receiveRace(event: RaceEvent): void {
  const { id, lanes, state } = useRace.getState();
  if ((event.type === 'race-frame' ? event.frame.race : event.race) !== id) return;
  switch (event.type) {
    case 'race-preparing':
      if (state === 'preparing') useRace.setState({ preparation: event.progress });
      break;
    case 'race-frame':
      receiveFrame(event.frame);
      break;
    case 'race-records':
      changeLane(event.lane, (lane) => ({ ...lane, records: [...lane.records, ...event.records] }));
      tabArchive.writer.append(lanes[event.lane]?.id ?? '', event.records);
      break;
    case 'race-lane-end':
      tabArchive.writer.end(
        lanes[event.lane]?.id ?? '',
        event.state === 'finished' ? 'complete' : event.state,
        event.error?.message,
      );
  }
}

function receiveFrame({ state, turn, activity, steps, lanes: views, responses, error }: RaceFrame): void {
  useRace.setState(({ lanes }) => ({
    state,
    turn,
    activity,
    total: steps,
    preparation: undefined,
    ...(error && { error }),
    lanes: lanes.map((lane, i) => {
      const newest = responses.filter((one) => one.lane === i);
      return {
        ...lane,
        view: views[i] ?? lane.view,
        responses: newest.length > 0 ? [...lane.responses, ...newest].slice(-2) : lane.responses,
      };
    }),
  }));
}

/** The worker or its device was lost, and with it a race that had not ended. */
export function loseRace(error: ErrorView): void {
  const { state } = useRace.getState();
  if (!isRacing({ state }) && state !== 'paused') return;
  endLanes('failed', error);
  // Its late events belong to no race.
  useRace.setState({ id: undefined, state: 'failed', turn: undefined, activity: '', preparation: undefined, error });
}
