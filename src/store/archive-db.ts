/**
 * Runs and comparisons in the browser's IndexedDB. Records are appended in batches; a batch and the run's own row are
 * written in one transaction, so a failure never corrupts stored data.
 */
import type { DBSchema, IDBPDatabase, IDBPObjectStore, IDBPTransaction, StoreNames } from 'idb';
import type { Sweep } from '../compare/sweep.ts';
import { ARCHIVE_NAME, archiveError, ofRun, openArchiveDatabase } from '../archive/archive-database.ts';
import type { ArchivedRun, ArchivedState } from '../archive/archived-run.ts';
import { intactRecords, recordsOf, type Batch, type ReadRecords } from '../archive/stored-records.ts';
import { shownRows, storedRun, storedSweep, type StoredRows } from '../archive/stored-rows.ts';
import { RunReport } from '../report/run-report.ts';
import type { StepRecord } from '../run/step-record.ts';

/** A comparison; its runs name it. */
export interface ArchivedSweep {
  id: string;
  sweep: Sweep;
  state: ArchivedState;
  error?: string;
  /** Milliseconds since 1970. */
  started: number;
  changed: number;
  /** The tab that runs it. */
  tab?: string;
  deleted?: number;
}

interface Schema extends DBSchema {
  runs: { key: string; value: ArchivedRun };
  sweeps: { key: string; value: ArchivedSweep };
  records: { key: [string, number]; value: Batch };
  reports: { key: string; value: { run: string; report: RunReport } };
  /** Written by the worker. */
  rollouts: { key: [string, number]; value: { run: string } };
  'rollout-runs': { key: string; value: { run: string; started: number } };
}
type Database = IDBPDatabase<Schema>;
type Store = StoreNames<Schema>;

/** User-editable fields of a run. */
export type RunEdit = Partial<Pick<ArchivedRun, 'name' | 'note'>>;

/** Records that small batches are joined to: ten thousand batches of one record take seconds to read. */
const JOINED = 128;
const ALL: Store[] = ['runs', 'sweeps', 'records', 'reports', 'rollouts', 'rollout-runs'];
/** Milliseconds after which rollouts without a run are those of a tab that closed before it could write the run. */
const ORPHAN_MS = 24 * 3600 * 1000;

export class Archive {
  private opened: Promise<Database> | undefined;

  /** @param name of the database */
  constructor(private readonly name = ARCHIVE_NAME) {}

  private database(): Promise<Database> {
    const forget = () => (this.opened = undefined);
    this.opened ??= openArchiveDatabase<Schema>(this.name, forget);
    this.opened.catch(forget);
    return this.opened;
  }

