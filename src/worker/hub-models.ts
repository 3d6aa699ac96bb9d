/** Hub models in this browser: their download, and the stored ones. */
import { parseModelConfig } from '../checkpoint/hugging-face-config.ts';
import { parseHubName } from '../checkpoint/hub-address.ts';
import { HubCache, type CachedModel } from '../checkpoint/hub-cache.ts';
import { listHubModel, type HubListing } from '../checkpoint/hub-listing.ts';
import { parseObject } from '../checkpoint/json-fields.ts';
import { errorView } from './error-view.ts';
import { HubTransfer } from './hub-transfer.ts';
import type { CachedModelView, CheckpointView, DownloadView } from '../views/models.ts';

export class HubModels {
  readonly cache: HubCache;
  private readonly transfer: HubTransfer;

  constructor(
    private readonly base: string,
    files: () => Promise<FileSystemDirectoryHandle>,
    report: (download: DownloadView) => void,
  ) {
    this.cache = new HubCache(files);
    this.transfer = new HubTransfer(base, this.cache, report);
  }

  /** @returns the id of the stored model. @throws StudioError `input` with the reason, `memory`, `cancelled` */
  async download(text: string, revisionText: string): Promise<string> {
    const model = parseHubName(text, revisionText);
    const id = await this.transfer.run({
      ...model,
      list: (signal) => listHubModel(this.base, model, signal),
      present: async (cached) => (await this.cache.list()).find((one) => one.id === cached)?.bytes ?? 0,
      onFile: async (listing, path) => {
        if (path === 'config.json') await this.assertKnown(listing);
      },
    });
    return `hub:${id}`;
  }

  cancel(): void {
    this.transfer.cancel();
  }

  /** @param view reads a complete model's header */
  async list(view: (id: string) => Promise<CheckpointView>): Promise<CachedModelView[]> {
    const models = await this.cache.list();
    return Promise.all(models.map((model) => describe(model, view)));
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
