/** What the page sees of a download from the hub, and whether the browser has room for it. */
import type { HubListing } from '../checkpoint/hub-listing.ts';
import { StudioError } from '../errors.ts';
import { errorView } from './error-view.ts';
import type { DownloadView } from '../views/models.ts';

/** Minimum interval between two progress reports, ms. */
const REPORT_MS = 100;
/** Window of the download speed, ms. */
const SPEED_MS = 3000;

/** @param there bytes that are present. @throws StudioError `memory` if the rest does not fit */
export async function assertRoom(listing: HubListing, there: number): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  const needed = listing.files.reduce((sum, { size }) => sum + size, 0) - there;
  if (quota === undefined || usage === undefined || needed <= quota - usage) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  const left = gigabytes(Math.max(0, quota - usage));
  throw new StudioError(
    'memory',
    `${listing.name} needs ${gigabytes(needed)} of storage, the browser has ${left} left for this page.`,
    'Delete models on the Models page or data on the Data page, or free disk space.',
  );
}

export class DownloadProgress {
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
