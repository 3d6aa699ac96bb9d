/** The files of a zip archive one after another, with fflate: never more of it in memory than one file. */
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import { inputError, StudioError } from '../errors.ts';

const CHUNK = 2 ** 20;
/** The record at the end of every archive: its signature, and how far from the end it can begin. */
const END_SIGNATURE = [0x50, 0x4b, 0x05, 0x06];
const END_BYTES = 22 + 0xffff;

/**
 * @param where the archive's name, for messages
 * @param limit bytes that a file may unpack to; undefined for a file that is skipped
 * @param take called with each file in order
 * @throws StudioError `input` if it is not an archive, is truncated, or a file exceeds its limit
 */
export async function eachZipEntry(
  archive: Blob,
  where: string,
  limit: (path: string) => number | undefined,
  take: (path: string, data: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  if (!(await hasEnd(archive))) throw inputError(where, 'cannot be unpacked: it is not a zip archive, or is truncated');
  const whole: [path: string, data: Uint8Array<ArrayBuffer>][] = [];
  const open = new Set<string>();
  const unzip = new Unzip((file) => {
    const most = file.name.endsWith('/') ? undefined : limit(file.name);
    if (most === undefined) return;
    const parts: Uint8Array[] = [];
    let size = 0;
    open.add(file.name);
    file.ondata = (error, data, final) => {
      if (error) throw inputError(where, `${file.name} cannot be unpacked: ${error.message}`);
      size += data.byteLength;
      if (size > most) throw inputError(where, `${file.name} unpacks to more than ${most / 1e6} MB`);
      parts.push(data.slice());
      if (!final) return;
      open.delete(file.name);
      whole.push([file.name, joined(parts, size)]);
    };
    file.start();
  });
  unzip.register(UnzipPassThrough);
  unzip.register(UnzipInflate);
  for (let at = 0; at < archive.size; at += CHUNK) {
    const chunk = new Uint8Array(await archive.slice(at, at + CHUNK).arrayBuffer());
    try {
      unzip.push(chunk, at + CHUNK >= archive.size);
    } catch (error) {
      if (error instanceof StudioError) throw error;
      throw inputError(where, `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
    }
    for (const [path, data] of whole.splice(0)) await take(path, data);
  }
  const [unfinished] = open;
  if (unfinished !== undefined) throw inputError(where, `cannot be unpacked: it is truncated in ${unfinished}`);
}

async function hasEnd(archive: Blob): Promise<boolean> {
  const end = new Uint8Array(await archive.slice(Math.max(0, archive.size - END_BYTES)).arrayBuffer());
  for (let at = end.length - 22; at >= 0; at--) if (END_SIGNATURE.every((byte, i) => end[at + i] === byte)) return true;
  return false;
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.byteLength;
  }
  return data;
}
