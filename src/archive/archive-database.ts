/**
 * The browser's database of runs, which the page and its worker open: the page writes runs, sweeps and records, the
 * worker the rollouts of a run, which are deleted with it.
 */
import { openDB, unwrap, type DBSchema, type IDBPDatabase } from 'idb';
import { StudioError } from '../errors.ts';

export const ARCHIVE_NAME = 'gppo-studio';
const VERSION = 3;

/** Keys of everything that a store keeps of a run under `[run, number]`. */
export const ofRun = (run: string): IDBKeyRange => IDBKeyRange.bound([run], [run, []]);

/**
 * Opens the database, and creates the stores that an earlier version of the studio did not have.
 *
 * @param lost called when the connection can no longer be used
 */
export function openArchiveDatabase<Schema extends DBSchema>(
  name: string,
  lost: () => void,
): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, VERSION, {
    upgrade(typed, before) {
      // Page and worker each know the types of their own stores.
      const database = unwrap(typed);
      if (before < 1) {
        database.createObjectStore('runs', { keyPath: 'id' });
        database.createObjectStore('sweeps', { keyPath: 'id' });
        database.createObjectStore('records', { keyPath: ['run', 'first'] });
      }
      if (before < 2) {
        database.createObjectStore('rollouts', { keyPath: ['run', 'step.step'] });
        database.createObjectStore('rollout-runs', { keyPath: 'run' });
      }
      if (before < 3) database.createObjectStore('reports', { keyPath: 'run' });
    },
    // A tab with a later version of the studio waits for this one to close the database.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      lost();
    },
    terminated: lost,
  });
}

/** Converts a database error to an actionable one. */
export function archiveError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'QuotaExceededError')
    return new StudioError(
      'memory',
      'The browser’s storage for this page is full.',
      'Delete runs, models or data on their pages, or free disk space. Stored runs are safe.',
    );
  if (name === 'VersionError')
    return new StudioError(
      'unsupported',
      'The stored runs were written by a later version of the studio.',
      'Reload the page to load that version.',
    );
  return new StudioError(
    'unsupported',
    `This browser cannot store runs: ${message || name}.`,
    'Use a window that is not private and allow storage for this page, or save metrics.jsonl before you close the tab.',
  );
}
