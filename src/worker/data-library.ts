/**
 * Files of data of the page: added ones, kept in the browser's own file system (in memory where that fails), files of
 * data sets on the hub, and those that the studio includes. Runs find the data of their task here.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { CachedDataFile, HubCache } from '../checkpoint/hub-cache.ts';
import type { GrowingFile } from '../checkpoint/hub-download.ts';
import { blobFile, memoryFile, piecesOf, type DataFile, type ReadOptions } from '../data/data-file.ts';
import { detectFormat } from '../data/format.ts';
import { sha256Of } from '../data/summary.ts';
import { inputError, StudioError } from '../errors.ts';
import type { TaskSources } from '../tasks/task-sources.ts';
import type { DataSetView } from '../views/data.ts';
import { copyId, type DataManifest, type DataStore, type StoredData } from './data-store.ts';

const EMBEDDED = 'embedded:';
const HUB = 'hub:';
/** Files of public/data/. */
const INCLUDED: readonly { path: string; description: string }[] = [
  { path: 'word-problems.jsonl', description: 'Word problems in the style of GSM8K, generated; with solutions.' },
];

/** A file that is kept in memory, or as a handle to the disk, until the page is closed. */
interface Unsaved {
  name: string;
  file: Blob;
  sha256: string;
  rows?: number;
  reason: string;
}

export class DataLibrary implements TaskSources {
  private readonly unsaved = new Map<string, Unsaved>();
  /** Rows of files of the hub. */
  private readonly rows = new Map<string, number>();
  private readonly included = new Map<string, { file: DataFile; sha256: string; rows?: number }>();

  constructor(
    private readonly store: DataStore,
    private readonly hub: HubCache,
    /** URL of the page's folder `data/`. */
    private readonly base: string,
    /** Called when another file may be behind a name. */
    private readonly changed: () => void = () => undefined,
  ) {}

  async list(): Promise<DataSetView[]> {
    // Where the browser stores no files, there are none.
    const stored = await this.store.list().catch(() => []);
    return [
      ...INCLUDED.map(({ path, description }): DataSetView => {
        const opened = this.included.get(path);
        return {
          id: EMBEDDED + path,
          name: path,
          origin: 'included',
          reference: { path: EMBEDDED + path, ...(opened && { sha256: opened.sha256 }) },
          ...(opened && { bytes: opened.file.size }),
          ...(opened?.rows !== undefined && { rows: opened.rows }),
          description,
        };
      }),
      ...stored.map(storedView),
      ...(await this.hubFiles()).map(({ file: _file, ...view }) => view),
      ...[...this.unsaved].map(([id, { name, file, sha256: hash, rows, reason }]): DataSetView => ({
        id,
        name,
        origin: 'file',
        reference: { path: name, sha256: hash },
        bytes: file.size,
        ...(rows !== undefined && { rows }),
        unsaved: reason,
      })),
    ];
  }

  async view(id: string): Promise<DataSetView> {
    const found = (await this.list()).find((one) => one.id === id);
    if (!found) throw inputError('data', `no file ${id} is on the Data page`);
    return found;
  }

  /**
   * Copies a file into the browser's storage; one with the same name and content is added once.
   *
   * @returns its id
   * @throws StudioError `input` for a file that is no data or cannot be read, `cancelled`
   */
  async add(file: File, options: ReadOptions = {}): Promise<string> {
    const source = blobFile(file, file.name);
    await detectFormat(source);
    const id = copyId();
    const manifest: DataManifest = { name: file.name, bytes: file.size };
    let reason = '';
    let copy: GrowingFile | undefined;
    const give = async (error: unknown) => {
      reason = error instanceof StudioError ? error.message : String(error);
      copy?.close();
      copy = undefined;
      await this.store.delete(id).catch(() => undefined);
    };
    copy = await this.store.begin(id, manifest).catch(async (error: unknown) => {
      await give(error);
      return undefined;
    });
    const hash = sha256.create();
    try {
      for await (const bytes of piecesOf(source, options)) {
        hash.update(bytes);
        try {
          copy?.append(new Uint8Array(bytes));
        } catch (error) {
          await give(error);
        }
      }
    } catch (error) {
      await give(error);
      throw error;
    }
    const found = bytesToHex(hash.digest());
    const same = (await this.list()).find(
      ({ origin, name, reference }) => origin === 'file' && name === file.name && reference.sha256 === found,
    );
    copy?.close();
    if (same) {
      await this.store.delete(id).catch(() => undefined);
      return same.id;
    }
    try {
      if (copy) {
        await this.store.finish(id, { ...manifest, sha256: found });
      }
    } catch (error) {
      copy = undefined;
      await give(error);
    }
    if (!copy) this.unsaved.set(id, { name: file.name, file, sha256: found, reason });
    this.changed();
    return id;
  }

  /** A file of a data set was downloaded. */
  downloaded(): void {
    this.changed();
  }

