/** The run as the page sees it: the newest frame, and the user's actions. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { EMPTY_DIGEST, type ArchivedState } from '../archive/archived-run.ts';
import { adapterName, type AdapterView, type Frame, type RunStatus } from '../views/run-view.ts';
import type { CheckpointView, PickedFile } from '../views/models.ts';
import type { ErrorView } from '../views/result.ts';
import type { Preparation, RunEvent, WorkerEvent } from '../worker/events.ts';
import { softwareHere, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { useRolloutSettings } from './rollout-settings.ts';
import { useStateSettings } from './state-settings.ts';
import { forgetModel, rememberModel } from './added-models.ts';
import { keepUnchanged } from './frames.ts';
import { askForPersistence } from './persistence.ts';
import { painted } from './painted.ts';
import { useWhatIf } from './what-if-store.ts';

interface RunStore {
  adapter: AdapterView | undefined;
  /** Why no GPU is available; the page then shows instructions instead of the studio. */
  unavailable: ErrorView | undefined;
  models: CheckpointView[];
  frame: Frame | undefined;
  /** The config of the frame's run. */
  running: RunConfig | undefined;
  state: RunStatus;
  /** The run's name in the worker, and its id in the archive. */
  id: string | undefined;
  /** The worker holds the run's policy: it can be queried, exported and, unless it has ended, resumed. */
  held: boolean;
  /** The progress of a starting run. */
  preparation: Preparation | undefined;
  error: ErrorView | undefined;
  /** Why the worker or its GPU was lost or does not respond; a restart helps. */
  workerProblem: ErrorView | undefined;
  /** Whether a checkpoint folder is being read. */
  reading: boolean;
  /** The run, if it has a report of its stages so far. */
  reported: string | undefined;
  /** The run's id in the archive while it runs. */
  recording: string | undefined;
  /** The worker's run while a recording, or nothing, is shown in its place (shown-run.ts). */
  aside: LiveRun | undefined;
  /** `policyKey` of the run's policy when it was last exported. */
  exported: string | undefined;
  /** The policy that was kept last, for a notification. */
  keptPolicy: CheckpointView | undefined;
  /**
   * @param options.discard discards the trained policy of the run before; by default it is kept in the model list
   * @param options.run a lost run that starts again under its id; its records are replaced
   */
  start: (config: RunConfig, options: { paused: boolean; discard?: boolean; run?: string }) => Promise<void>;
  pause: () => void;
  resume: (options?: { oneStep: boolean }) => void;
  stop: () => void;
  /** @param base the checkpoint that an adapter's files belong to */
  addFiles: (files: PickedFile[], base?: string) => Promise<CheckpointView | undefined>;
  showError: (error: ErrorView | undefined) => void;
  /** The policy's weights were exported. */
  markExported: () => void;
}

/** What the page knows of the run that the worker holds. */
export type LiveRun = Pick<RunStore, 'state' | 'frame' | 'running' | 'id' | 'held' | 'exported'>;

/** Ids of shown recordings begin so; the worker knows none of them. */
export const RECORDED_ID = 'recording:';

/** Whether a recording is shown, and not a run of the worker. */
export const isRecorded = ({ id }: Pick<RunStore, 'id'>): boolean => id?.startsWith(RECORDED_ID) ?? false;

/** The state of what is shown: of a recording, that of its replay. */
export const shownState = ({ id, frame, state }: Pick<RunStore, 'id' | 'frame' | 'state'>): RunStatus =>
  isRecorded({ id }) ? (frame?.state ?? 'idle') : state;

/** The run that the worker holds, also while something else is shown. */
export function liveRun(): LiveRun {
  const run = useRun.getState();
  return run.aside ?? run;
}

/** Calls of `stop`: a start that was stopped does not make its first step. */
let stops = 0;
export const stopsMade = (): number => stops;
/** The run pauses again after its next step. */
let stepping = false;
export const isStepping = (): boolean => stepping;

