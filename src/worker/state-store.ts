/**
 * Kept states of runs in the browser's own file system (OPFS), folder `states/`: one folder per run with one file per
 * state, the run's records as metrics.jsonl, and a manifest. What the manifest does not name is never read: a state
 * counts once it is written whole and hashed (docs/states.md).
 */
import { storedFolder } from '../checkpoint/stored-file.ts';
import { StudioError } from '../errors.ts';
import { bestOf, isManifest, readManifest, sha256, thinned, writeFile, writeManifest } from './state-manifest.ts';
import type { Manifest, StoredState } from './state-manifest.ts';
import { StateLocks } from './state-locks.ts';

const FOLDER = 'states';
const DAY_MS = 24 * 3600 * 1000;

export type StoredRun = Omit<Manifest, 'number' | 'version'>;
export type RunAbout = Omit<StoredRun, 'states'>;

/** A state that was read and whose checksums are right. */
export interface ReadState {
  run: StoredRun;
  state: StoredState;
  bytes: Uint8Array<ArrayBuffer>;
  /** The records before it, as the text of a metrics.jsonl. */
  metrics: string;
}

export class StateStore {
  readonly locks = new StateLocks();
  /** Files that are written, or wait to be named by a manifest: `run/file`. */
  private readonly unnamed = new Set<string>();

  /**
   * @param root opens the file system; called on the first use only
   * @param most bytes that the states of all runs may take
   */
  constructor(
    private readonly root: () => Promise<FileSystemDirectoryHandle>,
    private readonly most: () => Promise<number> = mostBytes,
  ) {}

  /** Runs with kept states. @throws StudioError `unsupported` where the browser stores no files */
  async list(): Promise<StoredRun[]> {
    const runs: StoredRun[] = [];
    for await (const entry of (await this.folder()).values()) {
      if (entry.kind !== 'directory') continue;
      const manifest = await readManifest(entry as FileSystemDirectoryHandle);
      if (manifest && manifest.states.length > 0) runs.push(manifest);
    }
    return runs.sort((a, b) => b.started - a.started);
  }

  /** @returns undefined for a run without kept states */
  async find(run: string): Promise<StoredRun | undefined> {
    const folder = await this.runFolder(run);
    return folder && readManifest(folder);
  }

