/** The run as the page sees it: the newest frame, and what a person can do to it. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { EMPTY_DIGEST } from '../archive/archived-run.ts';
import type { PlaygroundEvent } from '../views/playground.ts';
import type {
  AdapterView,
  CheckpointView,
  CompileProgress,
  DownloadView,
  ErrorView,
  Frame,
  PickedFile,
  RunStatus,
  RunEvent,
  SweepEvent,
  WorkerEvent,
} from '../worker/protocol.ts';
import { adapterName, archiveWriter, TAB } from './archive.ts';
import { onWorkerError, studioApi, subscribe } from './connection.ts';
import { receiveSweep, restoreComparison, sweepBroke } from './compare-store.ts';
import { keepUnchanged } from './frames.ts';
import { useWhatIf } from './what-if-store.ts';

interface RunStore {
  adapter: AdapterView | undefined;
  /** Why there is no GPU; the page then shows what to do instead of the studio. */
  unavailable: ErrorView | undefined;
  models: CheckpointView[];
  frame: Frame | undefined;
  /** The config of the run that the frame belongs to. */
  running: RunConfig | undefined;
  state: RunStatus;
  /** Kernels compiled of a run that is being started. */
  compiling: CompileProgress | undefined;
  error: ErrorView | undefined;
  /** A checkpoint folder is being read. */
  reading: boolean;
  open: () => Promise<void>;
  start: (config: RunConfig, options: { paused: boolean }) => Promise<void>;
  pause: () => void;
  resume: (options?: { oneStep: boolean }) => void;
  stop: () => void;
  /** @param base the checkpoint that an adapter's files are for */
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

  open: async () => {
    onWorkerError((message) =>
      broke({
        kind: 'internal',
        message: `The training worker broke off${message ? `: ${message}` : ', or could not be loaded.'}`,
        advice: 'Reload the page.',
      }),
    );
    await subscribe((event) => receive(event));
    const adapter = await studioApi().open();
    if (!adapter.ok) {
      set({ unavailable: adapter.error });
      return;
    }
    set({ adapter: adapter.value });
    void restoreComparison();
    const models = await studioApi().listModels();
    if (models.ok) set({ models: models.value });
    else set({ error: models.error });
  },

  start: async (config, options) => {
    set({ state: 'preparing', compiling: undefined, error: undefined, frame: undefined, running: config });
    useWhatIf.setState({ result: undefined, error: undefined });
    const run = keepRun(config, get().adapter);
    const started = await studioApi().start(config, { ...options, run });
    if (!started.ok) archiveWriter().end(run, 'failed');
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

/** The run's name in the archive; of one that has not ended. */
let keeping: string | undefined;

function keepRun(config: RunConfig, adapter: AdapterView | undefined): string {
  const [id, now] = [crypto.randomUUID(), Date.now()];
  keeping = id;
  archiveWriter().begin({
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
    tab: TAB,
  });
  return id;
}

function receiveRun(event: RunEvent): void {
  if (event.type === 'run-records') {
    archiveWriter().append(event.run, event.records);
    return;
  }
  const { run, state, error } = event;
  archiveWriter().end(run, state === 'finished' ? 'complete' : state, error?.message);
  if (keeping === run) keeping = undefined;
}

/** Nothing goes on, and the worker may not be able to say so of what it made. */
function broke(error: ErrorView): void {
  if (keeping !== undefined) archiveWriter().end(keeping, 'failed', error.message);
  keeping = undefined;
  sweepBroke(error);
  useRun.setState({ error, state: 'failed' });
}

/** Set by the store of models, which knows this one. */
let onDownload: (download: DownloadView) => void = () => undefined;

export function listenToDownloads(listener: (download: DownloadView) => void): void {
  onDownload = listener;
}

/** Set by the store of the playground, whose page is loaded when it is first looked at. */
let onPlayground: (event: PlaygroundEvent) => void = () => undefined;

export function listenToPlayground(listener: (event: PlaygroundEvent) => void): void {
  onPlayground = listener;
}

/** Frames come at most 10 times a second; of several before a repaint only the newest is drawn. */
let newest: Frame | undefined;

function receive(event: WorkerEvent): void {
  if (event.type.startsWith('sweep')) {
    receiveSweep(event as SweepEvent);
    return;
  }
  if (event.type === 'download') {
    onDownload(event.download);
    return;
  }
  if (event.type === 'playground-begin' || event.type === 'playground-tokens') {
    onPlayground(event);
    return;
  }
  if (event.type === 'run-records' || event.type === 'run-end') {
    receiveRun(event);
    return;
  }
  if (event.type === 'preparing') {
    useRun.setState({ compiling: event.progress });
    return;
  }
  if (event.type === 'device-lost') {
    broke(event.error);
    return;
  }
  if (event.type === 'failed') {
    useRun.setState({ error: event.error, state: 'failed' });
    return;
  }
  if (event.type !== 'frame') return;
  const waiting = newest !== undefined;
  newest = event.frame;
  if (waiting) return;
  requestAnimationFrame(() => {
    const frame = newest;
    newest = undefined;
    if (frame) useRun.setState((run) => ({ frame: keepUnchanged(run.frame, frame), state: frame.state }));
  });
}
