/**
 * Models and data sets from a hub, cached in the browser's own file system (OPFS): one folder per repository and
 * commit, with its files and a manifest. The name of an incomplete file ends in `.partial`; a slash in a path is `%2F`.
 */
import { inputError, StudioError } from '../errors.ts';
import { blobSource, type CheckpointSource, type SourceFile } from './checkpoint-source.ts';
import type { GrowingFile } from './hub-download.ts';
import type { HubListing } from './hub-listing.ts';
import { isObject } from './json-fields.ts';
import { finishGrowing, openGrowing, PARTIAL, sizeOf, storedFolder, writeJson } from './stored-file.ts';

const FOLDER = 'hub';
const MANIFEST = 'studio-manifest.json';

export interface CachedModel {
  /** `owner/name@commit`; of a data set `datasets/owner/name@commit`. */
  id: string;
  listing: HubListing;
  /** Bytes present. */
  bytes: number;
  complete: boolean;
}

/** A file of a data set. */
export interface CachedDataFile {
  /** Of the data set. */
  id: string;
  listing: HubListing;
  path: string;
  size: number;
  /** Bytes present; all of them once it is complete. */
  loaded: number;
}

export const cacheId = ({ name, commit, kind }: Pick<HubListing, 'name' | 'commit' | 'kind'>) =>
  `${kind === 'dataset' ? 'datasets/' : ''}${name}@${commit}`;

export class HubCache {
  /** @param root opens the file system; called on the first lookup only */
  constructor(private readonly root: () => Promise<FileSystemDirectoryHandle>) {}

  /** The models. */
  list(): Promise<CachedModel[]> {
    return this.listed(undefined);
  }

  /** The files of data sets that were asked for, complete or not. */
  async listDataFiles(): Promise<CachedDataFile[]> {
    const files: CachedDataFile[] = [];
    for (const { id, listing } of await this.listed('dataset')) {
      const folder = await this.modelFolder(id, false);
      for (const { path, size } of listing.files) {
        const loaded =
          (await sizeOf(folder, entryName(path))) ?? (await sizeOf(folder, entryName(path + PARTIAL))) ?? 0;
        files.push({ id, listing, path, size, loaded });
      }
    }
    return files;
  }

  /** Deletes a file of a data set; with the last one, the data set. */
  async deleteDataFile(id: string, path: string): Promise<void> {
    const folder = await this.modelFolder(id, false);
    const listing = await readManifest(folder);
    const files = listing?.files.filter((one) => one.path !== path) ?? [];
    if (!listing || files.length === 0) {
      await this.delete(id);
      return;
    }
    for (const name of [path, path + PARTIAL]) await folder.removeEntry(entryName(name)).catch(() => undefined);
    await writeJson(folder, MANIFEST, { ...listing, files });
  }

  private async listed(kind: HubListing['kind']): Promise<CachedModel[]> {
    const models: CachedModel[] = [];
    for await (const entry of (await this.folder()).values()) {
      if (entry.kind !== 'directory') continue;
      const model = await this.model(entry as FileSystemDirectoryHandle);
      if (model && model.listing.kind === kind) models.push(model);
    }
    return models.sort((a, b) => a.id.localeCompare(b.id));
  }

  /** Writes the list of a model's files; must precede its first file. Files of a data set add to those before. */
  async begin(given: HubListing): Promise<void> {
    const folder = await this.modelFolder(cacheId(given), true);
    const before = given.kind === 'dataset' ? ((await readManifest(folder))?.files ?? []) : [];
    const others = before.filter((file) => !given.files.some(({ path }) => path === file.path));
    const listing = { ...given, files: [...others, ...given.files] };
    await writeJson(folder, MANIFEST, listing);
  }

  /**
   * A model's file that is appended to; a complete one is returned complete. @throws StudioError `memory` on append, if
   * the browser's storage is full
   */
  async open(id: string, { path, size: expected }: SourceFile): Promise<GrowingFile> {
    return openGrowing(await this.modelFolder(id, true), entryName(path), expected);
  }

