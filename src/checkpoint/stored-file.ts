/**
 * Files in the browser's own file system (OPFS) that are written by appending. The name of an incomplete file ends in
 * `.partial`.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { StudioError } from '../errors.ts';
import type { GrowingFile } from './hub-download.ts';

export const PARTIAL = '.partial';
/** Bytes that are hashed at once, in about 20 ms; other events of the thread come in between. */
const HASHED_AT_ONCE = 4 << 20;

/**
 * A file that is appended to; a complete one is returned complete. @throws StudioError `memory` on append, if the
 * browser's storage is full
 */
export async function openGrowing(
  folder: FileSystemDirectoryHandle,
  path: string,
  expected: number,
): Promise<GrowingFile> {
  const whole = await sizeOf(folder, path);
  if (whole !== undefined && whole !== expected) await folder.removeEntry(path);
  if (whole === expected)
    return { size: () => whole, append: () => undefined, clear: () => undefined, close: () => undefined };
  const handle = await folder.getFileHandle(path + PARTIAL, { create: true });
  const access = await handle.createSyncAccessHandle().catch(() => {
    throw new StudioError(
      'input',
      `Another tab is downloading ${path}.`,
      'Wait for that download to finish, or close the other tab.',
    );
  });
  let size = access.getSize();
  return {
    size: () => size,
    append: (bytes) => {
      let written = 0;
      try {
        written = access.write(bytes, { at: size });
      } catch (error) {
        throw noRoom(error);
      }
      size += written;
      if (written < bytes.byteLength) throw noRoom(undefined);
    },
    clear: () => {
      access.truncate(0);
      size = 0;
    },
    sha256: (signal) => sha256Of(access, signal),
    close: () => {
      access.flush();
      access.close();
    },
  };
}

/** Stops early when cancelled. */
async function sha256Of(access: FileSystemSyncAccessHandle, signal: AbortSignal): Promise<string> {
  const hash = sha256.create();
  const piece = new Uint8Array(Math.min(HASHED_AT_ONCE, access.getSize()));
  for (let at = 0; at < access.getSize() && !signal.aborted;) {
    const count = access.read(piece, { at });
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    at += count;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return bytesToHex(hash.digest());
}

/** Removes the suffix of an incomplete file. */
export async function finishGrowing(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
  if ((await sizeOf(folder, path)) !== undefined) return;
  const handle = (await folder.getFileHandle(path + PARTIAL)) as FileSystemFileHandle & {
    move(name: string): Promise<void>;
  };
  await handle.move(path);
}

/** @returns undefined if there is no such file */
export async function sizeOf(folder: FileSystemDirectoryHandle, path: string): Promise<number | undefined> {
  const handle = await folder.getFileHandle(path).catch(() => undefined);
  return handle && (await handle.getFile()).size;
}

export async function writeJson(folder: FileSystemDirectoryHandle, path: string, value: unknown): Promise<void> {
  const file = await folder.getFileHandle(path, { create: true });
  const access = await file.createSyncAccessHandle();
  try {
    access.truncate(0);
    access.write(new TextEncoder().encode(JSON.stringify(value)));
    access.flush();
  } finally {
    access.close();
  }
}

function noRoom(error: unknown): StudioError {
  return new StudioError(
    'memory',
    `The browser’s storage for this page is full${error instanceof Error ? ` (${error.message})` : ''}.`,
    'Delete models or data that you no longer need, then resume the download.',
  );
}

/**
 * A folder of the browser's own file system.
 *
 * @param advice where else the files could be
 * @throws StudioError `unsupported` where the browser has none, as in private windows
 */
export async function storedFolder(
  root: () => Promise<FileSystemDirectoryHandle>,
  name: string,
  advice: string,
): Promise<FileSystemDirectoryHandle> {
  try {
    return await (await root()).getDirectoryHandle(name, { create: true });
  } catch (error) {
    throw new StudioError(
      'unsupported',
      `This browser cannot store files for this page (${error instanceof Error ? error.message : String(error)}).`,
      advice,
    );
  }
}
