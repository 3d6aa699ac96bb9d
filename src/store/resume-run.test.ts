/** A run that resumes from a kept state, as the page sees it: found, offered, and its record continued. */
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { archivedRun, record } from '../../tests/support/archived.ts';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import { eachTestConnects, FRAME } from '../../tests/support/page-worker.ts';
import { tinyRun } from '../../tests/support/tiny-run.ts';
import type { KeptState, RunStates } from '../views/states.ts';
import { tabArchive } from './archive.ts';
import { findInterrupted, useInterrupted } from './interrupted-run.ts';
import { wouldLose } from './leaving-store.ts';
import { openStudio } from './open-studio.ts';
import { resumeKept } from './resume-run.ts';
import { useRun } from './run-store.ts';

const page = eachTestConnects();

const statesOf = (run: string, step: number, more: Partial<KeptState> = {}): RunStates => ({
  run,
  name: `run ${run}`,
  config: tinyRun({ name: `run ${run}` }),
  model: LISTED_MODEL,
  bytes: 16,
  states: [
    { id: `rl-${step}`, phase: 'rl', step, made: step, records: step, bytes: 16, written: 1, last: true, ...more },
  ],
});

describe('a run that a closed tab left unfinished', () => {
  it('is offered once the page is open, unless it is complete, open in a tab or dismissed', async () => {
    for (const [id, changed] of [
      ['older', 1],
      ['complete', 4],
      ['elsewhere', 3],
      ['newest', 2],
    ] as const) {
      const { run, records } = archivedRun(id, 3, { changed, tab: 'closed' });
      await tabArchive.archive.append(run, 0, records);
    }
    page().worker.states = [
      statesOf('older', 2),
      statesOf('newest', 2),
      statesOf('complete', 3, { complete: true }),
      { ...statesOf('elsewhere', 2), held: 'elsewhere' },
    ];
    await openStudio();
    await expect
      .poll(() => useInterrupted.getState().found)
      .toEqual({ id: 'newest', name: 'run newest', at: 'step 2' });
    useInterrupted.getState().dismiss();
    await findInterrupted();
    expect(useInterrupted.getState().found).toMatchObject({ id: 'older' });
  });
});

describe('a run that resumes from a kept state', () => {
  const records = [1, 2, 3, 4, 5].map((step) => record(step));

  it.each([
    ['with records after the state, which are recomputed', 5, 3],
    ['with fewer records than the state, as its tab closed before it stored them', 2, 4],
    ['that was never stored', 0, 3],
  ])('continues its record: %s', async (title, stored, kept) => {
    const id = title;
    if (stored > 0)
      await tabArchive.archive.append(archivedRun(id, stored, { note: 'mine' }).run, 0, records.slice(0, stored));
    page().worker.states = [statesOf(id, kept)];
    page().worker.stateRecords = records.slice(0, kept);
    await openStudio();
    await resumeKept({ run: id });
    expect(useRun.getState()).toMatchObject({ id, held: true, recording: id });
    await page().worker.send({ type: 'run-records', run: id, records: [record(kept + 1)] });
    await page().worker.send({ type: 'run-end', run: id, state: 'finished' });
    await tabArchive.writer.settled();
    expect((await tabArchive.archive.records(id)).records.map(({ step }) => step)).toEqual(
      Array.from({ length: kept + 1 }, (_, i) => i + 1),
    );
    const row = (await tabArchive.archive.runs()).find((run) => run.id === id);
    expect(row).toMatchObject({ state: 'complete', records: kept + 1, digest: { rl: kept + 1 } });
    expect(row?.note).toBe(stored > 0 ? 'mine' : '');
  });

  it('has the state’s records from the first damaged one on', async () => {
    const { run } = archivedRun('repaired', 5);
    const broken = records.map((one, i) => (i === 1 ? { ...one, time: null } : one)) as typeof records;
    await tabArchive.archive.append(run, 0, broken);
    page().worker.states = [statesOf('repaired', 3)];
    page().worker.stateRecords = records.slice(0, 3);
    await openStudio();
    await resumeKept({ run: 'repaired' });
    await tabArchive.writer.settled();
    expect(await tabArchive.archive.records('repaired')).toEqual({ records: records.slice(0, 3), read: 3 });
    expect((await tabArchive.archive.runs()).find(({ id }) => id === 'repaired')).toMatchObject({
      records: 3,
      digest: { rl: 3 },
    });
  });

  it('that is refused leaves page and record as they were', async () => {
    const { run } = archivedRun('refused', 3, { state: 'stopped' });
    await tabArchive.archive.append(run, 0, records.slice(0, 3));
    page().worker.states = [statesOf('refused', 2)];
    page().worker.refusal = { kind: 'input', message: 'damaged', advice: '' };
    await openStudio();
    await resumeKept({ run: 'refused' });
    expect(useRun.getState()).toMatchObject({ state: 'failed', held: false, error: { message: 'damaged' } });
    expect((await tabArchive.archive.records('refused')).records).toHaveLength(3);
  });
});

describe('leaving the page', () => {
  const running = (states: NonNullable<(typeof FRAME)['states']> | undefined) =>
    useRun.setState({ state: 'running', held: true, frame: { ...FRAME, ...(states && { states }) } });

  it('asks only while the run could not be resumed', () => {
    running(undefined);
    expect(wouldLose()).toBe(true);
    running({ every: 10, behind: 9 });
    expect(wouldLose()).toBe(false);
    running({ every: 10, behind: 1, problem: 'full' });
    expect(wouldLose()).toBe(true);
    // Kept at pauses only.
    running({ every: 10, behind: 1, notice: 'no room' });
    expect(wouldLose()).toBe(true);
    running({ every: 10, behind: 0, notice: 'no room' });
    expect(wouldLose()).toBe(false);
  });
});
