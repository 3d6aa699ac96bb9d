/** What a page has stored of its runs, read from its databases as another page would find it. */
import type { Page } from '@playwright/test';
import type { ArchivedState } from '../src/archive/archived-run.ts';
import type { StepRecord } from '../src/run/step-record.ts';

export interface StoredRecords {
  records: StepRecord[];
}

export interface StoredRun extends StoredRecords {
  id: string;
  name: string;
  state: ArchivedState;
  seed: number;
  sweep?: { id: string; label: string };
}

/** All runs with their records, in the order of their starts. */
export const storedRuns = (page: Page): Promise<StoredRun[]> =>
  page.evaluate(async () => {
    const opened = indexedDB.open('gppo-studio');
    await new Promise((resolve) => (opened.onsuccess = resolve));
    if (!opened.result.objectStoreNames.contains('runs')) {
      opened.result.close();
      return [];
    }
    // In one transaction: the runs and the records of one moment.
    const transaction = opened.result.transaction(['runs', 'records']);
    const all = (name: string) =>
      new Promise<Record<string, unknown>[]>((resolve) => {
        const request = transaction.objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result as Record<string, unknown>[]);
      });
    const [runs, batches] = await Promise.all([all('runs'), all('records')]);
    opened.result.close();
    return runs
      .sort((a, b) => Number(a['started']) - Number(b['started']))
      .map((run) => ({
        id: run['id'] as string,
        name: run['name'] as string,
        state: run['state'] as ArchivedState,
        seed: (run['config'] as { seed: number }).seed,
        ...(run['sweep'] !== undefined && { sweep: run['sweep'] as { id: string; label: string } }),
        records: batches
          .filter((batch) => batch['run'] === run['id'])
          .flatMap((batch) => batch['records'] as StepRecord[]),
      }));
  });

/** Whether the newest run has a kept state, from which another page can resume it. */
export async function newestRunIsKept(page: Page): Promise<boolean> {
  const run = (await storedRuns(page)).at(-1)?.id;
  return page.evaluate(async (id) => {
    if (id === undefined) return false;
    try {
      const states = await (await navigator.storage.getDirectory()).getDirectoryHandle('states');
      const folder = await states.getDirectoryHandle(encodeURIComponent(id));
      for (const slot of ['manifest-0.json', 'manifest-1.json']) {
        const file = await folder.getFileHandle(slot).catch(() => undefined);
        if (file && (await (await file.getFile()).text()).includes('"states":[{')) return true;
      }
    } catch {
      // No folder yet.
    }
    return false;
  }, run);
}
