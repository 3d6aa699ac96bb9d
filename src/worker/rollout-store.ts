/**
 * Kept rollouts in the browser's database of runs. A step, the steps that make room for it and the run's row are
 * written in one transaction, so that nothing is ever half-written.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import { z } from 'zod';
import { ARCHIVE_NAME, archiveError, ofRun, openArchiveDatabase } from '../archive/archive-database.ts';
import { RolloutsAbout } from '../archive/rollout-files.ts';
import type { StoredRows } from '../archive/stored-rows.ts';
import { storedSteps, type StoredSteps } from '../rollouts/checked-step.ts';
import type { KeptStep } from '../rollouts/kept-step.ts';
import type { KeptFacts, OpenedRollouts } from '../views/rollouts.ts';

/** What a list of runs with rollouts shows. */
export interface RolloutRun extends Omit<KeptFacts, 'problem'> {
  run: string;
  name: string;
  started: number;
  reference?: OpenedRollouts['reference'];
}

const count = z.number().min(0);
const Row = RolloutsAbout.extend({ run: z.string(), name: z.string(), started: count, newest: count, steps: count });

/** Rows that can be read; the others stay stored. */
const readable = (rows: readonly RolloutRun[]): RolloutRun[] => rows.filter((row) => Row.safeParse(row).success);

interface Schema extends DBSchema {
  /** Written by the page. */
  runs: { key: string; value: { id: string; name: string; deleted?: number } };
  rollouts: { key: [string, number]; value: { run: string; step: KeptStep } };
  'rollout-runs': { key: string; value: RolloutRun };
}

/** Bytes of the rollouts of all runs: those of the oldest runs make room for a new one's. */
export const ALL_RUNS_BYTES = 512e6;

export class RolloutStore {
  private opened: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(
    private readonly name = ARCHIVE_NAME,
    private readonly most = ALL_RUNS_BYTES,
  ) {}

  private async database(): Promise<IDBPDatabase<Schema>> {
    const forget = () => (this.opened = undefined);
    try {
      this.opened ??= openArchiveDatabase<Schema>(this.name, forget);
      return await this.opened;
    } catch (error) {
      forget();
      throw archiveError(error);
    }
  }

  /**
   * Runs that are not deleted, newest first, under the names that the user gave them; without damaged rows.
   *
   * @throws StudioError
   */
  async list(): Promise<StoredRows<RolloutRun>> {
    const transaction = (await this.database()).transaction(['runs', 'rollout-runs'], 'readonly');
    const all = await transaction.objectStore('rollout-runs').getAll();
    const rows = readable(all);
    // Of a thousand runs, few have rollouts.
    const runs = await Promise.all(rows.map(({ run }) => transaction.objectStore('runs').get(run)));
    const shown = rows
      .map((row, i) => ({ row, stored: runs[i] }))
      .filter(({ stored }) => stored?.deleted === undefined)
      .map(({ row, stored }) => ({ ...row, name: stored?.name ?? row.name }))
      .sort((a, b) => b.started - a.started);
    return { rows: shown, leftOut: all.length - rows.length };
  }

  /** What is stored of a run, deleted or not; undefined if nothing is. @throws StudioError */
  async find(run: string): Promise<{ every: number; steps: KeptStep[] } | undefined> {
    const row = await (await this.database()).get('rollout-runs', run);
    return row && readable([row]).length > 0 ? { every: row.every, steps: (await this.read(run)).steps } : undefined;
  }

  /** A run's kept steps in ascending order, without damaged ones. @throws StudioError */
  async read(run: string): Promise<StoredSteps> {
    return storedSteps(await (await this.database()).getAll('rollouts', ofRun(run)));
  }

  /**
   * @param added steps to write @param dropped steps that are no longer kept
   * @throws StudioError `memory` when the storage is full, `unsupported` without IndexedDB; then nothing has changed
   */
  async write(row: RolloutRun, added: Iterable<KeptStep>, dropped: Iterable<number>): Promise<void> {
    const database = await this.database();
    try {
      const transaction = database.transaction(['rollouts', 'rollout-runs'], 'readwrite');
      const [steps, rows] = [transaction.objectStore('rollouts'), transaction.objectStore('rollout-runs')];
      const requests: Promise<unknown>[] = [rows.put(row)];
      for (const step of dropped) requests.push(steps.delete([row.run, step]));
      for (const step of added) requests.push(steps.put({ run: row.run, step }));
      await Promise.all([...requests, transaction.done]);
    } catch (error) {
      throw archiveError(error);
    }
  }

  /**
   * Removes the rollouts of the oldest runs until those of a new run fit.
   *
   * @param itself the run, whose stored rollouts are part of its bytes
   * @throws StudioError
   */
  async makeRoom(bytes: number, itself?: string): Promise<void> {
    const database = await this.database();
    try {
      const transaction = database.transaction(['rollouts', 'rollout-runs'], 'readwrite');
      const [steps, rows] = [transaction.objectStore('rollouts'), transaction.objectStore('rollout-runs')];
      const runs = readable(await rows.getAll())
        .filter(({ run }) => run !== itself)
        .sort((a, b) => a.started - b.started);
      let total = bytes + runs.reduce((sum, row) => sum + row.bytes, 0);
      for (const { run, bytes: size } of runs) {
        if (total <= this.most) break;
        await steps.delete(ofRun(run));
        await rows.delete(run);
        total -= size;
      }
      await transaction.done;
    } catch (error) {
      throw archiveError(error);
    }
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
    this.opened = undefined;
  }
}
