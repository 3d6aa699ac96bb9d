/** Publishing of the run on the Train page: its steps and its outcome. The token is an argument; no state holds it. */
import { create } from 'zustand';
import { parseMetrics } from '../archive/run-folder.ts';
import { StudioError } from '../errors.ts';
import type { CardKind } from '../publish/model-card.ts';
import { publish, repositoryName, type Publication, type PublishPhase } from '../publish/publish.ts';
import { commitTitle, publishedFiles } from '../publish/run-files.ts';
import type { Precision } from '../worker/protocol.ts';
import { studioApi } from './connection.ts';
import { useRun } from './run-store.ts';

export interface PublishForm {
  repository: string;
  kind: CardKind;
  precision: Precision;
  visibility: 'public' | 'private';
}

type PublishState =
  | { at: 'form'; problem?: string }
  | { at: 'running'; phase: PublishPhase | 'reading'; share: number }
  | { at: 'done'; publication: Publication };

interface PublishStore {
  state: PublishState;
  /** Publishes the run's present weights. */
  start(form: PublishForm, token: string): Promise<void>;
  cancel(): void;
  /** Back to the form. */
  reset(): void;
}

let controller = new AbortController();

export const usePublish = create<PublishStore>()((set) => ({
  state: { at: 'form' },

  async start(form, token) {
    controller = new AbortController();
    const { signal } = controller;
    try {
      const repository = repositoryName(form.repository);
      const config = useRun.getState().running;
      if (!config) throw new StudioError('input', 'There is no run to publish.', 'Train one first.');
      set({ state: { at: 'running', phase: 'reading', share: 0 } });
      const api = studioApi();
      const model =
        form.kind === 'adapter' ? await api.exportAdapter(form.precision) : await api.exportCheckpoint(form.precision);
      const metrics = await api.exportMetrics();
      for (const result of [model, metrics])
        if (!result.ok) throw new StudioError(result.error.kind, result.error.message, result.error.advice);
      if (!model.ok || !metrics.ok) return;
      const card = { repository, kind: form.kind, config, records: parseMetrics(metrics.value, 'metrics.jsonl') };
      const publication = await publish({
        repository,
        token,
        files: publishedFiles(card, model.value),
        visibility: form.visibility,
        title: commitTitle(card),
        signal,
        onProgress: (share, phase) => {
          if (!signal.aborted) set({ state: { at: 'running', phase, share } });
        },
        ...(HUB_ADDRESS && { base: HUB_ADDRESS }),
      });
      useRun.getState().markExported();
      set({ state: { at: 'done', publication } });
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      set({ state: { at: 'form', problem: error.line } });
    }
  },

  cancel: () => controller.abort(),
  reset: () => set({ state: { at: 'form' } }),
}));

/** Another hub than Hugging Face's, as the page's policy has it (vite.config.ts). */
const HUB_ADDRESS = import.meta.env.VITE_HUB_ADDRESS as string | undefined;
