/** States that the worker keeps, and runs that resume from them after a reload: another worker, the same storage. */
import 'fake-indexeddb/auto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseMetrics } from '../../src/archive/run-folder.ts';
import { parseSafetensors } from '../../src/checkpoint/safetensors.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { StepRecord } from '../../src/run/step-record.ts';
import type { Frame, StartOptions } from '../../src/views/run-view.ts';
import type { WorkerEvent } from '../../src/worker/events.ts';
import { decodeState } from '../../src/session/state-file.ts';
import { StateStore } from '../../src/worker/state-store.ts';
import { Studio } from '../../src/worker/studio.ts';
import { cliHere } from '../support/cli.ts';
import { losable, SETTLED, testProvider } from '../support/gpu.ts';
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

/** Without SFT and evaluation: fewer kernels. */
const quick = (steps: number) => tinyRun({ sft: undefined, evaluation: undefined }, { steps });

const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.stop();
});

/** A page with a worker of its own. */
function openPage(root: FileSystemDirectoryHandle, provider: GPU = testProvider()) {
  const studio = new Studio(provider, 'http://localhost/models/', SETTLED, {
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
    events,
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

let wholeRun: { records: StepRecord[]; report: unknown };
beforeAll(async () => {
  const page = openPage(memoryFolder());
  await page.studio.start(config(), options({ stateEvery: 0 }));
  await page.ended();
  wholeRun = { records: page.records(), report: page.report() };
  expect(wholeRun.records).toHaveLength(3 + 6 + 4);
});

describe('keeping states', () => {
  it('changes no record, and keeps the end of the run', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(config(), options({ stateEvery: 1 }));
    await page.ended();
    expect(withoutTime(page.records())).toEqual(withoutTime(wholeRun.records));
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
    expect(withoutTime(all)).toEqual(withoutTime(wholeRun.records));
    expect(after.report()).toEqual(wholeRun.report);
    const text = await after.studio.exportMetrics();
    const lines = text.ok ? text.value.trim().split('\n') : [];
    expect(lines.map((line) => JSON.parse(line) as StepRecord)).toEqual(all);
    const rollouts = await after.studio.openRollouts(RUN);
    expect(rollouts).toMatchObject({ ok: true, value: { keptSteps: [1, 2, 3, 4, 5, 6] } });
  });
});

describe('a run that fails by its numbers', () => {
  it('leaves its last good state, which can be a start, asked and exported, with the reason', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    const bad = tinyRun({}, { steps: 9, learning_rate: 1e30, gradient_clip: 1e30 });
    await page.studio.start(bad, options({ stateEvery: 1 }));
    await page.until(({ state }) => state === 'failed');
    const good = await page.studio.exportCheckpoint('f32');
    await page.studio.stop();
    const error = page.events.find((event) => event.type === 'failed')?.error;
    expect(error?.kind).toBe('numerical');
    const [, step] = /those after rl step (\d+), the last good step/.exec(error?.advice ?? '') ?? [];
    const state = (await storeOf(root).find(RUN))?.states.at(-1);
    expect(state).toMatchObject({ phase: 'rl', step: Number(step), failed: expect.stringContaining('learning rate') });

    const after = openPage(root);
    const id = `state:${RUN}/rl-${step}`;
    const exported = await after.studio.exportModel(id);
    if (!exported.ok || !good.ok) throw new Error('not exported');
    const weights = exported.value.find(({ path }) => path === 'model.safetensors')?.file;
    expect(new Uint8Array((await weights?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(
      good.value.find(({ path }) => path === 'model.safetensors')?.data,
    );
    expect(await after.studio.openModel(id)).toMatchObject({ ok: true });
    const { model: _, ...branch } = quick(1);
    expect(await after.studio.start({ ...branch, model: { checkpoint: id } }, options({ run: 'b' }))).toMatchObject({
      ok: true,
    });
    await after.ended();
    // Resumed all the same, it fails in the same way.
    const again = openPage(root);
    expect(await again.studio.resumeRun(RUN, undefined, options())).toMatchObject({ ok: true });
    await again.until(({ state: of }) => of === 'failed');
    expect(again.events.find((event) => event.type === 'failed')?.error).toEqual(error);
  });
});

describe('a state that the page exports', () => {
  it('resumes on the command line with the records, report and policy of an undisturbed run', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(config(), options({ paused: true, stateEvery: 1 }));
    for (let frame; frame?.phase !== 'rl' || frame.step !== 2;) frame = await page.step();
    await page.studio.stop();
    const listed = await page.studio.listStates();
    const newest = listed.ok ? listed.value[0]?.states.at(-1)?.id : undefined;
    const exported = await page.studio.exportState(RUN, newest ?? '');
    if (!exported.ok) throw new Error(exported.error.message);
    const folder = mkdtempSync(join(tmpdir(), 'gppo-exported-'));
    try {
      const [from, output, whole] = ['from', 'output', 'whole'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      for (const { path, file } of exported.value) {
        mkdirSync(dirname(join(from, path)), { recursive: true });
        writeFileSync(join(from, path), new Uint8Array(await file.arrayBuffer()));
      }
      expect(await cliHere('train', '--resume', from, '--output', output)).toMatchObject({ status: 0, stderr: '' });
      writeFileSync(join(folder, 'run.json'), JSON.stringify(config()));
      expect(await cliHere('train', join(folder, 'run.json'), '--output', whole)).toMatchObject({ status: 0 });
      const lines = (path: string) => parseMetrics(readFileSync(join(path, 'metrics.jsonl'), 'utf8'), path);
      expect(withoutTime(lines(output))).toEqual(withoutTime(lines(whole)));
      // And of the run on the page.
      expect(withoutTime(lines(output))).toEqual(withoutTime(wholeRun.records));
      for (const file of ['report.json', 'checkpoint/model.safetensors'])
        expect(readFileSync(join(output, file)), file).toEqual(readFileSync(join(whole, file)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a kept state', () => {
  it('of a complete run extends it, as if it had been longer from the beginning', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(quick(2), options());
    await page.ended();
    await page.studio.stop();
    const longer = openPage(root);
    expect(await longer.studio.resumeRun(RUN, undefined, { ...options(), steps: { rl: 1 } })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('rl.steps: expected at least 2, found 1') },
    });
    const extended = await longer.studio.resumeRun(RUN, undefined, { ...options(), steps: { rl: 4 } });
    expect(extended).toMatchObject({ ok: true, value: { records: 2, from: 'rl-2' } });
    await longer.ended();
    const whole = openPage(memoryFolder());
    await whole.studio.start(quick(4), options());
    await whole.ended();
    expect(withoutTime([...page.records(), ...longer.records()])).toEqual(withoutTime(whole.records()));
  });

  it('is a model that exports the weights of the run, also in another worker', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(quick(1), options());
    await page.ended();
    const weights = await page.studio.exportCheckpoint('f32');
    if (!weights.ok) throw new Error(weights.error.message);
    const stored = weights.value.find(({ path }) => path === 'model.safetensors')?.data ?? new Uint8Array();
    const parameters = [...parseSafetensors(stored, 'weights').values()].reduce(
      (sum, { data }) => sum + data.byteLength / 4,
      0,
    );
    await page.studio.start(quick(1), options({ paused: true, run: 'next' }));
    expect(page.events.find(({ type }) => type === 'policy-kept')).toMatchObject({
      model: { id: `state:${RUN}/rl-1`, name: 'tiny, step 1', trained: true, hasTokenizer: true, parameters },
      files: [],
    });
    await page.studio.stop();
    const after = openPage(root);
    const exported = await after.studio.exportModel(`state:${RUN}/rl-1`);
    if (!exported.ok) throw new Error(exported.error.message);
    for (const { path, data } of weights.value) {
      const file = exported.value.find((one) => one.path === path)?.file;
      expect(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0)), path).toEqual(data);
    }
    expect(await after.studio.openModel(`state:${RUN}/rl-1`)).toMatchObject({ ok: true });
    const { model: _, ...config } = quick(1);
    const branched = { ...config, model: { checkpoint: `state:${RUN}/rl-1` } };
    expect(await after.studio.start(branched, options({ run: 'branch' }))).toMatchObject({ ok: true });
    await after.ended();
    // It does not outlive its deletion.
    expect(await after.studio.deleteState(RUN, 'rl-1')).toMatchObject({ ok: true });
    expect(await after.studio.openModel(`state:${RUN}/rl-1`)).toMatchObject({ ok: false });
  });

  it('of a run with adapters has them merged into its weights', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    const config = quick(2);
    const lora = { rank: 2, alpha: 4, targets: ['all-linear'] };
    await page.studio.start({ ...config, model: { ...config.model, lora } }, options());
    await page.ended();
    const weights = await page.studio.exportCheckpoint('f32');
    await page.studio.stop();
    const exported = await openPage(root).studio.exportModel(`state:${RUN}/rl-2`);
    if (!exported.ok || !weights.ok) throw new Error('not exported');
    const file = exported.value.find(({ path }) => path === 'model.safetensors')?.file;
    expect(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(
      weights.value.find(({ path }) => path === 'model.safetensors')?.data,
    );
  });

  it('of an SFT run ends it, and its run resumes on the command line’s files', async () => {
    const root = memoryFolder();
    const page = openPage(root);
    await page.studio.start(tinyRun({ rl: undefined, evaluation: undefined }), options());
    await page.ended();
    await page.studio.stop();
    const exported = await openPage(root).studio.exportState(RUN, 'sft-3');
    if (!exported.ok) throw new Error(exported.error.message);
    expect(exported.value.map(({ path }) => path)).toEqual(['config.json', 'metrics.jsonl', 'state.safetensors']);
    const bytes = new Uint8Array((await exported.value[2]?.file.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(decodeState(bytes, 'state')).toMatchObject({ phase: 'sft', step: 3, updates: 3, records: 3 });
  });

  it('resumes the run after its device was lost', async () => {
    const { provider, lose } = losable();
    const page = openPage(memoryFolder(), provider);
    await page.studio.start(quick(40), options());
    await page.until(({ states }) => (states?.newest ?? '') > 'step 2');
    lose();
    await page.until(({ state }) => state === 'failed');
    const seen = page.records().length;
    const resumed = await page.studio.resumeRun(RUN, undefined, options());
    if (!resumed.ok) throw new Error(resumed.error.message);
    await page.until(({ state }) => state === 'finished');
    const whole = openPage(memoryFolder());
    await whole.studio.start(quick(40), options({ stateEvery: 0 }));
    await whole.ended();
    const all = page.records();
    expect(withoutTime([...all.slice(0, resumed.value.records), ...all.slice(seen)])).toEqual(
      withoutTime(whole.records()),
    );
  });
});
