/**
 * Which tab runs a run, and changes of a run's kept states one after another, also between tabs (Web Locks). Browsers
 * release the locks of a tab that closes or crashes.
 */
import { StudioError } from '../errors.ts';
import { RUN_LOCK } from '../views/states.ts';

const EDITED = 'gppo-studio-states:';
/** Browsers end a busy worker, and release its locks, some seconds after it was terminated. */
const RELEASE_MS = 10_000;

const locks = (): LockManager | undefined => (typeof navigator === 'undefined' ? undefined : navigator.locks);

export class StateLocks {
  /** Runs of this worker, and how often they are held. */
  private readonly owned = new Map<string, { holders: number; release: () => void }>();
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Holds a run until the returned function is called. @throws StudioError `input` where another tab holds it
   */
  async own(run: string): Promise<() => void> {
    const before = this.owned.get(run);
    if (before) before.holders += 1;
    else this.owned.set(run, { holders: 1, release: await hold(run) });
    let held = true;
    return () => {
      const entry = this.owned.get(run);
      if (!held || !entry) return;
      held = false;
      entry.holders -= 1;
      if (entry.holders > 0) return;
      this.owned.delete(run);
      entry.release();
    };
  }

  /** Runs that another tab holds. */
  async elsewhere(): Promise<Set<string>> {
    const held = (await locks()?.query())?.held ?? [];
    return new Set(
      held.flatMap(({ name = '' }) => {
        const run = name.startsWith(RUN_LOCK) ? name.slice(RUN_LOCK.length) : undefined;
        return run !== undefined && !this.owned.has(run) ? [run] : [];
      }),
    );
  }

  /** Whether some tab holds it. */
  async isHeld(run: string): Promise<boolean> {
    return this.owned.has(run) || (await this.elsewhere()).has(run);
  }

  /** One change of a run's folder at a time. */
  editing<T>(run: string, work: () => Promise<T>): Promise<T> {
    const manager = locks();
    if (manager) return manager.request(EDITED + run, work) as Promise<T>;
    const result = this.last.then(work, work);
    this.last = result.catch(() => undefined);
    return result;
  }
}

function hold(run: string): Promise<() => void> {
  const manager = locks();
  if (!manager) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    manager
      .request(
        RUN_LOCK + run,
        { signal: AbortSignal.timeout(RELEASE_MS) },
        () => new Promise<void>((release) => resolve(() => release())),
      )
      .catch(() =>
        reject(new StudioError('input', 'This run is running in another tab.', 'Stop it there, or close that tab.')),
      );
  });
}
