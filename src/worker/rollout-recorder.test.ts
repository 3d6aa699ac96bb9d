import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archivedRun } from '../../tests/support/archived.ts';
import { randomStep, ROLLOUT_TOKENIZER } from '../../tests/support/rollout-steps.ts';
import { rolloutsAboutPath, rolloutStepPath } from '../archive/rollout-files.ts';
import { StudioError } from '../errors.ts';
import { bytesOf, keptStep, type KeptStep } from '../rollouts/kept-step.ts';
import { Archive } from '../store/archive-db.ts';
import { zipParts } from '../ui/zip.ts';
import { EVERY_ROLLOUT, responseId } from '../views/rollouts.ts';
import { RolloutDesk } from './rollout-desk.ts';
import { RolloutRecorder } from './rollout-recorder.ts';
import { RolloutStore } from './rollout-store.ts';

let store: RolloutStore;
let count = 0;
beforeEach(() => (store = new RolloutStore(`rollouts-${++count}`)));
afterEach(() => store.close());

const RUN = { run: 'one', name: 'first run', started: 1000 };
const step = (number: number) => randomStep(number, 4, 2, 5);
const sizeOf = (number: number) => bytesOf(keptStep(step(number), ROLLOUT_TOKENIZER, { reference: false }));
/** Bytes of the first steps of a run. */
const roomFor = (steps: number) => Array.from({ length: steps }, (_, i) => sizeOf(i + 1)).reduce((a, b) => a + b);

async function record(recorder: RolloutRecorder, steps: number): Promise<void> {
  for (let number = 1; number <= steps; number++) await recorder.add(step(number), ROLLOUT_TOKENIZER);
}

describe('the recorder', () => {
  it('stores the steps that it keeps in memory, thinned within the bound', async () => {
    const recorder = new RolloutRecorder(RUN, roomFor(8), store);
    await record(recorder, 30);
    await recorder.settled();
    const { every, bytes, bound, newest } = recorder.facts;
    expect(bytes).toBeLessThanOrEqual(bound);
    expect(every).toBeGreaterThan(2);
    const kept = [...recorder.steps.keys()];
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 1 + i * every));
    expect(newest).toBe(kept.at(-1));
    expect((await store.read('one')).steps).toEqual([...recorder.steps.values()]);
    expect((await store.list()).rows).toEqual([{ ...RUN, every, bytes, bound, newest, steps: kept.length }]);
  });

  it('asks for all token records of a step that it will keep, and of the others for what the page shows', async () => {
    const recorder = new RolloutRecorder(RUN, roomFor(8), store);
    await record(recorder, 12);
    expect(recorder.facts.every).toBe(2);
    expect(recorder.recordTokens(14, 7)).toBe(7);
    expect(recorder.recordTokens(15, 7)).toBeGreaterThan(40);
    expect(recorder.recordTokens(15, 1e9)).toBe(1e9);
  });

  it('keeps on in memory when the storage is full, says so, and stores everything once there is room', async () => {
    let full = true;
    let now = 0;
    const target = {
      makeRoom: () => Promise.resolve(),
      find: () => Promise.resolve(undefined),
      write: (...given: Parameters<RolloutStore['write']>) =>
        full ? Promise.reject(new StudioError('memory', 'It is full.', 'Delete runs.')) : store.write(...given),
    };
    const recorder = new RolloutRecorder(RUN, roomFor(8), target, () => now);
    await record(recorder, 4);
    await Promise.resolve(recorder.settled());
    expect(recorder.facts).toMatchObject({ steps: 4, problem: expect.stringContaining('It is full. Delete runs.') });
    full = false;
    now = 60_000;
    await recorder.add(step(5), ROLLOUT_TOKENIZER);
    await recorder.settled();
    expect(recorder.facts.problem).toBeUndefined();
    expect((await store.read('one')).steps.map((one) => one.step)).toEqual([1, 2, 3, 4, 5]);
  });

  it('deletes a step that was thinned out while it was being written', async () => {
    let release: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const writing = new Promise<void>((resolve) => (begun = resolve));
    const target = {
      makeRoom: (bytes: number) => store.makeRoom(bytes),
      find: () => Promise.resolve(undefined),
      write: async (...[row, added, dropped]: Parameters<RolloutStore['write']>) => {
        const steps = [...added];
        begun();
        await gate;
        await store.write(row, steps, dropped);
      },
    };
    const recorder = new RolloutRecorder(RUN, roomFor(8), target);
    for (const number of [1, 2, 3, 4]) void recorder.add(step(number), ROLLOUT_TOKENIZER);
    await writing;
    expect(recorder.facts.every).toBe(1);
    for (let number = 5; recorder.facts.every === 1; number++) void recorder.add(step(number), ROLLOUT_TOKENIZER);
    release();
    await recorder.settled();
    expect([...recorder.steps.keys()].slice(0, 3)).toEqual([1, 3, 5]);
    expect((await store.read('one')).steps.map((one) => one.step)).toEqual([...recorder.steps.keys()]);
  });
});

