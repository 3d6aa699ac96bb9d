import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { record, archivedRun } from '../../tests/support/archived.ts';
import { tabArchive, useLeftOut } from './archive.ts';
import { followStoredRun, LAST_RUN, NO_STORED_RUN, showStoredRun, useStoredRun } from './stored-run-store.ts';
import { useRun } from './run-store.ts';

let stop: () => void;
beforeAll(async () => {
  vi.stubGlobal('navigator', {});
  for (const [i, id] of ['older', 'first', 'newer'].entries()) {
    // Newer than runs of other tests in this process, which share the archive.
    const { run, records } = archivedRun(id, 3, { started: 4e12 + i });
    await tabArchive.archive.append(run, 0, records);
  }
  stop = followStoredRun();
});
afterAll(() => {
  stop();
  vi.unstubAllGlobals();
});
afterEach(() => showStoredRun(NO_STORED_RUN));

const shown = () => useStoredRun.getState().shown?.run.id;

it('draws a chosen run, and nothing that is not stored', async () => {
  await showStoredRun('older');
  expect(shown()).toBe('older');
  expect(Object.values(useStoredRun.getState().shown?.series ?? {})[0]?.steps).toEqual([1, 2, 3]);
  await showStoredRun('deleted');
  expect(shown()).toBeUndefined();
});

it('draws a run without its damaged records, counts them once, and continues after them', async () => {
  const { run, records } = archivedRun('damaged', 6);
  const broken = records.map((one, i) => (i === 1 || i === 4 ? { ...one, metrics: { loss: NaN } } : one));
  await tabArchive.archive.append(run, 0, broken);
  await showStoredRun('damaged');
  const steps = () => Object.values(useStoredRun.getState().shown?.series ?? {})[0]?.steps;
  expect(steps()).toEqual([1, 3, 4, 6]);
  const count = () => useLeftOut.getState().records['damaged'];
  expect(count()).toEqual({ name: 'run damaged', damaged: 2, read: 6 });
  await tabArchive.archive.append({ ...run, records: 7 }, 6, [record(7)]);
  await showStoredRun('damaged');
  expect(steps()).toEqual([1, 3, 4, 6, 7]);
  expect(count()?.damaged).toBe(2);
});

it('the last run follows the runs of this page', async () => {
  await showStoredRun(LAST_RUN);
  expect(shown()).toBe('newer');
  useRun.setState({ recording: 'first' });
  useRun.setState({ recording: undefined });
  await vi.waitFor(() => expect(shown()).toBe('newer'));
  useRun.setState({ recording: 'second' });
  await vi.waitFor(() => expect(shown()).toBe('first'));
});

it('never draws a run behind itself', async () => {
  useRun.setState({ recording: 'newer' });
  await showStoredRun('newer');
  expect(shown()).toBeUndefined();
  await showStoredRun('older');
  expect(shown()).toBe('older');
});
