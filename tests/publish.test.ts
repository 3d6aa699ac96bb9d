/** Publishing to a server that speaks the hub's protocol: commit API, Git LFS in one piece and in parts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish, repositoryName } from '../src/publish/publish.ts';
import { HubServer } from './support/hub-server.ts';
import { HubWrites } from './support/hub-writes.ts';

const TOKEN = 'hf_secretOfThisTest';

let hub: HubServer;
let writes: HubWrites;

beforeEach(async () => {
  hub = await HubServer.start({});
  writes = new HubWrites(TOKEN, 'ada');
  hub.writes = writes;
});
afterEach(() => hub.close());

const FILES = {
  'README.md': Buffer.from('# a card\n\n![Reward by step](curves/reward.svg)\n'),
  // In a folder of the repository.
  'curves/reward.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>\n'),
  // One that goes to LFS in one piece, and one of several parts with a rest.
  'metrics.jsonl': Buffer.from('{"step": 1}\n'.repeat(400)),
  'model.safetensors': Buffer.from(Float32Array.from({ length: 200_000 }, (_, i) => Math.sin(i)).buffer),
};

const published = (options: Partial<Parameters<typeof publish>[0]> = {}) =>
  publish({
    repository: 'ada/tiny',
    files: Object.entries(FILES).map(([path, data]) => ({ path, content: new Blob([data]) })),
    token: TOKEN,
    base: hub.address,
    title: 'Checkpoint of a run',
    signal: new AbortController().signal,
    ...options,
  });

describe('publish', () => {
  it('creates a private repository and commits all files, byte for byte', async () => {
    const shares: number[] = [];
    const { page, commit } = await published({ onProgress: (share) => shares.push(share) });
    expect(page).toBe(`${hub.address}/ada/tiny`);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    const repository = writes.repositories.get('ada/tiny');
    expect(repository?.visibility).toBe('private');
    expect(repository?.commits).toEqual(['Checkpoint of a run']);
    expect(Object.fromEntries(repository?.files ?? [])).toEqual(FILES);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, i) => share >= (shares[i - 1] ?? 0))).toBe(true);
  });

  it('adds to a repository that exists, and sends no object twice', async () => {
    await published();
    const before = hub.requests.length;
    await published({ files: [{ path: 'copy.safetensors', content: new Blob([FILES['model.safetensors']]) }] });
    expect(hub.requests.slice(before).filter(({ path }) => path.startsWith('/lfs-storage/'))).toEqual([]);
    expect([...(writes.repositories.get('ada/tiny')?.files.keys() ?? [])]).toEqual([
      ...Object.keys(FILES),
      'copy.safetensors',
    ]);
  });

  it.each([
    ['another token', { token: 'hf_other' }, /does not accept the access token/],
    ['a token with a line break', { token: 'hf_a\nX-Evil: 1' }, /characters that no token has/],
    ['no token', { token: ' ' }, /empty/],
    ["somebody else's name", { repository: 'bob/tiny' }, /may not write to bob\/tiny/],
    ['a name without an owner', { repository: 'tiny' }, /"tiny" is not the name of a repository/],
    ['a server that cannot be reached', { base: 'http://127.0.0.1:9' }, /connection to 127\.0\.0\.1:9 failed/],
  ])('refuses %s, and commits nothing', async (_, options, message) => {
    const failure = await published(options).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StudioError', kind: 'input', message: expect.stringMatching(message) });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    expect([...writes.repositories.values()].flatMap(({ commits }) => commits)).toEqual([]);
  });

  it('refuses a server that is no hub', async () => {
    hub.writes = undefined;
    await expect(published()).rejects.toMatchObject({ kind: 'input' });
  });

  it('can be cancelled during an upload, which commits nothing', async () => {
    writes.stalled = true;
    const controller = new AbortController();
    const running = published({ signal: controller.signal });
    await expect
      .poll(() => hub.requests.filter(({ path }) => path.startsWith('/lfs-storage/')).length)
      .toBeGreaterThan(0);
    controller.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    expect(writes.repositories.get('ada/tiny')?.commits).toEqual([]);
  });
});

it('takes names as people paste them', () => {
  expect(repositoryName(' https://huggingface.co/ada/tiny-gppo/ ')).toBe('ada/tiny-gppo');
});