describe('the store', () => {
  const facts = { every: 1, steps: 1, newest: 1, bytes: 100, bound: 100 };
  const write = (run: string, started: number) =>
    store.write(
      { run, name: run, started, ...facts },
      [keptStep(step(1), ROLLOUT_TOKENIZER, { reference: false })],
      [],
    );

  it('makes room for a new run by removing the rollouts of the oldest ones', async () => {
    await store.close();
    store = new RolloutStore(`rollouts-${count}`, 350);
    for (const [i, run] of ['old', 'middle', 'new'].entries()) await write(run, i);
    await store.makeRoom(150);
    expect((await store.list()).rows.map(({ run }) => run)).toEqual(['new', 'middle']);
    expect((await store.read('old')).steps).toEqual([]);
    expect((await store.read('new')).steps).toHaveLength(1);
  });

  it('leaves out damaged steps and rows, which stay stored and cost no other run its rollouts', async () => {
    await store.write(
      { run: 'one', name: 'one', started: 1, ...facts, steps: 4 },
      [1, 2, 3, 4].map((number) => keptStep(step(number), ROLLOUT_TOKENIZER, { reference: false })),
      [],
    );
    await write('two', 2);
    const database = await openDB(`rollouts-${count}`);
    const damage = async (number: number, change: (row: { step: KeptStep }) => void) => {
      const row = (await database.get('rollouts', ['one', number])) as { run: string; step: KeptStep };
      change(row);
      await database.put('rollouts', row);
    };
    await damage(1, (row) => (row.step.reward = [1, 2] as unknown as KeptStep['reward']));
    await damage(2, (row) => (row.step.begin = row.step.begin.slice(1)));
    await damage(4, (row) => row.step.tokens.fill(60_000));
    await database.put('rollout-runs', { run: 'three', name: 'three', started: 0, bytes: 'many' });
    expect(await store.list()).toMatchObject({ rows: [{ run: 'two' }, { run: 'one' }], leftOut: 1 });
    const { steps, damaged } = await store.read('one');
    expect([steps.map((one) => one.step), damaged]).toEqual([[3], 3]);
    const desk = new RolloutDesk(store, () => undefined);
    expect(await desk.open('one')).toMatchObject({ keptSteps: [3], damaged: 3 });
    expect((await desk.find('one', EVERY_ROLLOUT, { first: 0, count: 400 })).searched).toBe(8);
    await store.makeRoom(150);
    expect((await store.list()).rows.map(({ run }) => run)).toEqual(['two', 'one']);
    expect(await database.count('rollouts')).toBe(5);
    database.close();
  });

  it('a deleted run is not listed, and takes its rollouts with it once it cannot be undone', async () => {
    const archive = new Archive(`rollouts-${count}`);
    const { run } = archivedRun('one', 1, { name: 'renamed' });
    await archive.append(run, 0, []);
    await write('one', Date.now());
    await write('unsaved', Date.now());
    await write('orphan', 5);
    expect((await store.list()).rows.map(({ name }) => name).sort()).toEqual(['orphan', 'renamed', 'unsaved']);
    await archive.setDeleted({ runs: ['one'] }, 7);
    expect((await store.list()).rows.map(({ run: id }) => id)).not.toContain('one');
    expect((await store.read('one')).steps).toHaveLength(1);
    await archive.purge((deleted) => deleted === 7);
    // Those of a tab that was closed before it stored the run are removed a day later.
    expect((await store.list()).rows.map(({ run: id }) => id)).toEqual(['unsaved']);
    expect((await store.read('one')).steps).toEqual([]);
    expect((await store.read('orphan')).steps).toEqual([]);
    await archive.close();
  });
});

