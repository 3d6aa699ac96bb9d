import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMIT, HubServer } from '../../tests/support/hub-server.ts';
import { memoryFolder } from '../../tests/support/memory-folder.ts';
import { HubCache } from '../checkpoint/hub-cache.ts';
import { memoryFile } from '../data/data-file.ts';
import { sha256Of } from '../data/summary.ts';
import { DataLibrary } from './data-library.ts';
import { DataStore } from './data-store.ts';
import { HubData } from './hub-data.ts';
import type { DownloadView } from '../views/models.ts';

const ROWS = Array.from({ length: 2000 }, (_, i) => `{"question": "${i}+1=", "answer": ${i + 1}}`).join('\n');
const PATH = 'main/train.jsonl';
const ID = `hub:datasets/openai/gsm8k@${COMMIT}/${PATH}`;

let server: HubServer;
let root: FileSystemDirectoryHandle;
let reports: DownloadView[];
beforeEach(async () => {
  vi.stubGlobal('navigator', { storage: { estimate: () => Promise.resolve({ quota: 1e9, usage: 0 }) } });
  const bytes = (text: string) => new TextEncoder().encode(text);
  server = await HubServer.start({
    'datasets/openai/gsm8k': { files: { [PATH]: bytes(ROWS), 'README.md': bytes('# GSM8K') } },
  });
  root = memoryFolder();
  reports = [];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

/** As after a reload: nothing but the browser's storage is the same. */
function open() {
  const files = () => Promise.resolve(root);
  const cache = new HubCache(files);
  const library = new DataLibrary(new DataStore(files), cache, 'http://localhost/data/');
  const hub = new HubData(server.address, cache, library, (download) => reports.push(download));
  return { library, hub, stored: async () => (await library.list()).filter(({ origin }) => origin === 'hub') };
}

describe('data sets of the hub', () => {
  it('lists the files of data, loads one with progress, gives it to runs by content, and deletes it', async () => {
    const { hub } = open();
    const listing = await hub.list('https://huggingface.co/datasets/openai/gsm8k', '');
    expect(listing).toEqual({
      repository: 'openai/gsm8k',
      revision: 'main',
      commit: COMMIT,
      files: [{ path: PATH, size: ROWS.length }],
    });
    expect(await hub.download('openai/gsm8k', 'main', PATH)).toBe(ID);
    expect(reports.at(-1)).toMatchObject({
      state: 'done',
      files: [{ path: PATH, size: ROWS.length, loaded: ROWS.length }],
    });

    const { library, stored } = open();
    expect(await stored()).toMatchObject([
      {
        id: ID,
        name: 'train.jsonl',
        reference: { path: PATH, repository: 'openai/gsm8k', revision: COMMIT },
        bytes: ROWS.length,
      },
    ]);
    const repository = 'openai/gsm8k';
    const sha256 = await sha256Of(memoryFile('x.jsonl', ROWS));
    for (const reference of [
      { path: PATH, repository },
      { path: PATH, repository, revision: 'main' },
      { path: PATH, repository, revision: COMMIT, sha256 },
    ])
      expect((await library.data(reference)).size).toBe(ROWS.length);
    await expect(library.data({ path: PATH, repository, revision: 'v2' })).rejects.toThrow('is not in this browser');
    await expect(library.data({ path: PATH, repository: 'other/set' })).rejects.toThrow('of the data set other/set');
    await library.remove(ID);
    expect(await stored()).toEqual([]);
  });

  it('shows a download that was cut off as incomplete, and resumes it', async () => {
    // Slow enough that it cannot be whole before it is cancelled, on any machine.
    server.behaviour[PATH] = { chunk: 4096, pauseMs: 500 };
    const first = open();
    const cut = first.hub.download('openai/gsm8k', 'main', PATH);
    const refused = expect(cut).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitUntil(() => reports.some(({ files }) => (files[0]?.loaded ?? 0) > 0));
    first.hub.cancel();
    await refused;
    const { hub, library, stored } = open();
    const [view] = await stored();
    expect(view?.loaded).toBeGreaterThan(0);
    expect(view?.loaded).toBeLessThan(ROWS.length);
    await expect(library.data({ path: PATH, repository: 'openai/gsm8k' })).rejects.toThrow('is not in this browser');
    server.requests.splice(0);
    server.behaviour[PATH] = {};
    await hub.download('openai/gsm8k', 'main', PATH);
    expect(server.requests.map(({ range }) => range).filter(Boolean)).toEqual([`bytes=${view?.loaded ?? 0}-`]);
    expect((await library.data({ path: PATH, repository: 'openai/gsm8k' })).size).toBe(ROWS.length);
  });

  it('compares a file with the checksum that the hub lists, and keeps nothing of another content', async () => {
    const sha256 = await sha256Of(memoryFile('x.jsonl', ROWS));
    server.checksums[PATH] = 'a'.repeat(64);
    const { hub, library, stored } = open();
    const message =
      `${PATH} was loaded with another content than the hub lists: ` +
      `expected SHA-256 ${'a'.repeat(64)}, found ${sha256}.`;
    await expect(hub.download('openai/gsm8k', 'main', PATH)).rejects.toMatchObject({ kind: 'input', message });
    expect(reports.at(-1)).toMatchObject({ state: 'failed', files: [{ loaded: 0 }], error: { message } });
    expect(await stored()).toMatchObject([{ loaded: 0 }]);
    await expect(library.data({ path: PATH, repository: 'openai/gsm8k' })).rejects.toThrow('is not in this browser');

    server.checksums[PATH] = sha256;
    reports.splice(0);
    expect(await hub.download('openai/gsm8k', 'main', PATH)).toBe(ID);
    expect(reports.map(({ state }) => state).slice(-2)).toEqual(['checking', 'done']);
    expect((await library.data({ path: PATH, repository: 'openai/gsm8k' })).size).toBe(ROWS.length);
  });

  it('checks a download that was cut off as a whole', async () => {
    server.behaviour[PATH] = { chunk: 4096, pauseMs: 500 };
    const cut = open();
    const refused = expect(cut.hub.download('openai/gsm8k', 'main', PATH)).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitUntil(() => reports.some(({ files }) => (files[0]?.loaded ?? 0) > 0));
    cut.hub.cancel();
    await refused;
    // The part that was kept is not what the hub has now.
    server.behaviour[PATH] = {};
    const folders = (await root.getDirectoryHandle('hub')).getDirectoryHandle(
      encodeURIComponent(`datasets/openai/gsm8k@${COMMIT}`),
    );
    const partial = await (
      await (await folders).getFileHandle(`${encodeURIComponent(PATH)}.partial`)
    ).createSyncAccessHandle();
    partial.write(new TextEncoder().encode('{}'), { at: 0 });
    server.checksums[PATH] = await sha256Of(memoryFile('x.jsonl', ROWS));
    await expect(open().hub.download('openai/gsm8k', 'main', PATH)).rejects.toThrow(
      'another content than the hub lists',
    );
    expect(await open().hub.download('openai/gsm8k', 'main', PATH)).toBe(ID);
  });

  it('says so when a data set or file is not there', async () => {
    const { hub } = open();
    await expect(hub.list('openai/nothing', '')).rejects.toThrow('No public data set openai/nothing');
    await expect(hub.download('openai/gsm8k', '', 'test.jsonl')).rejects.toThrow('has no file test.jsonl');
    expect(reports.at(-1)).toMatchObject({ state: 'failed' });
  });
});
