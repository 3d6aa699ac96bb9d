/** Files of data sets on the hub: their list, and one download at a time, which resumes where it stopped. */
import { parseHubDataset } from '../checkpoint/hub-address.ts';
import { cacheId, type HubCache } from '../checkpoint/hub-cache.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, listHubDataset } from '../checkpoint/hub-listing.ts';
import { StudioError } from '../errors.ts';
import type { HubDataListing } from '../views/data.ts';
import type { DataLibrary } from './data-library.ts';
import { assertRoom, DownloadProgress } from './download-progress.ts';
import type { DownloadView } from '../views/models.ts';

export class HubData {
  private running: AbortController | undefined;

  constructor(
    private readonly base: string,
    private readonly cache: HubCache,
    private readonly library: Pick<DataLibrary, 'downloaded'>,
    private readonly report: (download: DownloadView) => void,
  ) {}

  /** @throws StudioError `input` if there is no such data set, or it has no file of data */
  async list(repository: string, revision: string): Promise<HubDataListing> {
    const asked = parseHubDataset(repository, revision);
    const listing = await listHubDataset(this.base, asked, new AbortController().signal);
    return { repository: listing.name, revision: listing.revision, commit: listing.commit, files: listing.files };
  }

  /** @returns the id of the file in the library. @throws StudioError `input`, `memory`, `cancelled` */
  async download(repository: string, revision: string, path: string): Promise<string> {
    if (this.running)
      throw new StudioError('input', 'Another download is running.', 'Wait for it to finish, or cancel it.');
    const asked = { ...parseHubDataset(repository, revision), path };
    const abort = new AbortController();
    this.running = abort;
    const progress = new DownloadProgress(`${asked.name}: ${path}`, asked.revision, this.report);
    try {
      progress.state('listing');
      const listing = await listHubDataset(this.base, asked, abort.signal);
      progress.begin(listing);
      const id = cacheId(listing);
      await this.cache.begin(listing);
      const files = await this.cache.listDataFiles();
      await assertRoom(listing, files.find((file) => file.id === id && file.path === path)?.loaded ?? 0);
      await downloadModel(listing, {
        base: this.base,
        signal: abort.signal,
        open: (file) => this.cache.open(id, file),
        onProgress: (at, loaded, waiting) => progress.update(at, loaded, waiting),
        onFile: (at) => this.cache.finish(id, at),
      });
      if (abort.signal.aborted) throw cancelled();
      this.library.downloaded();
      progress.state('done');
      return `hub:${id}/${path}`;
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