  /** Keeps what a first pass over the file has found. */
  async note(id: string, rows: number): Promise<void> {
    const unsaved = this.unsaved.get(id);
    const included = this.included.get(id.slice(EMBEDDED.length));
    if (unsaved) unsaved.rows = rows;
    else if (id.startsWith(EMBEDDED)) {
      if (included) included.rows = rows;
    } else if (id.startsWith(HUB)) this.rows.set(id, rows);
    else {
      const stored = (await this.store.list()).find((one) => one.id === id);
      if (stored && stored.manifest.rows !== rows) await this.store.describe(id, { ...stored.manifest, rows });
    }
  }

  async remove(id: string): Promise<void> {
    const hub = id.startsWith(HUB) ? (await this.hubFiles()).find((one) => one.id === id) : undefined;
    if (hub) await this.hub.deleteDataFile(hub.file.id, hub.file.path);
    else if (!this.unsaved.delete(id)) await this.store.delete(id);
    this.changed();
  }

  /** The file behind an id. @throws StudioError `input` when it is gone or incomplete */
  async open(id: string): Promise<DataFile> {
    const unsaved = this.unsaved.get(id);
    if (unsaved) return blobFile(unsaved.file, unsaved.name);
    if (id.startsWith(EMBEDDED)) return (await this.includedFile(id.slice(EMBEDDED.length))).file;
    const hub = id.startsWith(HUB) ? (await this.hubFiles()).find((one) => one.id === id) : undefined;
    if (hub) return blobFile(await this.hub.dataFile(hub.file.id, hub.file.path), hub.name);
    const stored = (await this.store.list()).find((one) => one.id === id);
    if (!stored) throw inputError('data', 'this file is no longer in this browser; add it again');
    return blobFile(await this.store.content(id), stored.manifest.name);
  }

  async data({ path, repository, revision, sha256: wanted }: Parameters<TaskSources['data']>[0]): Promise<DataFile> {
    if (repository === undefined && path.startsWith(EMBEDDED)) return this.open(path);
    const all = await this.list();
    const name = path.split(/[/\\]/).at(-1) ?? path;
    const named = all.filter(({ reference, name: own, loaded, branch }) =>
      repository === undefined
        ? reference.repository === undefined && own === name
        : loaded === undefined &&
          reference.repository === repository &&
          reference.path === path &&
          (revision === undefined || revision === reference.revision || revision === branch),
    );
    // Equal content under another name gives the same run. Files of the hub are checked when they are read.
    const same =
      all.find(({ reference }) => wanted !== undefined && reference.sha256 === wanted) ??
      (wanted === undefined || repository !== undefined ? named[0] : undefined);
    if (same) return this.open(same.id);
    const [other] = named;
    const from = repository === undefined ? '' : ` of the data set ${repository}`;
    throw other
      ? new StudioError(
          'input',
          `task.data: ${path}${from} has another content in this browser: expected SHA-256 ${wanted ?? ''}, found ` +
            `${other.reference.sha256 ?? 'none'}.`,
          'Add the file that the config was made with on the Data page, or choose this one there.',
          'task.data',
        )
      : new StudioError(
          'input',
          `task.data: the file ${path}${from} is not in this browser.`,
          `${repository === undefined ? 'Add' : 'Download'} it on the Data page.`,
          'task.data',
        );
  }

  private async hubFiles() {
    const files = await this.hub.listDataFiles().catch(() => []);
    return files.map((file) => hubView(file, this.rows.get(`${HUB}${file.id}/${file.path}`)));
  }

  private async includedFile(path: string): Promise<{ file: DataFile }> {
    const known = this.included.get(path);
    if (known) return known;
    const response = INCLUDED.some((one) => one.path === path)
      ? await fetch(new URL(path, this.base)).catch(() => undefined)
      : undefined;
    if (!response?.ok || response.headers.get('content-type')?.startsWith('text/html'))
      throw new StudioError(
        'input',
        `task.data: the included file ${path} failed to load.`,
        'Check its name and the connection. It works offline only after one visit online.',
        'task.data',
      );
    const file = memoryFile(path, new Uint8Array(await response.arrayBuffer()));
    const found = { file, sha256: await sha256Of(file) };
    this.included.set(path, found);
    return found;
  }
}

function storedView({ id, manifest: { name, bytes, sha256: hash, rows } }: StoredData): DataSetView {
  return {
    id,
    name,
    origin: 'file',
    reference: { path: name, ...(hash !== undefined && { sha256: hash }) },
    bytes,
    ...(rows !== undefined && { rows }),
  };
}

function hubView(file: CachedDataFile, rows: number | undefined): DataSetView & { file: CachedDataFile } {
  const { name, revision, commit } = file.listing;
  return {
    id: `${HUB}${file.id}/${file.path}`,
    name: file.path.split('/').at(-1) ?? file.path,
    origin: 'hub',
    reference: { path: file.path, repository: name, revision: commit },
    bytes: file.size,
    branch: revision,
    ...(file.loaded < file.size && { loaded: file.loaded }),
    ...(rows !== undefined && { rows }),
    description: `${file.path} of ${name} at ${revision === commit ? '' : `${revision}, commit `}${commit.slice(0, 8)}`,
    file,
  };
}