  /** Removes the suffix of an incomplete file. */
  async finish(id: string, path: string): Promise<void> {
    await finishGrowing(await this.modelFolder(id, true), entryName(path));
  }

  /** @throws StudioError `input` if it is absent or incomplete */
  async source(id: string): Promise<CheckpointSource> {
    const folder = await this.modelFolder(id, false).catch(() => undefined);
    const model = folder && (await this.model(folder));
    if (!folder || !model) throw inputError(id, 'not stored in this browser; download it on the Models page');
    if (!model.complete) throw inputError(id, 'the download is incomplete; resume it on the Models page');
    return this.sourceOf(folder, model.listing);
  }

  /** A complete file of a data set. @throws StudioError `input` if it is absent or incomplete */
  async dataFile(id: string, path: string): Promise<File> {
    const folder = await this.modelFolder(id, false).catch(() => undefined);
    const file = folder && (await readManifest(folder))?.files.find((one) => one.path === path);
    const handle = file && (await folder.getFileHandle(entryName(path)).catch(() => undefined));
    const stored = await handle?.getFile();
    if (!stored || stored.size !== file?.size)
      throw inputError(`${id}: ${path}`, 'not stored in this browser; download it on the Data page');
    return stored;
  }

  /** The complete files of a model. */
  async partialSource(listing: HubListing): Promise<CheckpointSource> {
    return this.sourceOf(await this.modelFolder(cacheId(listing), false), listing);
  }

  async delete(id: string): Promise<void> {
    await (await this.folder()).removeEntry(encodeURIComponent(id), { recursive: true }).catch((error: unknown) => {
      throw new StudioError(
        'input',
        `${id} cannot be deleted: ${error instanceof Error ? error.message : String(error)}`,
        'Close other tabs that download or use it, and try again.',
      );
    });
  }

  private async sourceOf(folder: FileSystemDirectoryHandle, listing: HubListing): Promise<CheckpointSource> {
    const files = new Map<string, Blob>();
    for (const { path } of listing.files) {
      const handle = await folder.getFileHandle(entryName(path)).catch(() => undefined);
      if (handle) files.set(path, await handle.getFile());
    }
    return blobSource(listing.name.split('/').at(-1) ?? listing.name, files);
  }

  private async model(folder: FileSystemDirectoryHandle): Promise<CachedModel | undefined> {
    const listing = await readManifest(folder);
    if (!listing) return undefined;
    let bytes = 0;
    let complete = true;
    for (const { path, size } of listing.files) {
      const whole = await sizeOf(folder, entryName(path));
      complete &&= whole === size;
      bytes += whole ?? (await sizeOf(folder, entryName(path + PARTIAL))) ?? 0;
    }
    return { id: cacheId(listing), listing, bytes, complete };
  }

  private folder(): Promise<FileSystemDirectoryHandle> {
    return storedFolder(
      this.root,
      FOLDER,
      'Use a window that is not private, or open the model from a folder on your disk.',
    );
  }

  private async modelFolder(id: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    return (await this.folder()).getDirectoryHandle(encodeURIComponent(id), { create });
  }
}

/** Paths of data sets have folders. */
const entryName = (path: string) => path.replaceAll('%', '%25').replaceAll('/', '%2F');

/** Data from another version of the studio is checked like any other input. */
async function readManifest(folder: FileSystemDirectoryHandle): Promise<HubListing | undefined> {
  try {
    const value: unknown = JSON.parse(await (await (await folder.getFileHandle(MANIFEST)).getFile()).text());
    if (!isObject(value) || !Array.isArray(value['files'])) return undefined;
    const { name, revision, commit, files } = value;
    if (typeof name !== 'string' || typeof revision !== 'string' || typeof commit !== 'string') return undefined;
    const isFile = (file: unknown): file is SourceFile =>
      isObject(file) && typeof file['path'] === 'string' && typeof file['size'] === 'number';
    const kind = value['kind'] === 'dataset' ? { kind: 'dataset' as const } : {};
    return files.every(isFile) ? { name, revision, commit, files, ...kind } : undefined;
  } catch {
    return undefined;
  }
}
