/**
 * Files of data in the browser's own file system (OPFS), folder `data/`: one folder per file, with a manifest. They
 * survive a reload. The manifest names the content's checksum once it is complete.
 */
import type { GrowingFile } from '../checkpoint/hub-download.ts';
import { isObject } from '../checkpoint/json-fields.ts';
import { finishGrowing, openGrowing, sizeOf, storedFolder, writeJson } from '../checkpoint/stored-file.ts';
import { StudioError } from '../errors.ts';

const FOLDER = 'data';
const MANIFEST = 'manifest.json';
const CONTENT = 'content';
const DAY_MS = 24 * 3600 * 1000;

/** The id of a file that is copied, with the time at which that began. */
export const copyId = (): string => `file:${Date.now()}-${crypto.randomUUID().slice(0, 8)}`;
const begunAt = (id: string): number => Number(/^file:(\d+)-/.exec(id)?.[1] ?? 0);

export interface DataManifest {
  name: string;
  bytes: number;
  /** Undefined until the file is complete. */
  sha256?: string;
  rows?: number;
}

export interface StoredData {
  id: string;
  manifest: DataManifest;
}

export class DataStore {
  /** @param root opens the file system; called on the first lookup only */
  constructor(private readonly root: () => Promise<FileSystemDirectoryHandle>) {}

  /** @throws StudioError `unsupported` where the browser stores no files */
  async list(): Promise<StoredData[]> {
    const found: StoredData[] = [];
    for await (const entry of (await this.folder()).values()) {
      if (entry.kind !== 'directory') continue;
      const folder = entry as FileSystemDirectoryHandle;
      const manifest = await readManifest(folder);
      if (!manifest) continue;
      const id = decodeURIComponent(entry.name);
      const complete = manifest.sha256 !== undefined && (await sizeOf(folder, CONTENT)) === manifest.bytes;
      if (complete) found.push({ id, manifest });
      // A copy that was cut off cannot be resumed. A newer one may be under way in another tab.
      else if (Date.now() - begunAt(id) > DAY_MS) await this.delete(id).catch(() => undefined);
    }
    return found.sort((a, b) => a.manifest.name.localeCompare(b.manifest.name));
  }

  /** Opens the content of a new entry. @throws StudioError as `openGrowing` */
  async begin(id: string, manifest: DataManifest): Promise<GrowingFile> {
    const folder = await this.entry(id, true);
    await writeJson(folder, MANIFEST, manifest);
    return openGrowing(folder, CONTENT, manifest.bytes);
  }

  /** The content is complete and closed. */
  async finish(id: string, manifest: DataManifest): Promise<void> {
    await finishGrowing(await this.entry(id, false), CONTENT);
    await this.describe(id, manifest);
  }

  async content(id: string): Promise<Blob> {
    return (await (await this.entry(id, false)).getFileHandle(CONTENT)).getFile();
  }

  async describe(id: string, manifest: DataManifest): Promise<void> {
    await writeJson(await this.entry(id, false), MANIFEST, manifest);
  }

  async delete(id: string): Promise<void> {
    await (await this.folder()).removeEntry(encodeURIComponent(id), { recursive: true }).catch((error: unknown) => {
      throw new StudioError(
        'input',
        `The file cannot be deleted: ${error instanceof Error ? error.message : String(error)}`,
        'Close other tabs that use it, and try again.',
      );
    });
  }

  private folder(): Promise<FileSystemDirectoryHandle> {
    return storedFolder(this.root, FOLDER, 'Use a window that is not private.');
  }

  private async entry(id: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    return (await this.folder()).getDirectoryHandle(encodeURIComponent(id), { create });
  }
}

/** Data from another version of the studio is checked like any other input. */
async function readManifest(folder: FileSystemDirectoryHandle): Promise<DataManifest | undefined> {
  try {
    const value: unknown = JSON.parse(await (await (await folder.getFileHandle(MANIFEST)).getFile()).text());
    if (!isObject(value)) return undefined;
    const { name, bytes, sha256, rows } = value;
    if (typeof name !== 'string' || typeof bytes !== 'number') return undefined;
    return {
      name,
      bytes,
      ...(typeof sha256 === 'string' && { sha256 }),
      ...(typeof rows === 'number' && { rows }),
    };
  } catch {
    return undefined;
  }
}
