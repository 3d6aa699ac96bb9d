/** Hub models in this browser: the current download (one at a time) and stored models. */
import { parseModelConfig } from '../checkpoint/hugging-face-config.ts';
import { parseHubName } from '../checkpoint/hub-address.ts';
import { cacheId, HubCache, type CachedModel } from '../checkpoint/hub-cache.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, listHubModel, type HubListing } from '../checkpoint/hub-listing.ts';
import { parseObject } from '../checkpoint/json-fields.ts';
import { StudioError } from '../errors.ts';
import { errorView } from './error-view.ts';
import type { CachedModelView, CheckpointView, DownloadView } from './protocol.ts';

/** Minimum interval between two progress reports, ms. */
const REPORT_MS = 100;
/** Window of the download speed, ms. */
const SPEED_MS = 3000;

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
    const progress = new Progress(model.name, model.revision, this.report);
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

async function assertRoom(listing: HubListing, there: number): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  const needed = listing.files.reduce((sum, { size }) => sum + size, 0) - there;
  if (quota === undefined || usage === undefined || needed <= quota - usage) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  const left = gigabytes(Math.max(0, quota - usage));
  throw new StudioError(
    'memory',
    `${listing.name} needs ${gigabytes(needed)} of storage, the browser has ${left} left for this page.`,
    'Delete models on the Models & data page, or free disk space.',
  );
}

class Progress {
  private view: DownloadView;
  private readonly marks: { at: number; loaded: number }[] = [];
  private reported = 0;

  constructor(
    name: string,
    revision: string,
    private readonly report: (download: DownloadView) => void,
  ) {
    this.view = { name, revision, state: 'listing', files: [] };
  }

  begin({ files }: HubListing): void {
    this.view = { ...this.view, state: 'loading', files: files.map(({ path, size }) => ({ path, size, loaded: 0 })) };
    this.send();
  }

  state(state: DownloadView['state'], error?: unknown): void {
    const { bytesPerSecond: _speed, ...view } = this.view;
    this.view = { ...view, state, ...(error !== undefined && { error: errorView(error) }) };
    this.send();
  }

  update(path: string, loaded: number, waiting: number | undefined): void {
    const files = this.view.files.map((file) => (file.path === path ? { ...file, loaded } : file));
    const state = waiting === undefined ? 'loading' : 'waiting';
    const changed =
      state !== this.view.state ||
      files.some((file, i) => file.loaded === file.size && this.view.files[i]?.loaded !== file.size);
    this.view = { ...this.view, state, files, ...this.speed(files) };
    if (changed || performance.now() - this.reported >= REPORT_MS) this.send();
  }

  private speed(files: DownloadView['files']): { bytesPerSecond?: number } {
    const now = performance.now();
    const loaded = files.reduce((sum, file) => sum + file.loaded, 0);
    const last = this.marks.at(-1);
    if (!last || now - last.at >= REPORT_MS) this.marks.push({ at: now, loaded });
    while ((this.marks[0]?.at ?? now) < now - SPEED_MS) this.marks.shift();
    const first = this.marks[0];
    return first && now - first.at > REPORT_MS
      ? { bytesPerSecond: Math.max(0, (1000 * (loaded - first.loaded)) / (now - first.at)) }
      : {};
  }

  private send(): void {
    this.reported = performance.now();
    this.report(this.view);
  }
}