export const useRun = create<RunStore>()((set, get) => ({
  adapter: undefined,
  unavailable: undefined,
  models: [],
  frame: undefined,
  running: undefined,
  state: 'idle',
  id: undefined,
  held: false,
  preparation: undefined,
  error: undefined,
  workerProblem: undefined,
  reading: false,
  recording: undefined,
  aside: undefined,
  reported: undefined,
  exported: undefined,
  keptPolicy: undefined,

  start: async (config, options) => {
    const { state, frame, running, id, held, exported } = liveRun();
    const before = { state, frame, running, id, held, exported };
    const run: string = options.run ?? crypto.randomUUID();
    const stopsBefore = stops;
    stepping = options.paused;
    set({
      state: 'preparing',
      preparation: { stage: 'checking' },
      error: undefined,
      frame: undefined,
      running: config,
      id: run,
      aside: undefined,
      held: false,
      exported: undefined,
      // The worker opens the GPU again.
      ...(get().workerProblem?.kind === 'device-lost' && { workerProblem: undefined }),
    });
    useWhatIf.setState({ result: undefined, error: undefined });
    beginRecording(run, config, get().adapter);
    // Preparing keeps all cores busy, so the page is repainted first.
    await painted();
    const started =
      stops === stopsBefore
        ? await studioApi().start(config, {
            ...options,
            run,
            rolloutBytes: useRolloutSettings.getState().bytes,
            stateEvery: useStateSettings.getState().every,
          })
        : ({ ok: false, error: CANCELLED } as const);
    // The worker or its GPU was lost meanwhile.
    if (get().id !== run) return;
    if (started.ok) {
      set({ held: true, preparation: undefined, workerProblem: undefined });
      if (options.paused && stops === stopsBefore) get().resume({ oneStep: true });
      return;
    }
    // The event of the loss comes, too, and the run resumes by it (recovery.ts).
    if (started.error.kind === 'device-lost') return;
    endRecording(run, 'failed');
    // A start that its checks refused leaves the run before it as it was.
    const kept = before.held && (await studioApi().heldRun()) === before.id;
    const cancelled = started.error.kind === 'cancelled';
    set({
      ...(kept ? before : { state: cancelled ? 'idle' : 'failed', ...(cancelled && { running: undefined }) }),
      preparation: undefined,
      ...(!cancelled && { error: started.error }),
    });
  },
  pause: () => {
    set(({ state }) => (state === 'running' ? { state: 'pausing' } : {}));
    void studioApi().pause();
  },
  resume: (options = { oneStep: false }) => {
    stepping = options.oneStep;
    void studioApi().resume(options);
  },
  stop: () => {
    stops += 1;
    set(({ state }) => (isActive(state) && state !== 'paused' ? { state: 'stopping' } : {}));
    void studioApi().stop();
  },

  addFiles: async (files, base) => {
    set({ reading: true });
    const added = await studioApi().addCheckpoint(files, base);
    set({ reading: false });
    if (!added.ok) {
      set({ error: added.error });
      return undefined;
    }
    rememberModel({ model: added.value, files, ...(base !== undefined && { base }) });
    set(({ models }) => ({ models: withModel(models, added.value), error: undefined }));
    return added.value;
  },
  showError: (error) => set({ error }),
  markExported: () => set(({ id, frame }) => ({ exported: policyKey({ id, frame }) })),
}));

const CANCELLED: ErrorView = { kind: 'cancelled', message: 'The run was stopped before it began.', advice: '' };

/** A run exists that trains, or can resume without a new start. */
export const isActive = (state: RunStatus): boolean =>
  state === 'preparing' || state === 'running' || state === 'pausing' || state === 'paused' || state === 'stopping';

export const withModel = (models: readonly CheckpointView[], model: CheckpointView): CheckpointView[] => [
  ...models.filter(({ id }) => id !== model.id),
  model,
];

/** Identifies the trained policy of a run: the run and its newest step; undefined before its first step. */
export function policyKey({ id, frame }: Pick<RunStore, 'id' | 'frame'>): string | undefined {
  return frame?.latest && `${id ?? ''} ${frame.latest.phase} ${frame.latest.step}`;
}

function beginRecording(id: string, config: RunConfig, adapter: AdapterView | undefined): void {
  const now = Date.now();
  useRun.setState({ recording: id });
  tabArchive.writer.begin({
    id,
    name: config.name,
    note: '',
    config,
    state: 'running',
    started: now,
    changed: now,
    adapter: adapterName(adapter),
    software: softwareHere(),
    records: 0,
    digest: EMPTY_DIGEST,
    tab: tabArchive.tab,
  });
}

function endRecording(run: string, state: ArchivedState, error?: ErrorView): void {
  tabArchive.writer.end(run, state, error?.message);
  if (useRun.getState().recording === run) useRun.setState({ recording: undefined });
}

/** Writes the worker's reports of a run to the archive. */
export function receiveRun(event: RunEvent): void {
  if (event.type === 'run-records') tabArchive.writer.append(event.run, event.records);
  else if (event.type === 'run-report') {
    tabArchive.writer.report(event.run, event.report);
    useRun.setState(({ id }) => (event.run === id ? { reported: id } : {}));
  } else if (event.type === 'run-resumed') {
    tabArchive.writer.reopen(event.run);
    useRun.setState({ recording: event.run });
  } else endRecording(event.run, event.state === 'finished' ? 'complete' : event.state, event.error);
}

/** The run failed; the worker reports the end of its record itself. */
export const failRun = (error: ErrorView): void => useRun.setState({ error, state: 'failed' });

/** The worker or its GPU was lost, and the run with it: its record is that of an interrupted run. */
export function loseRun(problem: ErrorView): void {
  const { recording } = useRun.getState();
  if (recording !== undefined) tabArchive.writer.interrupt(recording, problem.message);
  useRun.setState(({ state, aside }) => ({
    workerProblem: problem,
    recording: undefined,
    preparation: undefined,
    // Late frames and a pending start belong to no run.
    ...(aside
      ? { aside: { ...aside, id: undefined, held: false } }
      : { id: undefined, held: false, ...(isActive(state) && { state: 'failed' as const }) }),
  }));
}

export function receivePreparing(preparation: Preparation): void {
  useRun.setState(({ state }) => (state === 'preparing' ? { preparation } : {}));
}

/** Frames of a run that was replaced arrive late, and are not shown; nor are those of one that is set aside. */
export function receiveFrame(next: Frame): void {
  askForPersistence(next.states);
  useRun.setState(({ frame, id, aside }) => {
    if (aside) return next.run === aside.id ? { aside: { ...aside, frame: next, state: next.state } } : {};
    return next.run !== undefined && next.run !== id ? {} : { frame: keepUnchanged(frame, next), state: next.state };
  });
}

/** A new run has replaced one with a trained policy, which is now in the list of models. */
export function receivePolicy({ model, files, dropped }: Extract<WorkerEvent, { type: 'policy-kept' }>): void {
  rememberModel({ model, files });
  dropped.forEach(forgetModel);
  useRun.setState(({ models }) => ({
    models: withModel(models, model).filter(({ id }) => !dropped.includes(id)),
    keptPolicy: model,
  }));
}
