/** The part of the browser's own file system that the store of states uses, on a folder of the disk. */
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';

export function nodeFolder(path: string): FileSystemDirectoryHandle {
  const folder = {
    kind: 'directory',
    name: basename(path),
    async *values() {
      for (const entry of readdirSync(path, { withFileTypes: true }))
        yield await Promise.resolve(
          entry.isDirectory() ? nodeFolder(join(path, entry.name)) : fileOf(join(path, entry.name)),
        );
    },
    getDirectoryHandle: (name: string) => {
      mkdirSync(join(path, name), { recursive: true });
      return Promise.resolve(nodeFolder(join(path, name)));
    },
    getFileHandle: (name: string) => Promise.resolve(fileOf(join(path, name))),
    removeEntry: (name: string) => Promise.resolve(rmSync(join(path, name), { recursive: true })),
  };
  return folder as unknown as FileSystemDirectoryHandle;
}

const fileOf = (path: string) => ({
  kind: 'file',
  name: basename(path),
  getFile: () => Promise.resolve(new Blob([readFileSync(path)])),
  createSyncAccessHandle: () => {
    const file = openSync(path, 'a+');
    closeSync(file);
    const opened = openSync(path, 'r+');
    return Promise.resolve({
      truncate: (size: number) => ftruncateSync(opened, size),
      write: (bytes: Uint8Array, { at = 0 } = {}) => writeSync(opened, bytes, 0, bytes.byteLength, at),
      close: () => closeSync(opened),
    });
  },
});
