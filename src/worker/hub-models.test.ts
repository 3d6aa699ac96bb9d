/** Models of the hub in the browser: their files are what the hub lists. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COMMIT, HubServer } from '../../tests/support/hub-server.ts';
import { memoryFolder } from '../../tests/support/memory-folder.ts';
import { tinyCheckpoint } from '../../tests/support/tiny-checkpoint.ts';
import { checkpointFiles } from '../checkpoint/export-checkpoint.ts';
import type { DownloadView } from '../views/models.ts';
import { HubModels } from './hub-models.ts';

const FILES = Object.fromEntries(checkpointFiles(tinyCheckpoint()).map(({ path, data }) => [path, data]));
const WEIGHTS = 'model.safetensors';
const SHA256 = createHash('sha256')
  .update(FILES[WEIGHTS] ?? '')
  .digest('hex');

let server: HubServer;
beforeEach(async () => {
  vi.stubGlobal('navigator', { storage: { estimate: () => Promise.resolve({ quota: 1e9, usage: 0 }) } });
  server = await HubServer.start({ 'someone/model': { files: FILES } });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

it('deletes weights that are not what the hub lists, keeps the other files, and loads them again', async () => {
  server.checksums[WEIGHTS] = 'b'.repeat(64);
  const reports: DownloadView[] = [];
  const root = memoryFolder();
  const hub = new HubModels(
    server.address,
    () => Promise.resolve(root),
    (download) => reports.push(download),
  );
  await expect(hub.download('someone/model', '')).rejects.toMatchObject({
    kind: 'input',
    message:
      `${WEIGHTS} was loaded with another content than the hub lists: ` +
      `expected SHA-256 ${'b'.repeat(64)}, found ${SHA256}.`,
  });
  expect(reports.at(-1)).toMatchObject({ state: 'failed' });
  expect(reports.at(-1)?.files.find(({ path }) => path === WEIGHTS)).toMatchObject({ loaded: 0 });
  expect((await hub.cache.list()).map(({ complete }) => complete)).toEqual([false]);

  server.checksums[WEIGHTS] = SHA256;
  server.requests.splice(0);
  expect(await hub.download('someone/model', '')).toBe(`hub:someone/model@${COMMIT}`);
  expect((await hub.cache.list()).map(({ complete }) => complete)).toEqual([true]);
  expect(server.requests.flatMap(({ path }) => path.split('/resolve/')[1] ?? [])).toEqual([`${COMMIT}/${WEIGHTS}`]);
});
