/**
 * Files of data of the page: added ones, kept in the browser's own file system (in memory where that fails), files of
 * data sets on the hub, and those that the studio includes. Runs find the data of their task here.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { GrowingFile } from '../checkpoint/hub-download.ts';
import { blobFile, memoryFile, piecesOf, type DataFile, type ReadOptions } from '../data/data-file.ts';
import { detectFormat } from '../data/format.ts';
import { sha256Of } from '../data/summary.ts';
import { inputError, StudioError } from '../errors.ts';
import type { TaskSources } from '../tasks/task-sources.ts';
import type { DataSetView } from '../views/data.ts';
import { copyId, type DataManifest, type DataStore, type StoredData } from './data-store.ts';

const EMBEDDED = 'embedded:';
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
  private readonly included = new Map<string, { file: DataFile; sha256: string; rows?: number }>();

  constructor(
    private readonly store: DataStore,
    /** URL of the page's folder `data/`. */
    private readonly base: string,
    /** Called when another file may be behind a name. */
    private readonly changed: () => void = () => undefined,
  ) {}

  async list(): Promise<DataSetView[]> {
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
        await this.store.finish(id);
        await this.store.describe(id, { ...manifest, sha256: found });
      }
    } catch (error) {
      copy = undefined;
      await give(error);
    }
    if (!copy) this.unsaved.set(id, { name: file.name, file, sha256: found, reason });
    this.changed();
    return id;
  }

  /** A download is complete: its content gets a checksum. */
  async complete(id: string, manifest: DataManifest, options: ReadOptions): Promise<void> {
    const file = blobFile(await this.store.finish(id), manifest.name);
    await this.store.describe(id, { ...manifest, sha256: await sha256Of(file, options) });
    this.changed();
  }

  /** Keeps what a first pass over the file has found. */
  async note(id: string, rows: number): Promise<void> {
    const unsaved = this.unsaved.get(id);
    const included = this.included.get(id.slice(EMBEDDED.length));
    if (unsaved) unsaved.rows = rows;
    else if (id.startsWith(EMBEDDED)) {
      if (included) included.rows = rows;
    } else {
      const stored = (await this.store.list()).find((one) => one.id === id);
      if (stored?.complete && stored.manifest.rows !== rows)
        await this.store.describe(id, { ...stored.manifest, rows });
    }
  }

  async remove(id: string): Promise<void> {
    if (!this.unsaved.delete(id)) await this.store.delete(id);
    this.changed();
  }

  /** The file behind an id. @throws StudioError `input` when it is gone or incomplete */
  async open(id: string): Promise<DataFile> {
    const unsaved = this.unsaved.get(id);
    if (unsaved) return blobFile(unsaved.file, unsaved.name);
    if (id.startsWith(EMBEDDED)) return (await this.includedFile(id.slice(EMBEDDED.length))).file;
    const stored = (await this.store.list()).find((one) => one.id === id);
    if (!stored) throw inputError('data', 'this file is no longer in this browser; add it again');
    if (!stored.complete) throw inputError(stored.manifest.name, 'the download is incomplete; resume it');
    return blobFile(await this.store.content(id), stored.manifest.name);
  }

  async data({ path, repository, revision, sha256: wanted }: Parameters<TaskSources['data']>[0]): Promise<DataFile> {
    if (repository === undefined && path.startsWith(EMBEDDED)) return this.open(path);
    const all = await this.list();
    const name = path.split(/[/\\]/).at(-1) ?? path;
    const named = all.filter(({ reference, name: own, loaded }) =>
      repository === undefined
        ? reference.repository === undefined && own === name
        : loaded === undefined &&
          reference.repository === repository &&
          reference.path === path &&
          (revision === undefined || wanted !== undefined || reference.revision === revision),
    );
    // Equal content under another name gives the same run.
    const same = wanted === undefined ? named[0] : all.find(({ reference }) => reference.sha256 === wanted);
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

function storedView({ id, manifest: { name, bytes, sha256: hash, rows, hub }, loaded, complete }: StoredData) {
  const reference = hub ? { path: hub.path, repository: hub.repository, revision: hub.commit } : { path: name };
  return {
    id,
    name,
    origin: hub ? 'hub' : 'file',
    reference: { ...reference, ...(hash !== undefined && { sha256: hash }) },
    bytes,
    ...(!complete && { loaded }),
    ...(rows !== undefined && { rows }),
    ...(hub && {
      description: `${hub.repository} at ${hub.revision === hub.commit ? '' : `${hub.revision}, `}${hub.commit.slice(0, 8)}`,
    }),
  } satisfies DataSetView as DataSetView;
}
