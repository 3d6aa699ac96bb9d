/** Downloads from the hub into the browser's cache: one at a time, each of which resumes where it stopped. */
import { cacheId, type HubCache } from '../checkpoint/hub-cache.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, type HubListing } from '../checkpoint/hub-listing.ts';
import { StudioError } from '../errors.ts';
import type { DownloadView } from '../views/models.ts';
import { assertRoom, DownloadProgress } from './download-progress.ts';

export interface Transfer {
  /** As the page shows it. */
  name: string;
  revision: string;
  /** Asks the hub for the files. */
  list: (signal: AbortSignal) => Promise<HubListing>;
  /** Bytes of these files that are in the cache. */
  present: (id: string) => Promise<number>;
  /** A file is complete, checked and in the cache. */
  onFile?: (listing: HubListing, path: string) => Promise<void>;
}

export class HubTransfer {
  private running: AbortController | undefined;

  constructor(
    private readonly base: string,
    private readonly cache: HubCache,
    private readonly report: (download: DownloadView) => void,
  ) {}

  /** @returns the id in the cache. @throws StudioError `input` with the reason, `memory`, `cancelled` */
  async run({ name, revision, list, present, onFile }: Transfer): Promise<string> {
    if (this.running)
      throw new StudioError('input', 'Another download is running.', 'Wait for it to finish, or cancel it.');
    const abort = new AbortController();
    this.running = abort;
    const { signal } = abort;
    const progress = new DownloadProgress(name, revision, this.report);
    try {
      progress.state('listing');
      const listing = await list(signal);
      progress.begin(listing);
      const id = cacheId(listing);
      await this.cache.begin(listing);
      await assertRoom(listing, await present(id));
      await downloadModel(listing, {
        base: this.base,
        signal,
        open: (file) => this.cache.open(id, file),
        onProgress: (path, loaded, waiting) => progress.update(path, loaded, waiting),
        onCheck: () => progress.state('checking'),
        onFile: async (path) => {
          await this.cache.finish(id, path);
          await onFile?.(listing, path);
        },
      });
      if (signal.aborted) throw cancelled();
      progress.state('done');
      return id;
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
}
