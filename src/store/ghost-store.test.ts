import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { tabArchive } from './archive.ts';
import { followGhost, LAST_RUN, NO_GHOST, showBehind, useGhost } from './ghost-store.ts';
import { useRun } from './run-store.ts';

let stop: () => void;
beforeAll(async () => {
  vi.stubGlobal('navigator', {});
  for (const [started, id] of ['older', 'first', 'newer'].entries()) {
    const { run, records } = archivedRun(id, 3, { started });
    await tabArchive.archive.append(run, 0, records);
  }
  stop = followGhost();
});
afterAll(async () => {
  stop();
  await tabArchive.close();
  vi.unstubAllGlobals();
});
afterEach(() => showBehind(NO_GHOST));

const shown = () => useGhost.getState().shown?.run.id;

it('draws a chosen run, and nothing that is not stored', async () => {
  await showBehind('older');
  expect(shown()).toBe('older');
  expect(Object.values(useGhost.getState().shown?.series ?? {})[0]?.steps).toEqual([1, 2, 3]);
  await showBehind('deleted');
  expect(shown()).toBeUndefined();
});

it('the last run follows the runs of this page', async () => {
  await showBehind(LAST_RUN);
  expect(shown()).toBe('newer');
  useRun.setState({ recording: 'first' });
  useRun.setState({ recording: undefined });
  await vi.waitFor(() => expect(shown()).toBe('newer'));
  useRun.setState({ recording: 'second' });
  await vi.waitFor(() => expect(shown()).toBe('first'));
});

it('never draws a run behind itself', async () => {
  useRun.setState({ recording: 'newer' });
  await showBehind('newer');
  expect(shown()).toBeUndefined();
  await showBehind('older');
  expect(shown()).toBe('older');
});
