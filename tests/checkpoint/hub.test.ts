/** Downloads from a server with the hub's URLs: complete, resumed, failed, refused. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseHubDataset, parseHubName } from '../../src/checkpoint/hub-address.ts';
import { cacheId, HubCache } from '../../src/checkpoint/hub-cache.ts';
import { downloadModel, type GrowingFile } from '../../src/checkpoint/hub-download.ts';
import { listHubDataset, listHubModel, type HubListing } from '../../src/checkpoint/hub-listing.ts';
import { joined } from '../../src/checkpoint/safetensors.ts';
import { StudioError } from '../../src/errors.ts';
import { stream } from '../../src/random.ts';
import { COMMIT, HubServer } from '../support/hub-server.ts';
import { memoryFolder } from '../support/memory-folder.ts';

const random = stream(4, 'files');
const bytes = (count: number) => Uint8Array.from({ length: count }, () => random.integer(256));
const FILES = {
  'model.safetensors': bytes(200_000),
  'config.json': bytes(300),
  'tokenizer.json': bytes(5000),
  'README.md': bytes(10),
  'pytorch_model.bin': bytes(99),
  'onnx/model.onnx': bytes(9),
};
const DATA = { 'README.md': bytes(5), 'main/train-0 0.parquet': bytes(90_000), 'test.jsonl': bytes(700) };
const KEPT = ['config.json', 'tokenizer.json', 'model.safetensors'];

let server: HubServer;
afterEach(() => server.close());
const start = async () => {
  server = await HubServer.start({
    'someone/model': { files: FILES },
    'someone/gated': { files: FILES, gated: true },
    'someone/bin': { files: { 'config.json': bytes(3), 'pytorch_model.bin': bytes(3) } },
    old: { files: FILES },
    'datasets/someone/data': { files: DATA },
    'datasets/someone/pictures': { files: { 'a.png': bytes(3) } },
  });
};
const list = (name: string, revision = '', signal = new AbortController().signal) =>
  listHubModel(server.address, parseHubName(name, revision), signal);

class Folder {
  readonly parts = new Map<string, Uint8Array<ArrayBuffer>[]>();

  open({ path }: { path: string }): Promise<GrowingFile> {
    const parts = this.parts.get(path) ?? [];
    this.parts.set(path, parts);
    return Promise.resolve({
      size: () => parts.reduce((sum, part) => sum + part.byteLength, 0),
      append: (part) => void parts.push(part.slice()),
      clear: () => void parts.splice(0),
      close: () => undefined,
    });
  }

  read = (path: string) => joined(this.parts.get(path) ?? []);
}

function download(
  listing: HubListing,
  folder: Folder,
  {
    signal = new AbortController().signal,
    onProgress = () => undefined,
  }: { signal?: AbortSignal; onProgress?: (path: string, loaded: number, waiting?: number) => void } = {},
) {
  const waits: number[] = [];
  return {
    waits,
    done: downloadModel(listing, {
      base: server.address,
      signal,
      open: (file) => folder.open(file),
      onProgress,
      wait: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    }),
  };
}

const expectWhole = (folder: Folder) => {
  expect([...folder.parts.keys()]).toEqual(KEPT);
  // toEqual would take seconds for so many bytes.
  for (const path of KEPT) expect(Buffer.compare(folder.read(path), FILES[path as keyof typeof FILES]), path).toBe(0);
};
const rangesOf = (path: string) =>
  server.requests.filter((one) => one.path.endsWith(`/${path}`)).map(({ range }) => range);

describe('a download', () => {
  it('loads only the files that a checkpoint needs, small ones first', async () => {
    await start();
    const listing = await list('https://huggingface.co/someone/model');
    expect(listing).toMatchObject({ name: 'someone/model', revision: 'main', commit: COMMIT });
    expect(listing.files).toEqual(KEPT.map((path) => ({ path, size: FILES[path as keyof typeof FILES].byteLength })));
    const folder = new Folder();
    const seen: number[] = [];
    await download(listing, folder, { onProgress: (path, loaded) => path === 'model.safetensors' && seen.push(loaded) })
      .done;
    expectWhole(folder);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(200_000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('resumes by range after a failed connection, as long as bytes arrive', async () => {
    await start();
    server.behaviour['model.safetensors'] = { breaks: 7, breakAfter: 20_000 };
    const folder = new Folder();
    const { done, waits } = download(await list('someone/model'), folder);
    await done;
    expectWhole(folder);
    expect(waits).toEqual(Array.from({ length: 7 }, () => 500));
    const ranges = rangesOf('model.safetensors');
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    const starts = ranges.slice(1).map((range) => Number(/\d+/.exec(range ?? '')?.[0]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('restarts a file if the server does not support ranges', async () => {
    await start();
    server.behaviour['model.safetensors'] = { breaks: 1, breakAfter: 70_000, noRanges: true };
    const folder = new Folder();
    await download(await list('someone/model'), folder).done;
    expectWhole(folder);
  });

  it('fails after five attempts without bytes, keeps the partial file, and resumes later', async () => {
    await start();
    server.behaviour['model.safetensors'] = { breaks: 1, breakAfter: 50_000 };
    const listing = await list('someone/model');
    const folder = new Folder();
    const first = download(listing, folder, {
      onProgress: (path, loaded) =>
        path === 'model.safetensors' && loaded >= 50_000 && (server.behaviour[path] = { errors: 99, status: 503 }),
    });
    await expect(first.done).rejects.toThrow(/status 503/);
    expect(first.waits).toEqual([500, 1000, 2000, 4000]);
    const kept = folder.read('model.safetensors').byteLength;
    expect(kept).toBeGreaterThan(0);
    server.behaviour['model.safetensors'] = {};
    server.requests.splice(0);
    await download(listing, folder).done;
    expectWhole(folder);
    expect(server.requests.map(({ path, range }) => ({ path: path.split('/').at(-1), range }))).toEqual([
      { path: 'model.safetensors', range: `bytes=${kept}-` },
    ]);
  });

  it('cancels at once and keeps the partial file', async () => {
    await start();
    server.behaviour['model.safetensors'] = { chunk: 1000, pauseMs: 1 };
    const abort = new AbortController();
    const folder = new Folder();
    const { done } = download(await list('someone/model'), folder, {
      signal: abort.signal,
      onProgress: (path, loaded) => path === 'model.safetensors' && loaded > 3000 && abort.abort(),
    });
    await expect(done).rejects.toMatchObject({ kind: 'cancelled' });
    const kept = folder.read('model.safetensors');
    expect(kept.byteLength).toBeLessThan(200_000);
    expect(Buffer.compare(kept, FILES['model.safetensors'].subarray(0, kept.byteLength))).toBe(0);
  });

  it('discards a partial file that is not a prefix', async () => {
    await start();
    const folder = new Folder();
    (await folder.open({ path: 'config.json' })).append(bytes(400));
    await download(await list('someone/model'), folder).done;
    expectWhole({ parts: new Map(KEPT.map((path) => [path, folder.parts.get(path)!])), read: folder.read } as Folder);
  });
});

describe('a refusal of the hub is explained', () => {
  it.each([
    ['someone/nothing', '', /No public model someone\/nothing at revision main was found/],
    ['someone/model', 'v9', /someone\/model has no revision v9/],
    ['someone/bin', '', /has no weights in safetensors, only formats that are not supported/],
  ])('%s %s', async (name, revision, message) => {
    await start();
    await expect(list(name, revision)).rejects.toThrow(message);
  });

  it('for a gated model, whose list is public and whose files are not', async () => {
    await start();
    const { done } = download(await list('someone/gated'), new Folder());
    await expect(done).rejects.toThrow(/someone\/gated is gated/);
    await expect(done).rejects.toMatchObject({ kind: 'input' });
  });

  it('for an unreachable hub', async () => {
    await start();
    await server.close();
    await expect(list('someone/model')).rejects.toThrow(/127\.0\.0\.1:\d+ cannot be reached/);
  });
});

describe('names', () => {
  it.each([
    ['owner/name', '', { name: 'owner/name', revision: 'main' }],
    [' gpt2 ', '', { name: 'gpt2', revision: 'main' }],
    ['owner/name@v1.0', '', { name: 'owner/name', revision: 'v1.0' }],
    ['owner/name', ' refs/pr/3 ', { name: 'owner/name', revision: 'refs/pr/3' }],
    ['https://huggingface.co/owner/name/tree/dev', '', { name: 'owner/name', revision: 'dev' }],
    ['hf.co/owner/name/', '', { name: 'owner/name', revision: 'main' }],
  ])('%j %j', (text, revision, expected) => {
    server = { close: () => Promise.resolve() } as HubServer;
    expect(parseHubName(text, revision)).toEqual(expected);
  });

  it.each(['', '..', '../x', 'a/b/c', 'a b', 'owner/..', 'https://example.com/a/b', 'owner/name?x', '%2e%2e/x'])(
    '%j is not a model name',
    (text) => {
      server = { close: () => Promise.resolve() } as HubServer;
      expect(() => parseHubName(text)).toThrow(StudioError);
    },
  );
  it.each(['..', 'a/../b', 'x y', '/'])('%j is not a revision', (revision) => {
    server = { close: () => Promise.resolve() } as HubServer;
    expect(() => parseHubName('a/b', revision)).toThrow(StudioError);
  });
});

describe('a data set', () => {
  const signal = new AbortController().signal;
  const listData = (text: string, revision = '') =>
    listHubDataset(server.address, parseHubDataset(text, revision), signal);

  it('is listed with its data files, or with the one of an address', async () => {
    await start();
    const listing = await listData('someone/data');
    expect(listing).toEqual({
      kind: 'dataset',
      name: 'someone/data',
      revision: 'main',
      commit: COMMIT,
      files: [
        { path: 'main/train-0 0.parquet', size: 90_000 },
        { path: 'test.jsonl', size: 700 },
      ],
    });
    const one = await listData('https://huggingface.co/datasets/someone/data/blob/main/main/train-0%200.parquet');
    expect(one.files).toEqual([{ path: 'main/train-0 0.parquet', size: 90_000 }]);
  });

  it('is stored file by file in the cache, which keeps files of earlier downloads', async () => {
    await start();
    server.behaviour['main/train-0 0.parquet'] = { breaks: 1, breakAfter: 20_000 };
    const root = memoryFolder();
    const cache = new HubCache(() => Promise.resolve(root));
    for (const path of ['test.jsonl', 'main/train-0 0.parquet']) {
      const listing = await listHubDataset(server.address, { ...parseHubDataset('someone/data'), path }, signal);
      await cache.begin(listing);
      await downloadModel(listing, {
        base: server.address,
        signal,
        open: (file) => cache.open(cacheId(listing), file),
        onProgress: () => undefined,
        onFile: (file) => cache.finish(cacheId(listing), file),
        wait: () => Promise.resolve(),
      });
    }
    const id = `datasets/someone/data@${COMMIT}`;
    expect((await cache.listDataFiles()).map((one) => [one.id, one.path, one.size, one.loaded])).toEqual([
      [id, 'test.jsonl', 700, 700],
      [id, 'main/train-0 0.parquet', 90_000, 90_000],
    ]);
    expect(await cache.list()).toEqual([]);
    for (const path of ['test.jsonl', 'main/train-0 0.parquet'] as const) {
      const file = await cache.dataFile(id, path);
      expect(Buffer.compare(new Uint8Array(await file.arrayBuffer()), DATA[path]), path).toBe(0);
    }
    expect(rangesOf('train-0 0.parquet')).toEqual([undefined, 'bytes=20000-']);
    await expect(cache.dataFile(id, 'other.jsonl')).rejects.toThrow('other.jsonl: not stored in this browser');
    await cache.deleteDataFile(id, 'test.jsonl');
    expect((await cache.listDataFiles()).map(({ path }) => path)).toEqual(['main/train-0 0.parquet']);
    await cache.deleteDataFile(id, 'main/train-0 0.parquet');
    expect(await cache.listDataFiles()).toEqual([]);
  });

  it.each([
    ['someone/nothing', '', 'No public data set someone/nothing at revision main was found.'],
    ['someone/data', 'v9', 'someone/data has no revision v9.'],
    ['someone/pictures', '', 'someone/pictures has no file in JSONL, JSON, CSV, TSV or Parquet.'],
    ['someone/data/blob/main/x.csv', '', 'someone/data has no file x.csv at revision main.'],
    ['a b', '', '"a b" is not the name of a data set.'],
    ['someone/data/blob/main/%.csv', '', 'is not the name of a data set.'],
  ])('%s at %j is refused with the reason', async (text, revision, message) => {
    await start();
    await expect((async () => listData(text, revision))()).rejects.toThrow(message);
  });

  it.each([
    ['openai/gsm8k', '', { name: 'openai/gsm8k', revision: 'main' }],
    ['datasets/openai/gsm8k@v1', '', { name: 'openai/gsm8k', revision: 'v1' }],
    ['https://huggingface.co/datasets/openai/gsm8k/tree/dev', '', { name: 'openai/gsm8k', revision: 'dev' }],
    ['hf.co/datasets/a/b/resolve/main/x/y.csv?download=true', 'v2', { name: 'a/b', revision: 'v2', path: 'x/y.csv' }],
  ])('is named %s', async (text, revision, expected) => {
    await start();
    expect(parseHubDataset(text, revision)).toEqual({ kind: 'dataset', ...expected });
  });
});
