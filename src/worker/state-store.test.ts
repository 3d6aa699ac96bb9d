import { beforeEach, describe, expect, it } from 'vitest';
import { LISTED_MODEL } from '../../tests/support/listed-model.ts';
import { memoryFolder, type Room } from '../../tests/support/memory-folder.ts';
import { sha256, thinned, type StoredState } from './state-manifest.ts';
import { StateStore, type RunAbout } from './state-store.ts';

const RUN: RunAbout = { run: 'one', name: 'tiny', started: 1, library: '0', config: {}, model: LISTED_MODEL };
const PIECES = ['weights', 'moments'].map((text) => new TextEncoder().encode(text));
const LINES = new TextEncoder().encode('{}\n{}\n');

let room: Room;
let root: FileSystemDirectoryHandle;
let store: StateStore;
beforeEach(() => {
  room = { bytes: Infinity };
  root = memoryFolder(room);
  store = new StateStore(() => Promise.resolve(root));
});

const folder = async () => (await root.getDirectoryHandle('states')).getDirectoryHandle('one');
async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of (await folder()).values()) found.push(name);
  return found.sort();
}

async function keep(step: number, more: Partial<StoredState> = {}, run = 'one'): Promise<StoredState> {
  const file = `rl-${step}.safetensors`;
  const bytes = await store.write(run, file, PIECES);
  const lines = await store.write(run, 'metrics.jsonl', [LINES]);
  const state: StoredState = {
    id: `rl-${step}`,
    file,
    bytes,
    pieces: await Promise.all(PIECES.map(async (piece) => ({ bytes: piece.byteLength, sha256: await sha256(piece) }))),
    metrics: { file: 'metrics.jsonl', bytes: lines, sha256: await sha256(LINES) },
    phase: 'rl',
    step,
    made: step,
    records: 2,
    written: step,
    ...more,
  };
  await store.add({ ...RUN, run }, state, () => false);
  return state;
}
const kept = async (run = 'one') => (await store.find(run))?.states.map(({ step }) => step) ?? [];

async function overwrite(file: string, bytes: Uint8Array<ArrayBuffer>, at = 0): Promise<void> {
  const access = await (await (await folder()).getFileHandle(file)).createSyncAccessHandle();
  access.truncate(at);
  access.write(bytes, { at });
  access.close();
}

describe('states that are kept', () => {
  it('are the newest two, the best by held-out accuracy and pinned ones; files of others are removed', async () => {
    for (const [step, accuracy] of [[1], [2, 0.5], [3, 0.9], [4], [5, 0.4], [6]] as const) {
      await keep(step, accuracy === undefined ? {} : { accuracy });
      if (step === 1) await store.pin('one', 'rl-1', true);
    }
    expect(await kept()).toEqual([1, 3, 5, 6]);
    expect((await names()).filter((name) => name.startsWith('rl-'))).toEqual(
      [1, 3, 5, 6].map((step) => `rl-${step}.safetensors`),
    );
    await store.pin('one', 'rl-1', false);
    await keep(7, { accuracy: 0.9 });
    expect(await kept()).toEqual([6, 7]);
    expect(StateStore.view((await store.find('one')) as never).map(({ last, best }) => [last, best])).toEqual([
      [undefined, undefined],
      [true, true],
    ]);
  });

  it('stay pinned when the step is recomputed', async () => {
    await keep(1);
    await store.pin('one', 'rl-1', true);
    await keep(1);
    expect((await store.find('one'))?.states).toMatchObject([{ step: 1, pinned: true }]);
  });

  it('of equal accuracy: the newest is the best', () => {
    const states = [1, 2, 3, 4].map((step) => ({ step, accuracy: step < 3 ? 0.5 : 0.1 }) as StoredState);
    expect(thinned(states).map(({ step }) => step)).toEqual([2, 3, 4]);
  });

  it('are read with their records', async () => {
    await keep(3);
    const { bytes, metrics, state } = await store.read('one', undefined);
    expect([new TextDecoder().decode(bytes), metrics, state.step]).toEqual(['weightsmoments', '{}\n{}\n', 3]);
  });

  it('are deleted one by one, and the run with the last of them', async () => {
    await keep(1);
    await keep(2);
    await store.deleteState('one', 'rl-2');
    expect(await kept()).toEqual([1]);
    await store.deleteState('one', 'rl-1');
    expect(await store.list()).toEqual([]);
    await expect(folder()).rejects.toThrow();
  });
});