  /**
   * Writes a file of a run's folder; it counts once a manifest names it.
   *
   * @returns its end @throws QuotaExceededError where the storage is full; the file is then removed
   */
  async write(
    run: string,
    file: string,
    pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>,
    at = 0,
  ): Promise<number> {
    const folder = await this.runFolder(run, true);
    this.unnamed.add(`${run}/${file}`);
    try {
      return await writeFile(folder, file, pieces, at);
    } catch (error) {
      this.unnamed.delete(`${run}/${file}`);
      if (at === 0) await folder.removeEntry(file).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Changes the list of a run's states, and then removes the files that it no longer names.
   *
   * @param change gives the new list; undefined changes nothing
   * @param about of a run that may have no manifest yet
   */
  async edit(
    run: string,
    change: (states: readonly StoredState[]) => readonly StoredState[] | undefined,
    about?: RunAbout,
  ): Promise<void> {
    await this.locks.editing(run, async () => {
      const folder = await this.runFolder(run, about !== undefined);
      const before = folder && (await readManifest(folder));
      const base = about ?? before;
      if (!folder || !base) return;
      const states = change(before?.states ?? []);
      if (!states) return;
      const number = (before?.number ?? 0) + 1;
      await writeManifest(folder, { ...base, version: 1, number, states: [...states] });
      for (const { file, metrics } of states) {
        this.unnamed.delete(`${run}/${file}`);
        this.unnamed.delete(`${run}/${metrics.file}`);
      }
      // A tab that writes states removes superfluous files itself.
      if (!(await this.locks.elsewhere()).has(run))
        await clean(folder, states, (file) => this.unnamed.has(`${run}/${file}`));
    });
  }

  /** Adds a state, and removes those that it makes superfluous. @param recomputed states that it replaces */
  add(about: RunAbout, state: StoredState, recomputed: (state: StoredState) => boolean): Promise<void> {
    return this.edit(
      about.run,
      (states) => {
        const pinned = states.some((one) => one.id === state.id && one.pinned);
        const others = states.filter((one) => one.id !== state.id && !recomputed(one));
        return thinned([...others, { ...state, ...(pinned && { pinned: true as const }) }]);
      },
      about,
    );
  }

  /**
   * Removes states of the oldest runs until a run's own fit beside them; never pinned ones, nor those of a run that a
   * tab holds.
   */
  async makeRoom(run: string, bytes: number): Promise<void> {
    const sum = ({ states }: StoredRun) => states.reduce((total, state) => total + state.bytes, 0);
    const others = (await this.list()).filter((one) => one.run !== run).sort((a, b) => newest(a) - newest(b));
    const most = await this.most();
    let total = bytes + others.reduce((all, one) => all + sum(one), 0);
    for (const stays of STAGES_OF_REMOVAL)
      for (const { run: other } of others) {
        if (total <= most) return;
        if (await this.locks.isHeld(other)) continue;
        const before = await this.find(other);
        await this.edit(other, stays);
        const after = await this.find(other);
        total -= (before ? sum(before) : 0) - (after ? sum(after) : 0);
        if (after?.states.length === 0) await this.delete(other);
      }
  }

  pin(run: string, id: string, pinned: boolean): Promise<void> {
    return this.edit(run, (states) =>
      states.map((state) => {
        if (state.id !== id) return state;
        const { pinned: _, ...others } = state;
        return { ...others, ...(pinned && { pinned: true as const }) };
      }),
    );
  }

  async deleteState(run: string, id: string): Promise<void> {
    await this.edit(run, (states) => states.filter((state) => state.id !== id));
    if ((await this.find(run))?.states.length === 0) await this.delete(run);
  }

  /** Deletes all states of a run. @throws StudioError `input` where a tab is running it */
  async delete(run: string): Promise<void> {
    await this.locks.editing(run, async () => {
      await (await this.folder()).removeEntry(encodeURIComponent(run), { recursive: true }).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotFoundError') return;
        throw new StudioError(
          'input',
          `The states cannot be deleted: ${error instanceof Error ? error.message : String(error)}`,
          'Close other tabs that use them, and try again.',
        );
      });
    });
  }

  /**
   * Reads a state.
   *
   * @param id undefined for the newest that is whole
   * @throws StudioError `input` if it does not exist or is damaged
   */
  async read(run: string, id: string | undefined): Promise<ReadState> {
    const [folder, stored] = [await this.runFolder(run), await this.find(run)];
    const states = (stored?.states ?? []).filter((state) => id === undefined || state.id === id).reverse();
    if (!folder || !stored || states.length === 0)
      throw new StudioError(
        'input',
        id === undefined ? 'This run has no kept state.' : `This run has no kept state ${id}.`,
        'Choose another state, or start the run again.',
      );
    let damaged = '';
    for (const state of states)
      try {
        return { run: stored, state, ...(await readWhole(folder, state)) };
      } catch (error) {
        damaged = `${state.id}: ${error instanceof Error ? error.message : String(error)}`;
      }
    throw new StudioError(
      'input',
      `The kept state is damaged (${damaged}).`,
      'Choose another state, or start the run again.',
    );
  }

  /** The states of a run, with why each is kept. */
  static view({ states }: StoredRun) {
    const best = bestOf(states);
    return states.map(({ file: _f, pieces: _p, metrics: _m, ...state }, i) => ({
      ...state,
      ...(i === states.length - 1 && { last: true as const }),
      ...(state.id === best?.id && { best: true as const }),
    }));
  }

