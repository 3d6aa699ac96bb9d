/** Hub models in this browser: the current download (one at a time) and stored models. */
import { parseModelConfig } from '../checkpoint/hugging-face-config.ts';
import { parseHubName } from '../checkpoint/hub-address.ts';
import { cacheId, HubCache, type CachedModel } from '../checkpoint/hub-cache.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, listHubModel, type HubListing } from '../checkpoint/hub-listing.ts';
import { parseObject } from '../checkpoint/json-fields.ts';
import { StudioError } from '../errors.ts';
import { assertRoom, DownloadProgress } from './download-progress.ts';
import { errorView } from './error-view.ts';
import type { CachedModelView, CheckpointView, DownloadView } from '../views/models.ts';

export class HubModels {
  readonly cache: HubCache;
  private running: AbortController | undefined;

  constructor(
    private readonly base: string,
    files: () => Promise<FileSystemDirectoryHandle>,
    private readonly report: (download: DownloadView) => void,
  ) {
    this.cache = new HubCache(files);
  }

  /** @returns the id of the stored model. @throws StudioError `input` with the reason, `memory`, `cancelled` */
  async download(text: string, revisionText: string): Promise<string> {
    if (this.running)
      throw new StudioError('input', 'Another download is running.', 'Wait for it to finish, or cancel it.');
    const model = parseHubName(text, revisionText);
    const abort = new AbortController();
    this.running = abort;
    const progress = new DownloadProgress(model.name, model.revision, this.report);
    try {
      progress.state('listing');
      const listing = await listHubModel(this.base, model, abort.signal);
      progress.begin(listing);
      const id = cacheId(listing);
      await this.cache.begin(listing);
      await assertRoom(listing, await this.cachedBytes(id));
      await downloadModel(listing, {
        base: this.base,
        signal: abort.signal,
        open: (file) => this.cache.open(id, file),
        onProgress: (path, loaded, waiting) => progress.update(path, loaded, waiting),
        onFile: async (path) => {
          await this.cache.finish(id, path);
          if (path === 'config.json') await this.assertKnown(listing);
        },
      });
      if (abort.signal.aborted) throw cancelled();
      progress.state('done');
      return `hub:${id}`;
    } catch (error) {
      const stopped = error instanceof StudioError && error.kind === 'cancelled';
      progress.state(stopped ? 'cancelled' : 'failed', stopped ? undefined : error);
      throw error;
    } finally {
      this.running = undefined;
    }
  }

  cancel(): void {
    this.running?.abort();
  }

  /** @param view reads a complete model's header */
  async list(view: (id: string) => Promise<CheckpointView>): Promise<CachedModelView[]> {
    const models = await this.cache.list();
    return Promise.all(models.map((model) => describe(model, view)));
  }

  private async cachedBytes(id: string): Promise<number> {
    return (await this.cache.list()).find((model) => model.id === id)?.bytes ?? 0;
  }

  /** Weights of an unknown architecture are not downloaded. */
  private async assertKnown(listing: HubListing): Promise<void> {
    const source = await this.cache.partialSource(listing);
    const where = `${listing.name}/config.json`;
    parseModelConfig(parseObject(new TextDecoder().decode(await source.read('config.json')), where), where);
  }
}

async function describe(
  { id, listing, bytes, complete }: CachedModel,
  view: (id: string) => Promise<CheckpointView>,
): Promise<CachedModelView> {
  const total = listing.files.reduce((sum, { size }) => sum + size, 0);
  const plain = {
    id: `hub:${id}`,
    name: listing.name,
    revision: listing.revision,
    commit: listing.commit,
    bytes,
    total,
  };
  if (!complete) return plain;
  try {
    return { ...plain, checkpoint: await view(`hub:${id}`) };
  } catch (error) {
    return { ...plain, problem: errorView(error).message };
  }
}
