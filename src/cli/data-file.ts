/** A file of data on disk. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { DataFile } from '../data/data-file.ts';
import { inputError } from '../errors.ts';
import { reasonOf } from './file-errors.ts';

/** @throws StudioError `input` if there is no such file */
export async function openDataFile(path: string): Promise<DataFile> {
  const facts = await stat(path).catch((error: unknown) => {
    throw inputError(path, reasonOf(error));
  });
  if (!facts.isFile()) throw inputError(path, 'expected a file of data, found a folder');
  return {
    name: basename(path),
    size: facts.size,
    slice: async (start, end) => {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, facts.size) - start));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  };
}
