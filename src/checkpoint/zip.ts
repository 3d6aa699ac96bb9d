/**
 * A folder as one zip archive, with fflate: written without compression, because weights hardly shrink; read with
 * limits.
 */
import { Unzip, UnzipInflate, UnzipPassThrough, Zip, ZipPassThrough } from 'fflate';
import { inputError, StudioError } from '../errors.ts';
import { memorySource, type CheckpointSource } from './checkpoint-source.ts';
import { shortened } from './json-fields.ts';
import { joined } from './safetensors.ts';

/** The date in every archive, so that equal files give equal archives: the earliest that the format allows. */
const DATE = new Date(1980, 0, 1);
/** The format's limit without its 64-bit extension. */
const LARGEST_ARCHIVE = 2 ** 32 - 1;
const MOST_FILES = 1000;
/** Limit of the unpacked size, bytes. */
const LARGEST_CONTENT = 2 ** 31;
/** Deflate reaches 1032:1 only on runs of one byte; weights and tokenizers stay below 20:1. */
const LARGEST_RATIO = 100;
const FREE_BYTES = 4 * 2 ** 20;
const CHUNK = 2 ** 20;

/** The parts of an archive, in order. @throws StudioError `input` if it would be too large */
export function zipParts(files: readonly { path: string; data: Uint8Array<ArrayBuffer> }[]): Uint8Array<ArrayBuffer>[] {
  const size = files.reduce((sum, { path, data }) => sum + data.byteLength + 2 * path.length + 200, 0);
  if (size > LARGEST_ARCHIVE)
    throw new StudioError(
      'input',
      `The files have ${size} bytes, more than a zip archive can contain.`,
      'Save them as separate files.',
    );
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    parts.push(data as Uint8Array<ArrayBuffer>);
  });
  for (const { path, data } of files) {
    const entry = new ZipPassThrough(path);
    entry.mtime = DATE;
    zip.add(entry);
    entry.push(data, true);
  }
  zip.end();
  return parts;
}

/**
 * Unpacks an archive into memory.
 *
 * @param where the archive's name, for messages
 * @throws StudioError `input` if it is not an archive, is truncated, or unpacks to far more than its size
 */
export async function zipSource(archive: Blob, where: string): Promise<CheckpointSource> {
  const files = new Map<string, Uint8Array[]>();
  const open = new Set<string>();
  const allowed = Math.min(LARGEST_CONTENT, FREE_BYTES + LARGEST_RATIO * archive.size);
  let content = 0;
  const unzip = new Unzip((file) => {
    if (file.name.endsWith('/')) return;
    if (files.size >= MOST_FILES) throw inputError(where, `expected at most ${MOST_FILES} files, found more`);
    if (files.has(file.name)) throw inputError(where, `contains ${shortened(file.name)} twice`);
    const parts: Uint8Array[] = [];
    files.set(file.name, parts);
    open.add(file.name);
    file.ondata = (error, data, final) => {
      if (error instanceof StudioError) throw error;
      if (error) throw inputError(where, `${shortened(file.name)} cannot be unpacked: ${error.message}`);
      content += data.byteLength;
      if (content > allowed)
        throw inputError(where, `expected at most ${allowed} bytes unpacked from ${archive.size}, found more`);
      parts.push(data.slice());
      if (final) open.delete(file.name);
    };
    file.start();
  });
  unzip.register(UnzipPassThrough);
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < archive.size; at += CHUNK)
      unzip.push(new Uint8Array(await archive.slice(at, at + CHUNK).arrayBuffer()), at + CHUNK >= archive.size);
  } catch (error) {
    if (error instanceof StudioError) throw error;
    throw inputError(where, `not a readable zip archive: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (files.size === 0) throw inputError(where, 'expected a zip archive with at least one file');
  const [unfinished] = open;
  if (unfinished !== undefined) throw inputError(where, `is cut off in ${shortened(unfinished)}`);
  return memorySource(where, Object.fromEntries([...files].map(([path, parts]) => [path, joined(parts)])));
}
