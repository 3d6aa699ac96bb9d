/** A checkpoint folder on disk. */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CheckpointSource, SourceFile } from '../checkpoint/checkpoint-source.ts';
import { inputError } from '../errors.ts';
import { reasonOf } from './file-errors.ts';

/** @param folder its path; subfolders are ignored */
export function folderSource(folder: string): CheckpointSource {
  return {
    name: basename(folder),
    list: async () => {
      const files: SourceFile[] = [];
      for (const path of await readdir(folder)) {
        // Follows links, because model caches are full of them.
        const facts = await stat(join(folder, path)).catch(() => undefined);
        if (facts?.isFile()) files.push({ path, size: facts.size });
      }
      return files;
    },
    read: async (path, start = 0, end) => {
      const place = join(folder, path);
      const file = await open(place).catch((error: unknown) => {
        throw inputError(place, reasonOf(error));
      });
      try {
        const size = Math.max(0, (end ?? (await file.stat()).size) - start);
        const bytes = new Uint8Array(size);
        let at = 0;
        while (at < size) {
          const { bytesRead } = await file.read(bytes, at, size - at, start + at);
          if (bytesRead === 0) break;
          at += bytesRead;
        }
        return bytes.subarray(0, at);
      } finally {
        await file.close();
      }
    },
  };
}
