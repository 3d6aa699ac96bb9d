/** Files of data sets on the hub: their list, and one download at a time, which resumes where it stopped. */
import { parseHubName } from '../checkpoint/hub-address.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, listHubFiles } from '../checkpoint/hub-listing.ts';
import { inputError, StudioError } from '../errors.ts';
import type { HubDataListing } from '../views/data.ts';
import type { DataLibrary } from './data-library.ts';
import type { DataManifest, DataStore } from './data-store.ts';
import { assertRoom, DownloadProgress } from './download-progress.ts';
import type { DownloadView } from './protocol.ts';

const DATA_FILE = /\.(jsonl|ndjson|json|csv|tsv|tab|parquet)$/i;

export class HubData {
  private running: AbortController | undefined;

  constructor(
    private readonly base: string,
    private readonly store: DataStore,
    private readonly library: DataLibrary,
    private readonly report: (download: DownloadView) => void,
  ) {}

  /** @throws StudioError `input` if there is no such data set, or it has no file of data */
  async list(repository: string, revision: string): Promise<HubDataListing> {
    const asked = parseHubName(repository, revision, 'dataset');
    const { commit, files } = await listHubFiles(this.base, asked, new AbortController().signal);
    const data = files.filter(({ path }) => DATA_FILE.test(path));
    if (data.length === 0)
      throw inputError(
        asked.name,
        `expected a file in JSONL, JSON, CSV, TSV or Parquet, found ${files.length === 0 ? 'no files' : 'none'}`,
      );
    return { repository: asked.name, revision: asked.revision, commit, files: data };
  }

  /** @returns the id of the file in the library. @throws StudioError `input`, `memory`, `cancelled` */
  async download(repository: string, revision: string, path: string): Promise<string> {
    if (this.running)
      throw new StudioError('input', 'Another download is running.', 'Wait for it to finish, or cancel it.');
    const asked = parseHubName(repository, revision, 'dataset');
    const abort = new AbortController();
    this.running = abort;
    const progress = new DownloadProgress(`${asked.name}: ${path}`, asked.revision, this.report);
    try {
      progress.state('listing');
      const listing = await listHubFiles(this.base, asked, abort.signal);
      const file = listing.files.find((one) => one.path === path);
      if (!file) throw inputError(asked.name, `expected a file ${path} at ${asked.revision}, which it does not have`);
      const one = { ...listing, files: [file] };
      const { name, commit } = listing;
      const id = `hub:${name}@${commit}/${path}`;
      const known = (await this.store.list()).find((stored) => stored.id === id);
      progress.begin(one);
      const manifest: DataManifest = known?.manifest ?? {
        name: path.split('/').at(-1) ?? path,
        bytes: file.size,
        hub: { repository: name, revision: asked.revision, commit, path },
      };
      if (!known?.complete) {
        await assertRoom(one, known?.loaded ?? 0);
        await downloadModel(one, {
          base: this.base,
          signal: abort.signal,
          open: () => this.store.begin(id, manifest),
          onProgress: (at, loaded, waiting) => progress.update(at, loaded, waiting),
        });
        if (abort.signal.aborted) throw cancelled();
        await this.library.complete(id, manifest, { signal: abort.signal });
      }
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