  private async work<T, S extends Store[], M extends 'readonly' | 'readwrite'>(
    stores: S,
    mode: M,
    what: (transaction: IDBPTransaction<Schema, S, M>) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = (await this.database()).transaction(stores, mode);
      const [result] = await Promise.all([what(transaction), transaction.done]);
      return result;
    } catch (error) {
      throw archiveError(error);
    }
  }

  /**
   * Adds records of a run and writes its row; the user's edits of the row are kept.
   *
   * @param first number of stored records that stay; later ones are replaced, and 0 restarts the run
   * @param report replaces the run's report; without it the report stays
   * @throws StudioError `memory` when the storage is full, `unsupported` without IndexedDB
   */
  append(run: ArchivedRun, first: number, records: readonly StepRecord[], report?: RunReport): Promise<void> {
    return this.work(['runs', 'records', 'reports'], 'readwrite', async (transaction) => {
      const [runs, batches] = [transaction.objectStore('runs'), transaction.objectStore('records')];
      const before = await runs.get(run.id);
      await keepFirst(batches, run.id, first);
      if (records.length > 0) await addBatch(batches, { run: run.id, first, records: [...records] });
      if (report) await transaction.objectStore('reports').put({ run: run.id, report });
      const { name, note, deleted } = before ?? run;
      await runs.put({ ...run, name, note, ...(deleted !== undefined && { deleted }) });
    });
  }

  /**
   * Removes the records of a run from a number on: they are recomputed from a kept state.
   *
   * @returns those that stay, at most `records`, damaged ones among them
   */
  truncate(run: string, records: number): Promise<StepRecord[]> {
    return this.work(['records'], 'readwrite', async (transaction) => {
      const batches = transaction.objectStore('records');
      await keepFirst(batches, run, records);
      return (await batches.getAll(ofRun(run))).flatMap(recordsOf);
    });
  }

  /** Adds a whole run unless its id exists. @returns whether it was added @throws StudioError as `append` */
  add(run: ArchivedRun, records: readonly StepRecord[], report?: RunReport): Promise<boolean> {
    return this.work(['runs', 'records', 'reports'], 'readwrite', async (transaction) => {
      const [runs, batches] = [transaction.objectStore('runs'), transaction.objectStore('records')];
      const before = await runs.get(run.id);
      if (before && before.deleted === undefined) return false;
      await batches.delete(ofRun(run.id));
      await batches.put({ run: run.id, first: 0, records: [...records] });
      if (report) await transaction.objectStore('reports').put({ run: run.id, report });
      await runs.put(run);
      return true;
    });
  }

  /** @throws StudioError as `append` */
  putSweep(sweep: ArchivedSweep): Promise<void> {
    return this.work(['sweeps'], 'readwrite', async (transaction) => {
      const sweeps = transaction.objectStore('sweeps');
      const deleted = (await sweeps.get(sweep.id))?.deleted;
      await sweeps.put({ ...sweep, ...(deleted !== undefined && { deleted }) });
    });
  }

  /** Runs that are not deleted, without their records. */
  async runs(): Promise<ArchivedRun[]> {
    return (await this.runRows()).rows;
  }

  runRows(): Promise<StoredRows<ArchivedRun>> {
    return this.work(['runs'], 'readonly', async (transaction) =>
      shownRows(await transaction.objectStore('runs').getAll(), storedRun),
    );
  }

  async sweeps(): Promise<ArchivedSweep[]> {
    return (await this.sweepRows()).rows;
  }

  sweepRows(): Promise<StoredRows<ArchivedSweep>> {
    return this.work(['sweeps'], 'readonly', async (transaction) =>
      shownRows(await transaction.objectStore('sweeps').getAll(), (row) => storedSweep<ArchivedSweep>(row)),
    );
  }

  /** A run's records in order, without damaged ones. @param from number of records that the caller has read already */
  records(run: string, from = 0): Promise<ReadRecords> {
    return this.work(['records'], 'readonly', async (transaction) => {
      const batches = transaction.objectStore('records');
      const begun = from > 0 ? await batches.openKeyCursor(upTo(run, from), 'prev') : undefined;
      return intactRecords(await batches.getAll(IDBKeyRange.bound(begun?.key ?? [run], [run, []])), from);
    });
  }

  /** A run's report, of its stages so far; undefined without one, or if it cannot be read. */
  report(run: string): Promise<RunReport | undefined> {
    return this.work(['reports'], 'readonly', async (transaction) => {
      const row = await transaction.objectStore('reports').get(run);
      return RunReport.safeParse(row?.report).success ? row?.report : undefined;
    });
  }

  edit(id: string, change: RunEdit): Promise<void> {
    return this.work(['runs'], 'readwrite', async (transaction) => {
      const run = await transaction.objectStore('runs').get(id);
      if (run) await transaction.objectStore('runs').put({ ...run, ...change });
    });
  }

  /** Hides runs and comparisons, or with `undefined` shows them again. @param deleted when; milliseconds since 1970 */
  async setDeleted(
    what: { runs?: readonly string[]; sweeps?: readonly string[] },
    deleted: number | undefined,
  ): Promise<void> {
    await this.work(['runs', 'sweeps'], 'readwrite', async (transaction) => {
      const [runs, sweeps] = [transaction.objectStore('runs'), transaction.objectStore('sweeps')];
      for (const id of what.runs ?? []) {
        const run = await runs.get(id);
        if (run) await runs.put(marked(run, deleted));
      }
      for (const id of what.sweeps ?? []) {
        const sweep = await sweeps.get(id);
        if (sweep) await sweeps.put(marked(sweep, deleted));
      }
    });
  }

  /**
   * Frees the space of what was deleted at certain moments (milliseconds since 1970) and of rollouts without a run.
   *
   * @returns the runs that are gone
   */
  purge(at: (deleted: number) => boolean): Promise<string[]> {
    return this.work(ALL, 'readwrite', async (transaction) => {
      const [runs, sweeps, batches] = [
        transaction.objectStore('runs'),
        transaction.objectStore('sweeps'),
        transaction.objectStore('records'),
      ];
      const [rollouts, rolloutRuns] = [transaction.objectStore('rollouts'), transaction.objectStore('rollout-runs')];
      const old = ({ deleted }: { deleted?: number }) => deleted !== undefined && at(deleted);
      const gone = new Set<string>();
      for (const { id } of (await runs.getAll()).filter(old)) {
        gone.add(id);
        await batches.delete(ofRun(id));
        await transaction.objectStore('reports').delete(id);
        await runs.delete(id);
      }
      const there = new Set(await runs.getAllKeys());
      for (const { run, started } of await rolloutRuns.getAll()) {
        if (there.has(run) || (!gone.has(run) && Date.now() - started < ORPHAN_MS)) continue;
        await rollouts.delete(ofRun(run));
        await rolloutRuns.delete(run);
      }
      for (const { id } of (await sweeps.getAll()).filter(old)) await sweeps.delete(id);
      return [...gone];
    });
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
    this.opened = undefined;
  }
}

type Batches = IDBPObjectStore<Schema, Store[], 'records', 'readwrite'>;

/** Keys of a run's batches that begin before a record. */
const upTo = (run: string, record: number): IDBKeyRange => IDBKeyRange.bound([run], [run, record], false, true);

/** Deletes a run's records but the first ones. */
async function keepFirst(batches: Batches, run: string, count: number): Promise<void> {
  await batches.delete(IDBKeyRange.bound([run, count], [run, []]));
  const last = (await batches.openCursor(upTo(run, count), 'prev'))?.value;
  if (last && last.first + recordsOf(last).length > count)
    await batches.put({ ...last, records: recordsOf(last).slice(0, count - last.first) });
}

/** Adds a batch; joins the small ones before it when there are enough records. */
async function addBatch(batches: Batches, { run, first, records }: Batch): Promise<void> {
  const block = Math.floor(first / JOINED) * JOINED;
  if (first === block || first + records.length < block + JOINED) {
    await batches.put({ run, first, records });
    return;
  }
  const small = IDBKeyRange.bound([run, block], [run, []]);
  const before = await batches.getAll(small);
  await batches.delete(small);
  const all = [...before.flatMap(recordsOf), ...records];
  await batches.put({ run, first: before[0]?.first ?? first, records: all });
}

function marked<T extends { deleted?: number }>({ deleted: _, ...rest }: T, deleted: number | undefined): T {
  return { ...rest, ...(deleted !== undefined && { deleted }) } as T;
}
