/** The run as the page sees it: the newest frame, and the user's actions. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { EMPTY_DIGEST, type ArchivedState } from '../archive/archived-run.ts';
import type {
  AdapterView,
  CheckpointView,
  CompileProgress,
  ErrorView,
  Frame,
  PickedFile,
  RunStatus,
  RunEvent,
} from '../worker/protocol.ts';
import { adapterName, tabArchive } from './archive.ts';
import { studioApi } from './connection.ts';
import { keepUnchanged } from './frames.ts';
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
  /** Compile progress of a starting run. */
  compiling: CompileProgress | undefined;
  error: ErrorView | undefined;
  /** Whether a checkpoint folder is being read. */
  reading: boolean;
  /** Id of the run in the archive while it runs. */
  recording: string | undefined;
  start: (config: RunConfig, options: { paused: boolean }) => Promise<void>;
  pause: () => void;
  resume: (options?: { oneStep: boolean }) => void;
  stop: () => void;
  /** @param base the checkpoint that an adapter's files belong to */
  addFiles: (files: PickedFile[], base?: string) => Promise<CheckpointView | undefined>;
  showError: (error: ErrorView | undefined) => void;
}

export const useRun = create<RunStore>()((set, get) => ({
  adapter: undefined,
  unavailable: undefined,
  models: [],
  frame: undefined,
  running: undefined,
  state: 'idle',
  compiling: undefined,
  error: undefined,
  reading: false,
  recording: undefined,

  start: async (config, options) => {
    set({ state: 'preparing', compiling: undefined, error: undefined, frame: undefined, running: config });
    useWhatIf.setState({ result: undefined, error: undefined });
    const run = beginRecording(config, get().adapter);
    const started = await studioApi().start(config, { ...options, run });
    if (!started.ok) endRecording(run, 'failed');
    if (!started.ok && started.error.kind === 'cancelled') set({ state: 'idle' });
    else if (!started.ok) set({ state: 'failed', error: started.error });
    else if (options.paused) get().resume({ oneStep: true });
  },
  pause: () => void studioApi().pause(),
  resume: (options = { oneStep: false }) => void studioApi().resume(options),
  stop: () => void studioApi().stop(),

  addFiles: async (files, base) => {
    set({ reading: true });
    const added = await studioApi().addCheckpoint(files, base);
    set({ reading: false });
    if (!added.ok) {
      set({ error: added.error });
      return undefined;
    }
    set(({ models }) => ({
      models: [...models.filter(({ id }) => id !== added.value.id), added.value],
      error: undefined,
    }));
    return added.value;
  },
  showError: (error) => set({ error }),
}));

function beginRecording(config: RunConfig, adapter: AdapterView | undefined): string {
  const [id, now] = [crypto.randomUUID(), Date.now()];
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
    records: 0,
    digest: EMPTY_DIGEST,
    tab: tabArchive.tab,
  });
  return id;
}

function endRecording(run: string, state: ArchivedState, error?: ErrorView): void {
  tabArchive.writer.end(run, state, error?.message);
  if (useRun.getState().recording === run) useRun.setState({ recording: undefined });
}

/** Writes the worker's reports of a run to the archive. */
export function receiveRun(event: RunEvent): void {
  if (event.type === 'run-records') tabArchive.writer.append(event.run, event.records);
  else endRecording(event.run, event.state === 'finished' ? 'complete' : event.state, event.error);
}

/** @param options.recorded also ends its record in the archive, where the worker cannot report the end itself */
export function failRun(error: ErrorView, options = { recorded: false }): void {
  const { recording } = useRun.getState();
  if (options.recorded && recording !== undefined) endRecording(recording, 'failed', error);
  useRun.setState({ error, state: 'failed' });
}

export function receivePreparing(compiling: CompileProgress): void {
  useRun.setState({ compiling });
}

export function receiveFrame(next: Frame): void {
  useRun.setState(({ frame }) => ({ frame: keepUnchanged(frame, next), state: next.state }));
}
