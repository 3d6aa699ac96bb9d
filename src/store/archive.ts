/** This tab's access to the archive of runs: records its own runs and tracks which tabs are open. */
import { create } from 'zustand';
import type { StudioError } from '../errors.ts';
import type { ReadRecords } from '../archive/stored-records.ts';
import { isWhole, type ArchivedRun, type RunSoftware } from '../archive/archived-run.ts';
import { VERSION } from '../run/version.ts';
import { browserText } from '../views/browser.ts';
import type { ErrorView } from '../views/result.ts';
import { Archive } from './archive-db.ts';
import { ArchiveWriter } from './archive-writer.ts';

/** Begins the name of the Web Lock that a tab holds as long as it is open. */
export const TAB_LOCK = 'gppo-studio-tab:';
const CHANNEL = 'gppo-studio-archive';

/** Why runs are currently not recorded; training continues. */
export const useArchiveProblem = create<{ problem: ErrorView | undefined }>()(() => ({ problem: undefined }));

export const errorView = ({ kind, message, advice }: StudioError): ErrorView => ({ kind, message, advice });

/** Records or kept steps of a run that were left out: those that cannot be read, of as many as were read. */
export interface LeftOutRecords {
  name: string;
  damaged: number;
  read: number;
}

/** What this page has left out of what is stored. */
interface LeftOut {
  /** Of lists: runs, comparisons, and runs with kept rollouts. */
  rows: { runs: number; sweeps: number; rollouts: number };
  /** Records by run. */
  records: Record<string, LeftOutRecords>;
  /** Kept steps of rollouts by run. */
  rollouts: Record<string, LeftOutRecords>;
}

export const useLeftOut = create<LeftOut>()(() => ({
  rows: { runs: 0, sweeps: 0, rollouts: 0 },
  records: {},
  rollouts: {},
}));

const NONE_READ: ReadRecords = { records: [], read: 0 };

/** This tab; the database, the channel between tabs and the writer are opened when they are first used. */
export class TabArchive {
  /** Id of this tab, under which its runs are recorded. */
  readonly tab: string = crypto.randomUUID();
  private channel: BroadcastChannel | undefined;
  private readonly listeners = new Set<() => void>();
  private openWriter: ArchiveWriter | undefined;
  private readonly closed = new AbortController();

  constructor(readonly archive = new Archive()) {}

  /**
   * Holds the lock of this tab: browsers release it when the tab closes or crashes, after which its runs count as
   * interrupted.
   */
  private holdLock(): Promise<void> {
    return new Promise((resolve) => {
      if (!('locks' in navigator)) resolve();
      else
        void navigator.locks.request(TAB_LOCK + this.tab, () => {
          resolve();
          return new Promise<void>((release) => this.closed.signal.addEventListener('abort', () => release()));
        });
    });
  }

  private openChannel(): BroadcastChannel {
    if (!this.channel) {
      this.channel = new BroadcastChannel(CHANNEL);
      this.channel.onmessage = () => this.listeners.forEach((listener) => listener());
    }
    return this.channel;
  }

  /** Notifies this tab and other tabs that the archive has changed. */
  changed(): void {
    this.openChannel().postMessage('changed');
    this.listeners.forEach((listener) => listener());
  }

  /** @returns a function that unsubscribes */
  watch(listener: () => void): () => void {
    this.openChannel();
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Started with the first run of the tab. */
  get writer(): ArchiveWriter {
    if (!this.openWriter) {
      const writer = new ArchiveWriter(
        this.holdLock().then(() => this.archive),
        {
          onWritten: () => this.changed(),
          onProblem: (problem) => useArchiveProblem.setState({ problem: problem && errorView(problem) }),
        },
      );
      this.openWriter = writer;
      if (typeof addEventListener === 'function')
        addEventListener('pagehide', () => writer.hurry(), { signal: this.closed.signal });
    }
    return this.openWriter;
  }

  /**
   * A run's records, without damaged ones, which `useLeftOut` counts.
   *
   * @param have the first ones, as they were read before
   */
  async records({ id, name }: Pick<ArchivedRun, 'id' | 'name'>, have = NONE_READ): Promise<ReadRecords> {
    const later = await this.archive.records(id, have.read);
    const all = { records: [...have.records, ...later.records], read: have.read + later.read };
    const damaged = all.read - all.records.length;
    const before = useLeftOut.getState().records;
    if (damaged !== (before[id]?.damaged ?? 0))
      useLeftOut.setState({ records: { ...before, [id]: { name, damaged, read: all.read } } });
    return all;
  }

  /** Ids of open tabs, including this one. */
  async openTabs(): Promise<Set<string>> {
    const held = 'locks' in navigator ? ((await navigator.locks.query()).held ?? []) : [];
    return new Set([
      this.tab,
      ...held.flatMap(({ name }) => (name?.startsWith(TAB_LOCK) ? [name.slice(TAB_LOCK.length)] : [])),
    ]);
  }

  /** Writes pending records and closes the database; other tabs then see this tab as closed. */
  async close(): Promise<void> {
    await this.openWriter?.settled();
    this.openWriter?.close();
    this.closed.abort();
    this.channel?.close();
    this.channel = undefined;
    this.listeners.clear();
    await this.archive.close();
  }
}

/** The archive of this tab. */
export const tabArchive = new TabArchive();

/** The row with its current state: a run of a closed tab is interrupted. */
export function withTrueState<T extends Pick<ArchivedRun, 'state' | 'tab'>>(made: T, tabs: ReadonlySet<string>): T {
  return made.state === 'running' && (made.tab === undefined || !tabs.has(made.tab))
    ? { ...made, state: 'interrupted' }
    : made;
}

/** As `withTrueState`; a run with all its steps is complete, even if its tab closed before that was written. */
export function runWithTrueState(run: ArchivedRun, tabs: ReadonlySet<string>): ArchivedRun {
  const made = withTrueState(run, tabs);
  return made.state === 'interrupted' && run.state === 'running' && isWhole(run.config, run.digest)
    ? { ...made, state: 'complete' }
    : made;
}

/** The studio and the browser that runs it. */
export const softwareHere = (): RunSoftware => ({ studio: VERSION, host: browserText(navigator.userAgent) });
