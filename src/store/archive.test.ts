import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../errors.ts';
import { parseSweep } from '../compare/sweep.ts';
import { runReport } from '../report/compute-report.ts';
import { archivedRun, record } from '../../tests/support/archived.ts';
import { REPORT_ABOUT, THREE_STAGES } from '../../tests/support/stage-answers.ts';
import type { RunConfig } from '../run/config.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import { intactRecords } from '../archive/stored-records.ts';
import { Archive, type ArchivedSweep } from './archive-db.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { runWithTrueState, withTrueState } from './archive.ts';

let archive: Archive;
let name = 0;
beforeEach(() => (archive = new Archive(`archive-${++name}`)));
afterEach(() => archive.close());

/** The database as seen by another tab. */
const otherTab = () => new Archive(`archive-${name}`);
const ids = async () => (await archive.runs()).map(({ id }) => id);

describe('the archive', () => {
  it('keeps runs and their records in order across a close', async () => {
    const { run, records } = archivedRun('one', 25);
    await archive.append(run, 0, records.slice(0, 10));
    await archive.append(run, 10, records.slice(10));
    await archive.append(archivedRun('onerous', 1).run, 0, archivedRun('onerous', 1).records);
    await archive.close();
    expect((await archive.records('one')).records).toEqual(records);
    expect((await archive.runs()).find(({ id }) => id === 'one')).toEqual(run);
  });

  it('stores a repeated batch once, and only the new records of a restarted run', async () => {
    const { run, records } = archivedRun('one', 6);
    await archive.append(run, 0, records.slice(0, 3));
    await archive.append(run, 3, records.slice(3));
    await archive.append(run, 3, records.slice(3));
    expect((await archive.records('one')).records).toEqual(records);
    await archive.append(run, 0, [record(1)]);
    expect((await archive.records('one')).records).toEqual([record(1)]);
  });

  it('joins the batches of a long run, and reads all of its records or the newest ones', async () => {
    const { run, records } = archivedRun('one', 500);
    // As slow and quick steps are written: one by one, in small batches, and in one that is longer than a joined one.
    const ends = [...Array.from({ length: 140 }, (_, i) => i + 1), 157, 160, 355, 440, 441, 490, 500];
    let first = 0;
    for (const end of ends) {
      await archive.append(run, first, records.slice(first, end));
      first = end;
    }
    await archive.append(archivedRun('onerous', 2).run, 0, archivedRun('onerous', 2).records);
    expect((await archive.records('one')).records).toEqual(records);
    for (const from of [1, 127, 128, 129, 140, 350, 440, 499, 500])
      expect((await archive.records('one', from)).records).toEqual(records.slice(from));
    const database = await openDB(`archive-${name}`);
    const batches = await database.count('records', IDBKeyRange.bound(['one'], ['one', []]));
    database.close();
    expect(batches).toBeLessThan(12);
  });

  it('replaces the records after those that stay, also inside a joined batch', async () => {
    const { run, records } = archivedRun('one', 150);
    for (const [i, one] of records.entries()) await archive.append(run, i, [one]);
    const again = records.map((one) => ({ ...one, note: 'again' }));
    await archive.append(run, 100, again.slice(100, 102));
    expect((await archive.records('one')).records).toEqual([...records.slice(0, 100), ...again.slice(100, 102)]);
    await archive.append(run, 102, again.slice(102, 140));
    expect((await archive.records('one')).records).toEqual([...records.slice(0, 100), ...again.slice(100, 140)]);
    expect((await archive.records('one', 99)).records).toEqual([records[99], ...again.slice(100, 140)]);
  });

  it('leaves out damaged records and counts them, also when it continues after them', async () => {
    const { run, records } = archivedRun('one', 300);
    for (let first = 0; first < 300; first += 100) await archive.append(run, first, records.slice(first, first + 100));
    const database = await openDB(`archive-${name}`);
    const joined = (await database.get('records', ['one', 0])) as { records: unknown[] };
    joined.records.splice(
      120,
      3,
      null,
      { ...records[121], metrics: { reward: 'high' } },
      { ...records[122], time: {} },
    );
    await database.put('records', joined);
    await database.put('records', { ...joined, first: 200, records: 'none' });
    database.close();
    const left = records.filter((_, i) => i < 200 && ![120, 121, 122].includes(i));
    expect(await archive.records('one')).toEqual({ records: left, read: 201 });
    expect(await archive.records('one', 122)).toEqual({ records: records.slice(123, 200), read: 79 });
    // Appending does not fail at them.
    await archive.append({ ...run, records: 202 }, 201, [record(202)]);
    expect((await archive.records('one', 201)).records).toEqual([record(202)]);
  });

  it('checks 10,000 records in less than 0.3 s of the processor', async () => {
    const metrics = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`metric/${i}`, i / 7]));
    const many = Array.from({ length: 10_000 }, (_, i) => record(i + 1, 'rl', metrics));
    const batches = Array.from({ length: 79 }, (_, i) => ({
      run: 'one',
      first: i * 128,
      records: many.slice(i * 128, (i + 1) * 128),
    }));
    const before = process.cpuUsage();
    const { records, read } = intactRecords(batches);
    const { user, system } = process.cpuUsage(before);
    expect([records.length, read]).toEqual([10_000, 10_000]);
    expect((user + system) / 1e6).toBeLessThan(0.3);
  });

  it('a name or note set meanwhile survives later records', async () => {
    const { run, records } = archivedRun('one', 2);
    await archive.append(run, 0, records.slice(0, 1));
    await otherTab().edit('one', { name: 'the good one', note: 'tight band' });
    await archive.append(run, 1, records.slice(1));
    expect(await archive.runs()).toMatchObject([{ name: 'the good one', note: 'tight band', records: 2 }]);
  });

  it('supports undo of a delete until it is purged', async () => {
    for (const id of ['a', 'b']) await archive.append(archivedRun(id, 3).run, 0, archivedRun(id, 3).records);
    await archive.setDeleted({ runs: ['a'] }, 1000);
    expect(await ids()).toEqual(['b']);
    await archive.purge((deleted) => deleted < 1000);
    await archive.setDeleted({ runs: ['a'] }, undefined);
    expect(await ids()).toEqual(['a', 'b']);
    expect((await archive.runs())[0]).not.toHaveProperty('deleted');
    await archive.setDeleted({ runs: ['a'] }, 1000);
    await archive.purge((deleted) => deleted === 1000);
    await archive.setDeleted({ runs: ['a'] }, undefined);
    expect(await ids()).toEqual(['b']);
    expect((await archive.records('a')).records).toEqual([]);
    expect((await archive.records('b')).records).toHaveLength(3);
  });

  it('imports a run from a file once and never overwrites one', async () => {
    const { run, records } = archivedRun('one', 3, { state: 'complete' });
    expect(await archive.add(run, records)).toBe(true);
    expect(await archive.add({ ...run, name: 'another' }, [])).toBe(false);
    expect(await archive.runs()).toMatchObject([{ name: 'run one' }]);
    expect((await archive.records('one')).records).toEqual(records);
    await archive.setDeleted({ runs: ['one'] }, 5);
    expect(await archive.add(run, records)).toBe(true);
    expect(await ids()).toEqual(['one']);
  });

  it('keeps the report of a run until the run is purged', async () => {
    const report = runReport(REPORT_ABOUT, THREE_STAGES);
    for (const id of ['a', 'b']) await archive.append(archivedRun(id, 1).run, 0, archivedRun(id, 1).records, report);
    // Later records leave it as it is.
    await archive.append(archivedRun('a', 2).run, 1, [record(2)]);
    expect(await archive.report('a')).toEqual(report);
    expect(await archive.add(archivedRun('c', 1).run, [], report)).toBe(true);
    expect(await archive.report('c')).toEqual(report);
    expect(await archive.report('none')).toBeUndefined();
    await archive.setDeleted({ runs: ['a'] }, 5);
    await archive.purge((deleted) => deleted === 5);
    expect(await archive.report('a')).toBeUndefined();
    expect(await archive.report('b')).toEqual(report);
  });

  it('keeps the runs of a database without a store for reports, and stores reports beside them', async () => {
    const before = await openDB(`archive-${name}`, 2, {
      upgrade: (database) => {
        for (const store of ['runs', 'sweeps']) database.createObjectStore(store, { keyPath: 'id' });
        database.createObjectStore('records', { keyPath: ['run', 'first'] });
        database.createObjectStore('rollouts', { keyPath: ['run', 'step.step'] });
        database.createObjectStore('rollout-runs', { keyPath: 'run' });
      },
    });
    const { run, records } = archivedRun('old', 2);
    await before.put('runs', run);
    await before.put('records', { run: 'old', first: 0, records });
    before.close();
    expect((await archive.records('old')).records).toEqual(records);
    const report = runReport(REPORT_ABOUT, THREE_STAGES);
    await archive.append({ ...run, reported: true }, 2, [], report);
    expect(await archive.report('old')).toEqual(report);
    expect(await archive.runs()).toEqual([{ ...run, reported: true }]);
  });

  it('keeps comparisons beside runs', async () => {
    const sweep: ArchivedSweep = {
      id: 's',
      sweep: parseSweep({ base: tinyRun(), strategies: ['ppo', 'gppo'], seeds: [1, 2] }, 'sweep'),
      state: 'running',
      started: 1,
      changed: 1,
      tab: 'a',
    };
    await archive.putSweep(sweep);
    expect(await archive.sweeps()).toEqual([sweep]);
    await archive.setDeleted({ sweeps: ['s'] }, 7);
    await archive.putSweep({ ...sweep, state: 'complete' });
    expect(await archive.sweeps()).toEqual([]);
  });

  it('runs and comparisons stored before fields were renamed have the names of today', async () => {
    const config = tinyRun({ compute: { matmul_precision: 'f32' } });
    const { tis_cap: cap, ...rl } = config.rl!;
    const before = {
      ...config,
      rl: { ...rl, correction_cap: cap },
      compute: { products: 'f32' },
    } as unknown as RunConfig;
    await archive.append(archivedRun('old', 1, { config: before }).run, 0, []);
    const sweep = parseSweep({ base: config, strategies: ['ppo'], seeds: [1] }, 'sweep');
    await archive.putSweep({ id: 's', sweep: { ...sweep, base: before }, state: 'stopped', started: 1, changed: 1 });
    expect((await archive.runs())[0]?.config).toEqual(config);
    expect((await archive.sweeps())[0]?.sweep.base).toEqual(config);
  });

  it('explains what to do when a later version of the studio wrote the database', async () => {
    (await openDB(`archive-${name}`, 99)).close();
    await expect(archive.runs()).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'The stored runs were written by a later version of the studio.',
      advice: 'Reload the page to load that version.',
    });
  });

  it('yields to a later version in another tab', async () => {
    await archive.append(archivedRun('one', 1).run, 0, []);
    const later = await openDB(`archive-${name}`, 3);
    expect(await later.count('runs')).toBe(1);
    later.close();
  });
});