  /** Removes folders that no manifest describes and no tab is writing to. @param exists of runs that are stored */
  async removeOrphans(exists: (run: string) => boolean, now = Date.now()): Promise<void> {
    for await (const entry of (await this.folder()).values()) {
      if (entry.kind !== 'directory') continue;
      const run = decodeURIComponent(entry.name);
      const manifest = await readManifest(entry as FileSystemDirectoryHandle);
      const old = now - (manifest?.states.at(-1)?.written ?? 0) > DAY_MS;
      if (!exists(run) && old && !(await this.locks.isHeld(run))) await this.delete(run);
    }
  }

  private folder(): Promise<FileSystemDirectoryHandle> {
    return storedFolder(this.root, FOLDER, 'Use a window that is not private, or export the checkpoint.');
  }

  private runFolder(run: string, create: true): Promise<FileSystemDirectoryHandle>;
  private runFolder(run: string, create?: boolean): Promise<FileSystemDirectoryHandle | undefined>;
  private async runFolder(run: string, create = false): Promise<FileSystemDirectoryHandle | undefined> {
    const folder = await this.folder();
    if (create) return folder.getDirectoryHandle(encodeURIComponent(run), { create });
    return folder.getDirectoryHandle(encodeURIComponent(run)).catch(() => undefined);
  }
}

const newest = ({ states }: StoredRun): number => states.at(-1)?.written ?? 0;

/** What an old run keeps, in the order in which room is made. */
const STAGES_OF_REMOVAL: readonly ((states: readonly StoredState[]) => StoredState[])[] = [
  (states) => states.filter((state, i) => i === states.length - 1 || state === bestOf(states) || state.pinned),
  (states) => states.filter((state, i) => i === states.length - 1 || state.pinned),
  (states) => states.filter((state) => state.pinned),
];

/** 4 GB, or a quarter of what the browser allows if that is less. */
async function mostBytes(): Promise<number> {
  const { storage } = (typeof navigator === 'undefined' ? {} : navigator) as { storage?: StorageManager };
  const quota = (await storage?.estimate?.().catch(() => undefined))?.quota;
  return Math.min(4e9, (quota ?? Infinity) / 4);
}

/** @throws Error naming what is wrong */
async function readWhole(
  folder: FileSystemDirectoryHandle,
  { file, bytes: size, pieces, metrics }: StoredState,
): Promise<Pick<ReadState, 'bytes' | 'metrics'>> {
  const content = await (await folder.getFileHandle(file)).getFile();
  if (content.size !== size) throw new Error(`expected ${size} bytes, found ${content.size}`);
  const bytes = new Uint8Array(await content.arrayBuffer());
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.bytes;
    if ((await sha256(bytes.subarray(at, end))) !== piece.sha256)
      throw new Error(`bytes ${at} to ${end} differ from what was written`);
    at = end;
  }
  if (at !== size) throw new Error(`${size} bytes have checksums of ${at}`);
  const lines = new Uint8Array(
    await (await (await folder.getFileHandle(metrics.file)).getFile()).slice(0, metrics.bytes).arrayBuffer(),
  );
  if (lines.byteLength !== metrics.bytes || (await sha256(lines)) !== metrics.sha256)
    throw new Error('the records before it differ from what was written');
  return { bytes, metrics: new TextDecoder().decode(lines) };
}

/** Another tab may be reading a file: it is removed with the next change. */
async function clean(
  folder: FileSystemDirectoryHandle,
  states: readonly StoredState[],
  unnamed: (file: string) => boolean,
): Promise<void> {
  const named = new Set(states.flatMap(({ file, metrics }) => [file, metrics.file]));
  const gone: string[] = [];
  for await (const { name } of folder.values())
    if (!named.has(name) && !unnamed(name) && !isManifest(name)) gone.push(name);
  for (const name of gone) await folder.removeEntry(name).catch(() => undefined);
}
