import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zipParts } from './zip.ts';

const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));

test('writes correct checksums, sizes and offsets', () => {
  const archive = Buffer.concat(
    zipParts([
      { path: 'a/config.json', data: bytes('123456789') },
      { path: 'b', data: bytes('') },
    ]),
  );
  expect(archive.readUInt32LE(14)).toBe(0xcbf43926);
  expect(archive.readUInt32LE(18)).toBe(9);
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  expect(archive.readUInt16LE(end + 10)).toBe(2);
  const directory = archive.readUInt32LE(end + 16);
  expect(archive.readUInt32LE(directory)).toBe(0x02014b50);
  const second = directory + 46 + 'a/config.json'.length;
  expect(archive.readUInt32LE(archive.readUInt32LE(second + 42))).toBe(0x04034b50);
});

const PYTHON = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.runIf(PYTHON)('another reader takes it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gppo-zip-'));
  const file = join(folder, 'checkpoint.zip');
  writeFileSync(file, Buffer.concat(zipParts([{ path: 'run/config.json', data: bytes('{"β": 1}') }])));
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
    'sys.stdout.buffer.write(z.read("run/config.json"))';
  expect(execFileSync('python3', ['-c', script, file]).toString()).toBe('{"β": 1}');
  rmSync(folder, { recursive: true });
});