describe('background writing', () => {
  const writerOf = (target: Pick<Archive, 'append' | 'putSweep'>, problems: (string | undefined)[] = []) =>
    new ArchiveWriter(
      Promise.resolve(target),
      { onWritten: () => undefined, onProblem: (problem) => problems.push(problem?.message) },
      0,
    );

  it('saves a run from its first record to its end', async () => {
    const writer = writerOf(archive);
    writer.begin(archivedRun('one').run);
    await writer.settled();
    expect(await ids()).toEqual([]);
    writer.append('one', [record(0, 'evaluation', { 'accuracy/sampled': 0.25 })]);
    writer.append('one', [record(1)]);
    await writer.settled();
    expect(await archive.runs()).toMatchObject([
      { state: 'running', records: 2, digest: { rl: 1, sampled: 0.25, reward: 0.01 } },
    ]);
    writer.append('one', [record(2), record(3)]);
    writer.end('one', 'complete');
    await writer.settled();
    expect((await archive.records('one')).records.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(await archive.runs()).toMatchObject([{ state: 'complete', records: 4, digest: { rl: 3 } }]);
    // Records after the end belong to no run.
    writer.append('one', [record(4)]);
    await writer.settled();
    expect((await archive.records('one')).records).toHaveLength(4);
  });

  it('merges records that arrive during a write into the next one', async () => {
    const sizes: number[] = [];
    const writer = writerOf({
      append: (run, first, records) => {
        sizes.push(records.length);
        return archive.append(run, first, records);
      },
      putSweep: (sweep) => archive.putSweep(sweep),
    });
    writer.begin(archivedRun('one').run);
    for (let step = 1; step <= 50; step++) writer.append('one', [record(step)]);
    await writer.settled();
    expect((await archive.records('one')).records).toHaveLength(50);
    expect(sizes.length).toBeLessThan(4);
  });

  it('writes the end at once, also during a write', async () => {
    let written: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (written = resolve));
    const writer: ArchiveWriter = new ArchiveWriter(
      Promise.resolve({
        append: (run, first, records) => {
          if (first === 0) writer.end('one', 'complete');
          else written();
          return archive.append(run, first, records);
        },
        putSweep: (sweep) => archive.putSweep(sweep),
      }),
      { onWritten: () => undefined, onProblem: () => undefined },
      // Longer than any test: an end that waited for the next batch would not be written within the test.
      2 ** 31 - 1,
    );
    writer.begin(archivedRun('one').run);
    writer.append('one', [record(1)]);
    await ended;
    await writer.settled();
    expect(await archive.runs()).toMatchObject([{ state: 'complete', records: 1 }]);
  });

  it('reports full storage, loses nothing stored, and catches up when space is free', async () => {
    let full = false;
    class Bounded extends Archive {
      override append(...given: Parameters<Archive['append']>): Promise<void> {
        return full ? Promise.reject(new DOMException('no room', 'QuotaExceededError')) : super.append(...given);
      }
    }
    const problems: (string | undefined)[] = [];
    const bounded = new Bounded(`archive-${name}`);
    const writer = writerOf(bounded, problems);
    writer.begin(archivedRun('one').run);
    writer.append('one', [record(1)]);
    await writer.settled();
    full = true;
    writer.append('one', [record(2)]);
    await writer.settled();
    expect(problems).toHaveLength(1);
    expect((await archive.records('one')).records).toEqual([record(1)]);
    writer.append('one', [record(3)]);
    writer.end('one', 'complete');
    await writer.settled();
    full = false;
    await writer.settled();
    expect(problems.at(-1)).toBeUndefined();
    expect((await archive.records('one')).records.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(await archive.runs()).toMatchObject([{ state: 'complete', records: 3 }]);
    await bounded.close();
  });

  it('tries full storage again ever more rarely, however many steps follow, and at once when asked to', async () => {
    vi.useFakeTimers();
    try {
      const attempts: number[] = [];
      let full = true;
      const target = {
        append: (...[, , records]: Parameters<Archive['append']>) => {
          attempts.push(records.length);
          return full ? Promise.reject(new StudioError('memory', 'full', 'Delete runs.')) : Promise.resolve();
        },
        putSweep: () => Promise.resolve(),
      };
      const writer = writerOf(target);
      writer.begin(archivedRun('one').run);
      // Ten steps per second for five minutes.
      for (let step = 1; step <= 3000; step++) {
        writer.append('one', [record(step)]);
        await vi.advanceTimersByTimeAsync(100);
      }
      // At 0, 5, 15, 35, 75, 135, 195 and 255 s.
      expect(attempts).toHaveLength(8);
      await writer.settled();
      expect(attempts).toHaveLength(9);
      full = false;
      await writer.settled();
      expect(attempts.at(-1)).toBe(3000);
      // Once it has worked, every batch is written again.
      writer.append('one', [record(3001)]);
      await vi.advanceTimersByTimeAsync(1);
      expect(attempts.slice(-1)).toEqual([1]);
      writer.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('retries by itself when the storage was full at the end of a run', async () => {
    let full = true;
    class Bounded extends Archive {
      override append(...given: Parameters<Archive['append']>): Promise<void> {
        return full ? Promise.reject(new DOMException('no room', 'QuotaExceededError')) : super.append(...given);
      }
    }
    const bounded = new Bounded(`archive-${name}`);
    const writer = new ArchiveWriter(
      Promise.resolve(bounded),
      { onWritten: () => undefined, onProblem: () => (full = false) },
      0,
      1,
    );
    writer.begin(archivedRun('one').run);
    writer.append('one', [record(1)]);
    writer.end('one', 'complete');
    await expect.poll(() => archive.runs()).toMatchObject([{ state: 'complete', records: 1 }]);
    writer.close();
    await bounded.close();
  });

  it('two tabs save their runs side by side', async () => {
    const [mine, theirs] = [writerOf(archive), writerOf(otherTab())];
    mine.begin(archivedRun('mine').run);
    theirs.begin(archivedRun('theirs', 0, { tab: 'b' }).run);
    for (let step = 1; step <= 10; step++) {
      mine.append('mine', [record(step)]);
      theirs.append('theirs', [record(step)]);
    }
    await Promise.all([mine.settled(), theirs.settled()]);
    expect(await ids()).toEqual(['mine', 'theirs']);
    expect([await archive.records('mine'), await archive.records('theirs')].map(({ read }) => read)).toEqual([10, 10]);
  });

  it('a run whose tab closed is interrupted; a finished one or one in another tab is not', () => {
    const { run } = archivedRun('one', 1, { tab: 'a' });
    expect(withTrueState(run, new Set(['b'])).state).toBe('interrupted');
    expect(withTrueState(run, new Set(['a', 'b'])).state).toBe('running');
    expect(withTrueState({ ...run, state: 'complete' }, new Set(['b'])).state).toBe('complete');
    // Its tab was closed after its last step, before its end was written.
    expect(runWithTrueState(run, new Set(['b'])).state).toBe('interrupted');
    expect(runWithTrueState({ ...run, digest: { sft: 3, rl: 4 } }, new Set(['b'])).state).toBe('complete');
    expect(runWithTrueState({ ...run, state: 'interrupted', digest: { sft: 3, rl: 4 } }, new Set(['b'])).state).toBe(
      'interrupted',
    );
  });
});