describe('states of several runs', () => {
  it('make room for a new run: the oldest first, never pinned ones or those of a run that a tab holds', async () => {
    let most = 0;
    store = new StateStore(
      () => Promise.resolve(root),
      () => Promise.resolve(most),
    );
    for (const [i, run] of ['old', 'later', 'held'].entries()) {
      await keep(1, { written: 10 * i + 1, accuracy: 0.9 }, run);
      await keep(2, { written: 10 * i + 2, accuracy: 0.1 }, run);
      await keep(3, { written: 10 * i + 3 }, run);
    }
    await store.pin('later', 'rl-2', true);
    const release = await store.locks.own('held');
    const all = async () => [await kept('old'), await kept('later'), await kept('held')];
    const states = (count: number) => count * 14;
    const steps: [limit: number, left: number[][]][] = [
      [
        states(9),
        [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
      ],
      [
        states(8),
        [
          [1, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
      ],
      [states(7), [[3], [1, 2, 3], [1, 2, 3]]],
      [states(6), [[3], [2, 3], [1, 2, 3]]],
      [states(5), [[], [2, 3], [1, 2, 3]]],
      [0, [[], [2], [1, 2, 3]]],
    ];
    for (const [limit, left] of steps) {
      most = limit;
      await store.makeRoom('new', 0);
      expect(await all(), String(limit)).toEqual(left);
    }
    release();
    await store.makeRoom('new', 0);
    expect(await all()).toEqual([[], [2], []]);
  });
});

describe('what is half-written or damaged', () => {
  it('is not seen: a state without its manifest, and a manifest cut off at any byte', async () => {
    await keep(1);
    await store.write('one', 'rl-2.safetensors', PIECES);
    expect(await kept()).toEqual([1]);
    await keep(2);
    // The newest manifest is cut off: the one before it counts.
    const [older, newer] = await Promise.all(
      ['manifest-0.json', 'manifest-1.json'].map(async (name) => ({
        name,
        text: await (await (await (await folder()).getFileHandle(name)).getFile()).text(),
      })),
    ).then((both) => both.sort((a, b) => a.text.length - b.text.length));
    for (const length of [0, 1, 64, 65, 66, Math.floor((newer?.text.length ?? 0) / 2), (newer?.text.length ?? 0) - 1]) {
      await overwrite(newer?.name ?? '', new TextEncoder().encode(newer?.text.slice(0, length)));
      expect(await kept(), `cut at ${length}`).toEqual([1]);
    }
    expect(older?.text).toContain('rl-1');
    // The next change starts from there.
    await keep(3);
    expect(await kept()).toEqual([1, 3]);
  });

  it('is passed over: the state before a damaged one is read, and a damaged one alone is named', async () => {
    await keep(1);
    await keep(2);
    await overwrite('rl-2.safetensors', new TextEncoder().encode('X'), 3);
    expect((await store.read('one', undefined)).state.step).toBe(1);
    await expect(store.read('one', 'rl-2')).rejects.toThrow(
      'The kept state is damaged (rl-2: expected 14 bytes, found 4).',
    );
    await overwrite('rl-1.safetensors', new TextEncoder().encode('weightsmomentX'));
    await expect(store.read('one', 'rl-1')).rejects.toThrow('bytes 7 to 14 differ from what was written');
    await keep(3);
    await overwrite('metrics.jsonl', new TextEncoder().encode('{}\n'));
    await expect(store.read('one', 'rl-3')).rejects.toThrow('the records before it differ from what was written');
  });

  it('is removed when the storage is full, and the states before stay', async () => {
    await keep(1);
    room.bytes = 2000;
    await expect(store.write('one', 'rl-2.safetensors', [...PIECES, new Uint8Array(2000)])).rejects.toThrow(
      'No space left.',
    );
    expect((await names()).filter((name) => name.startsWith('rl-'))).toEqual(['rl-1.safetensors']);
    expect((await store.read('one', undefined)).state.step).toBe(1);
  });

  it('is removed with orphans: folders of no stored run, a day after their last state', async () => {
    await keep(1);
    await store.removeOrphans(() => true, 1e12);
    await store.removeOrphans(() => false, 1000);
    expect(await kept()).toEqual([1]);
    await store.removeOrphans(() => false, 1e12);
    expect(await store.list()).toEqual([]);
  });
});
