/** Files of data sets on the hub: their list, and the download of one. */
import { parseHubDataset } from '../checkpoint/hub-address.ts';
import type { HubCache } from '../checkpoint/hub-cache.ts';
import { listHubDataset } from '../checkpoint/hub-listing.ts';
import type { HubDataListing } from '../views/data.ts';
import type { DownloadView } from '../views/models.ts';
import type { DataLibrary } from './data-library.ts';
import { HubTransfer } from './hub-transfer.ts';

export class HubData {
  private readonly transfer: HubTransfer;

  constructor(
    private readonly base: string,
    private readonly cache: HubCache,
    private readonly library: Pick<DataLibrary, 'downloaded'>,
    report: (download: DownloadView) => void,
  ) {
    this.transfer = new HubTransfer(base, cache, report);
  }

  /** @throws StudioError `input` if there is no such data set, or it has no file of data */
  async list(repository: string, revision: string): Promise<HubDataListing> {
    const asked = parseHubDataset(repository, revision);
    const listing = await listHubDataset(this.base, asked, new AbortController().signal);
    const files = listing.files.map(({ path, size }) => ({ path, size }));
    return { repository: listing.name, revision: listing.revision, commit: listing.commit, files };
  }

  /** @returns the id of the file in the library. @throws StudioError `input`, `memory`, `cancelled` */
  async download(repository: string, revision: string, path: string): Promise<string> {
    const asked = { ...parseHubDataset(repository, revision), path };
    const id = await this.transfer.run({
      name: `${asked.name}: ${path}`,
      revision: asked.revision,
      list: (signal) => listHubDataset(this.base, asked, signal),
      present: async (cached) =>
        (await this.cache.listDataFiles()).find((file) => file.id === cached && file.path === path)?.loaded ?? 0,
    });
    this.library.downloaded();
    return `hub:${id}/${path}`;
  }

  cancel(): void {
    this.transfer.cancel();
  }
}
