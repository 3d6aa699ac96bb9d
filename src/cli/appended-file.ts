/** A file on disk that a download appends to. An empty one is not kept. */
import { closeSync, ftruncateSync, openSync, fstatSync, rmSync, writeSync } from 'node:fs';
import type { GrowingFile } from '../checkpoint/hub-download.ts';
import { StudioError } from '../errors.ts';
import { reasonOf } from './file-errors.ts';
import { sha256OfFile } from './sha256.ts';

/**
 * @param expected bytes of the whole file; a longer one is not its beginning
 * @throws StudioError `input` if it cannot be opened, and on append if the disk is full
 */
export function appendedFile(path: string, expected: number): GrowingFile {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new StudioError(
        'input',
        `${path} cannot be written: ${reasonOf(error)}.`,
        'Free disk space, or set GPPO_CACHE to another folder.',
      );
    }
  };
  const file = attempt(() => openSync(path, 'a'));
  let size = attempt(() => fstatSync(file).size);
  const clear = () => {
    attempt(() => ftruncateSync(file, 0));
    size = 0;
  };
  if (size > expected) clear();
  return {
    size: () => size,
    append: (bytes) => {
      for (let at = 0; at < bytes.byteLength;) at += attempt(() => writeSync(file, bytes, at));
      size += bytes.byteLength;
    },
    clear,
    sha256: () => sha256OfFile(path),
    close: () => {
      closeSync(file);
      if (size === 0 && expected > 0) rmSync(path);
    },
  };
}
