import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { zipParts } from '../ui/zip.ts';
import { textsOfZip } from './run-zip.ts';
import { eachZipEntry } from './zip-entries.ts';

const large = Uint8Array.from({ length: 1.5e6 }, (_, i) => (i * i) % 251);
const FILES = { 'a/config.json': strToU8('{"β": 1}'), 'a/model.safetensors': large, 'a/rollouts/1.safetensors': large };
const stored = new Blob(zipParts(Object.entries(FILES).map(([path, data]) => ({ path, data: new Uint8Array(data) }))));
const deflated = new Blob([new Uint8Array(zipSync(FILES))]);
/** As a tool writes it that does not know the sizes in advance. */
function streamed(): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((_, data) => parts.push(new Uint8Array(data)));
  for (const [path, data] of Object.entries(FILES)) {
    const entry = new ZipDeflate(path);
    zip.add(entry);
    entry.push(data, true);
  }
  zip.end();
  return new Blob(parts);
}

it.each([
  ['stored', stored],
  ['deflated', deflated],
  ['streamed', streamed()],
])('gives the wanted files of an archive in order, one at a time: %s', async (_, archive) => {
  const seen: string[] = [];
  let open = 0;
  await eachZipEntry(
    archive,
    'runs.zip',
    (path) => (path.includes('model') ? undefined : 4e6),
    async (path, data) => {
      open += 1;
      expect(open).toBe(1);
      await Promise.resolve();
      expect(Buffer.from(data).equals(FILES[path as keyof typeof FILES])).toBe(true);
      seen.push(path);
      open -= 1;
    },
  );
  expect(seen).toEqual(['a/config.json', 'a/rollouts/1.safetensors']);
  expect(await textsOfZip(archive, 'runs.zip')).toEqual([{ path: 'a/config.json', text: '{"β": 1}' }]);
});

it('refuses what is no archive, is truncated, or unpacks to more than its limit', async () => {
  const read = (archive: Blob, most = 4e6) =>
    eachZipEntry(
      archive,
      'runs.zip',
      () => most,
      () => undefined,
    );
  await expect(read(new Blob(['metrics']))).rejects.toThrow('runs.zip: cannot be unpacked');
  await expect(read(deflated.slice(0, deflated.size >> 1))).rejects.toThrow('runs.zip: cannot be unpacked');
  await expect(read(deflated, 1e6)).rejects.toThrow('a/model.safetensors unpacks to more than 1 MB');
});