describe('the desk', () => {
  it('reads the run at hand from memory and others from the storage, with the same rows', async () => {
    const recorder = new RolloutRecorder(RUN, 1e6, store);
    await record(recorder, 3);
    await recorder.settled();
    const live = new RolloutDesk(store, () => recorder);
    const later = new RolloutDesk(store, () => undefined);
    expect((await live.list()).runs.map(({ run, held }) => [run, held])).toEqual([['one', true]]);
    expect((await later.list()).runs.map(({ run, held }) => [run, held])).toEqual([['one', false]]);
    const opened = await later.open('one');
    expect(opened).toEqual({ ...(await live.open('one')), held: false });
    expect(opened).toMatchObject({ keptSteps: [1, 2, 3], responses: 8, leftOut: 0, name: 'first run' });
    const query = { ...EVERY_ROLLOUT, step: 2 };
    const found = await later.find('one', query, { first: 1, count: 2 });
    expect(found).toEqual(await live.find('one', query, { first: 1, count: 2 }));
    expect(found).toMatchObject({ responses: 8, searched: 8, steps: 1 });
    expect(found.rows.map(({ id }) => id)).toEqual([responseId(2, 0), responseId(2, 1)]);
    expect(await later.rows('one', [...found.items.subarray(1, 3)], '')).toEqual(found.rows);
    expect((await later.response('one', responseId(2, 1), '')).row.sample).toBe(1);
    await expect(later.response('one', responseId(7, 0), '')).rejects.toMatchObject({ kind: 'input' });
    await expect(later.open('another')).rejects.toMatchObject({ message: 'This run has no stored rollouts.' });
  });

  it('exports what a query finds, and everything, as JSONL', async () => {
    const recorder = new RolloutRecorder(RUN, 1e6, store);
    await record(recorder, 3);
    const desk = new RolloutDesk(store, () => recorder);
    const linesOf = async (blob: Blob) => (await blob.text()).trimEnd().split('\n');
    const all = (await linesOf(await desk.export('one', EVERY_ROLLOUT, 'a name'))).map(
      (line) => JSON.parse(line) as { run: string; step: number; correct: boolean },
    );
    expect(all).toHaveLength(24);
    expect(new Set(all.map(({ run }) => run))).toEqual(new Set(['a name']));
    expect([...new Set(all.map((line) => line.step))]).toEqual([1, 2, 3]);
    const incorrect = await linesOf(await desk.export('one', { ...EVERY_ROLLOUT, correct: false }, 'a name'));
    expect(incorrect.map((line) => JSON.parse(line) as object)).toEqual(all.filter(({ correct }) => !correct));
  });
});

describe('rollouts in an archive', () => {
  const SOURCE = { ...RUN, reference: 'k3' as const };

  /** The files of a run's rollouts in a folder, as an export writes them. */
  async function filesOf(folder: string): Promise<{ path: string; data: Uint8Array<ArrayBuffer> }[]> {
    const recorder = new RolloutRecorder(SOURCE, roomFor(8), store);
    await record(recorder, 12);
    await recorder.settled();
    const desk = new RolloutDesk(store, () => undefined);
    const { every, bound, bytes, keptSteps, reference } = await desk.open('one');
    const about = new TextEncoder().encode(JSON.stringify({ every, bound, bytes, reference }));
    const files = [{ path: rolloutsAboutPath(folder), data: new Uint8Array(about) }];
    for (const number of keptSteps)
      files.push({ path: rolloutStepPath(folder, number), data: (await desk.file('one', number))! });
    expect(await desk.file('one', 1000)).toBeUndefined();
    return files;
  }
  const target = (folder: string) => ({ folder, run: 'two', name: 'imported', started: 2000 });

  it.each(['', 'first-run/'])('are restored from an archive with the run in folder "%s"', async (folder) => {
    const parts = zipParts([
      ...(await filesOf(folder)),
      { path: `${folder}model.safetensors`, data: new Uint8Array(9) },
    ]);
    const desk = new RolloutDesk(store, () => undefined);
    const file = new File(parts, 'runs.zip');
    expect(await desk.import([{ path: 'runs.zip', file }], [target(folder), target('other/')])).toBe(1);
    expect((await store.read('two')).steps).toEqual((await store.read('one')).steps);
    const [imported, source] = (await store.list()).rows;
    expect(imported).toEqual({ ...source, run: 'two', name: 'imported', started: 2000 });
    expect((await desk.find('two', EVERY_ROLLOUT, { first: 0, count: 3 })).rows).toHaveLength(3);
  });

  it('are restored from the files of a folder', async () => {
    const files = (await filesOf('runs/first-run/')).map(({ path, data }) => ({ path, file: new File([data], path) }));
    const desk = new RolloutDesk(store, () => undefined);
    expect(await desk.import(files.reverse(), [target('runs/first-run/')])).toBe(1);
    expect((await store.read('two')).steps).toEqual((await store.read('one')).steps);
    expect((await store.list()).rows[0]).toMatchObject({ run: 'two', every: 2, reference: 'k3' });
  });

  it('are refused by the name of the file that is broken, and nothing of them is stored', async () => {
    const files = await filesOf('');
    const [about, first, second] = files;
    const broken = { path: second!.path, data: second!.data.slice(0, 100) };
    const desk = new RolloutDesk(store, () => undefined);
    const file = new File(zipParts([about!, first!, broken]), 'runs.zip');
    await expect(desk.import([{ path: 'runs.zip', file }], [target('')])).rejects.toThrow(
      `runs.zip/${second!.path}: expected a file of kept rollouts`,
    );
    expect((await store.read('two')).steps).toEqual([]);
  });
});
