/** Hub models in this browser, and the current download. */
import { create } from 'zustand';
import { isActive, type CachedModelView, type CheckpointView, type DownloadView } from '../views/models.ts';
import type { ErrorView } from '../views/result.ts';
import { forgetModel } from './added-models.ts';
import { studioApi } from './connection.ts';
import { useRun } from './run-store.ts';

interface ModelsState {
  /** As typed in the fields. */
  name: string;
  revision: string;
  cached: CachedModelView[];
  /** The current or last download. */
  download: DownloadView | undefined;
  /** Error of the list or of a deletion. */
  error: ErrorView | undefined;
  edit: (fields: Partial<Pick<ModelsState, 'name' | 'revision'>>) => void;
  refresh: () => Promise<void>;
  /** Downloads the model that the fields name, or resumes an incomplete one. @returns the model when complete */
  load: (model?: { name: string; commit: string }) => Promise<CheckpointView | undefined>;
  cancel: () => void;
  remove: (id: string) => Promise<void>;
  /** Removes an opened folder from the list; its files are not touched. */
  close: (id: string) => Promise<void>;
}

export const useDownloading = (): boolean => useModels(({ download }) => download !== undefined && isActive(download));

export const useModels = create<ModelsState>()((set, get) => ({
  name: '',
  revision: '',
  cached: [],
  download: undefined,
  error: undefined,
  edit: (fields) => set(fields),
  refresh: async () => {
    const cached = await studioApi().listCached();
    if (!cached.ok) {
      set({ error: cached.error });
      return;
    }
    set({ cached: cached.value });
    // A complete model can be trained like any other.
    const whole = cached.value.flatMap(({ checkpoint }) => (checkpoint ? [checkpoint] : []));
    useRun.setState(({ models }) => ({ models: [...models.filter(({ id }) => !id.startsWith('hub:')), ...whole] }));
  },
  load: async (model) => {
    const [name, revision] = model ? [model.name, model.commit] : [get().name, get().revision];
    set({ download: { name: name.trim(), revision, state: 'listing', files: [] } });
    const answer = await studioApi().downloadModel(name, revision);
    // An invalid name never reaches the worker.
    if (!answer.ok)
      set(({ download }) => ({
        download: {
          ...(download ?? { name, revision, files: [] }),
          state: answer.error.kind === 'cancelled' ? 'cancelled' : 'failed',
          error: answer.error,
        },
      }));
    await get().refresh();
    return answer.ok ? answer.value : undefined;
  },
  cancel: () => void studioApi().cancelDownload(),
  remove: async (id) => {
    const answer = await studioApi().deleteCached(id);
    set({ error: answer.ok ? undefined : answer.error });
    await get().refresh();
  },
  close: async (id) => {
    await studioApi().removeCheckpoint(id);
    forgetModel(id);
    useRun.setState(({ models }) => ({ models: models.filter((model) => model.id !== id) }));
  },
}));

export const receiveDownload = (download: DownloadView): void => useModels.setState({ download });
