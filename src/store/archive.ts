/** This tab's hand on the archive: what it makes is kept, and it knows which other tabs are still at work. */
import { create } from 'zustand';
import type { StudioError } from '../errors.ts';
import { stepsMade, stepsOf, type ArchivedRun } from '../archive/archived-run.ts';
import type { AdapterView, ErrorView } from '../worker/protocol.ts';
import { Archive } from './archive-db.ts';
import { ArchiveWriter } from './archive-writer.ts';

/** What this tab is called by what it makes. */
export const TAB: string = crypto.randomUUID();
const LOCK = 'gppo-studio-tab:';
const CHANNEL = 'gppo-studio-archive';

/** Why runs are not kept at the moment; training goes on all the same. */
export const useArchiveProblem = create<{ problem: ErrorView | undefined }>()(() => ({ problem: undefined }));

export const archive = new Archive();

/** Browsers let go of a tab's locks when it closes or breaks off, so that its runs are known as interrupted. */
function holdLock(): Promise<void> {
  return new Promise((resolve) => {
    if (!('locks' in navigator)) resolve();
    else
      void navigator.locks.request(LOCK + TAB, () => {
        resolve();
        return new Promise(() => undefined);
      });
  });
}

let channel: BroadcastChannel | undefined;
const listeners = new Set<() => void>();

function openChannel(): BroadcastChannel {
  if (!channel) {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = () => listeners.forEach((listener) => listener());
  }
  return channel;
}

/** Tells this tab and the others that the archive has changed. */
export function archiveChanged(): void {
  openChannel().postMessage('changed');
  listeners.forEach((listener) => listener());
}

/** @returns ends it */
export function watchArchive(listener: () => void): () => void {
  openChannel();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let writer: ArchiveWriter | undefined;

/** Started with the first run of the tab. */
export function archiveWriter(): ArchiveWriter {
  if (!writer) {
    const mine = new ArchiveWriter(
      holdLock().then(() => archive),
      {
        onWritten: archiveChanged,
        onProblem: (problem) => useArchiveProblem.setState({ problem: problem && viewOf(problem) }),
      },
    );
    writer = mine;
    addEventListener('pagehide', () => mine.hurry());
  }
  return writer;
}

export const viewOf = ({ kind, message, advice }: StudioError): ErrorView => ({ kind, message, advice });

/** Tabs that are open, this one among them. */
export async function openTabs(): Promise<Set<string>> {
  const held = 'locks' in navigator ? ((await navigator.locks.query()).held ?? []) : [];
  return new Set([TAB, ...held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : []))]);
}

/** As it stands: what a tab was making that is closed now is interrupted. */
export function withTrueState<T extends Pick<ArchivedRun, 'state' | 'tab'>>(made: T, tabs: ReadonlySet<string>): T {
  return made.state === 'running' && (made.tab === undefined || !tabs.has(made.tab))
    ? { ...made, state: 'interrupted' }
    : made;
}

/** As `withTrueState`; a run with all its steps is complete, also where its tab was closed before that was written. */
export function runWithTrueState(run: ArchivedRun, tabs: ReadonlySet<string>): ArchivedRun {
  const made = withTrueState(run, tabs);
  return made.state === 'interrupted' && run.state === 'running' && stepsMade(run.digest) >= stepsOf(run.config)
    ? { ...made, state: 'complete' }
    : made;
}

export const adapterName = (adapter: AdapterView | undefined): string =>
  adapter ? [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' ') : '';
