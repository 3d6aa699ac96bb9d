/** States that the worker keeps, and runs that resume from them after a reload: another worker, the same storage. */
import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import type { Frame, StartOptions } from '../../src/views/run-view.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { StateStore } from '../../src/worker/state-store.ts';
import { Studio } from '../../src/worker/studio.ts';
import { SETTLED, testProvider } from '../support/gpu.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { withoutTime } from '../support/run-records.ts';
import { tinyRun } from '../support/tiny-run.ts';

const RUN = 'run';
/** KL to the start (the state has a fourth buffer), an evaluation, a report. */
const config = (rl: Record<string, unknown> = {}): RunConfig =>
  tinyRun(
    { evaluation: { every: 3, problems: 8 }, report: { problems: 6, samples: 2 } },
    { steps: 6, kl_coefficient: 0.05, ...rl },
  );

const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.stop();
});

/** A page with a worker of its own. */
function openPage(root: FileSystemDirectoryHandle) {
  const studio = new Studio(testProvider(), 'http://localhost/models/', SETTLED, {
    files: () => Promise.resolve(root),
  });
  studios.push(studio);
  const events: WorkerEvent[] = [];
  void studio.subscribe((event) => events.push(event));
  const until = (holds: (frame: Frame) => boolean) =>
    vi.waitFor(
      () => {
        const newest = events.findLast((event) => event.type === 'frame')?.frame;
        if (!newest || !holds(newest)) throw new Error(`not yet: ${JSON.stringify(newest?.state)}`);
        return newest;
      },
      { timeout: 60_000, interval: 5 },
    );
  const records = () => events.flatMap((event) => (event.type === 'run-records' ? event.records : []));
  const trained = () => records().findLast(({ phase: of }) => of !== 'evaluation');
  return {
    studio,
    until,
    ended: () => until(({ state }) => state === 'finished'),
    records,
    /** Makes one step and waits until its state is kept. */
    step: async () => {
      const before = trained();
      await studio.resume({ oneStep: true });
      return until(
        ({ state, states, latest }) =>
          state === 'paused' && states?.behind === 0 && latest === trained() && latest !== before,
      );
    },
    report: () => events.flatMap((event) => (event.type === 'run-report' ? [event.report] : [])).at(-1),
  };
}

const options = (change: Partial<StartOptions> = {}): StartOptions => ({
  paused: false,
  run: RUN,
  stateEvery: 2,
  rolloutBytes: 1e6,
  ...change,
});

const storeOf = (root: FileSystemDirectoryHandle) => new StateStore(() => Promise.resolve(root));

let whole: { records: StepRecord[]; report: unknown };
beforeAll(async () => {
  const page = openPage(memoryFolder());
  await page.studio.start(config(), options({ stateEvery: 0 }));
  await page.ended();
  whole = { records: page.records(), report: page.report() };
  expect(whole.records).toHaveLength(3 + 6 + 4);
});

describe('keeping states', () => {
  it('changes no record, and keeps the end of the run', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(config(), options({ stateEvery: 1 }));
    await page.ended();
    expect(withoutTime(page.records())).toEqual(withoutTime(whole.records));
    await page.studio.stop();
    const run = await storeOf(root).find(RUN);
    expect(run?.states.at(-1)).toMatchObject({ id: 'rl-6', made: 9, records: 13, complete: true });
    expect(run?.states.length).toBeLessThanOrEqual(3);
    // Nothing else is in the folder: superfluous states are removed.
    const folder = await (await root.getDirectoryHandle('states')).getDirectoryHandle(RUN);
    const names: string[] = [];
    for await (const { name } of folder.values()) names.push(name);
    const named = run?.states.flatMap(({ file, metrics }) => [file, metrics.file]) ?? [];
    expect(names.sort()).toEqual([...new Set([...named, 'manifest-0.json', 'manifest-1.json'])].sort());
  });
});

describe('a run that resumes from a kept state', () => {
  it.each([
    ['in SFT', 'sft', 2],
    ['as RL begins', 'rl', 0],
    ['in RL, with the reference policy', 'rl', 4],
  ])('has the records, rollouts and report of one that was never interrupted: %s', async (_, phase, step) => {
    const root = memoryFolder();
    const before = openPage(root);
    await before.studio.start(config(), options({ paused: true }));
    for (let frame; frame?.phase !== phase || frame.step !== step;) frame = await before.step();

    const after = openPage(root);
    const resumed = await after.studio.resumeRun(RUN, undefined, options());
    if (!resumed.ok) throw new Error(resumed.error.message);
    const past = before.records().slice(0, resumed.value.records);
    await after.ended();
    const all = [...past, ...after.records()];
    expect(withoutTime(all)).toEqual(withoutTime(whole.records));
    expect(after.report()).toEqual(whole.report);
    const text = await after.studio.exportMetrics();
    const lines = text.ok ? text.value.trim().split('\n') : [];
    expect(lines.map((line) => JSON.parse(line) as StepRecord)).toEqual(all);
    const rollouts = await after.studio.openRollouts(RUN);
    expect(rollouts).toMatchObject({ ok: true, value: { keptSteps: [1, 2, 3, 4, 5, 6] } });
  });
});
