/** The files of a zip archive that say something of runs. */
import { strFromU8, unzipSync } from 'fflate';
import { inputError } from '../errors.ts';
import { isRunFile, type TextFile } from './run-folder.ts';

/** Bytes that are unpacked of one archive; a run of a thousand steps has a few million. */
const MOST_BYTES = 500e6;

/**
 * Weights and all else in the archive are not unpacked.
 *
 * @param where its name, for messages
 * @throws StudioError `input` when it is no archive, is cut off, or its metrics are beyond all measure
 */
export function textsOfZip(archive: Uint8Array, where: string): TextFile[] {
  let bytes = 0;
  let files;
  try {
    // An entry never unpacks to more than the size that is summed up here.
    files = unzipSync(archive, {
      filter: ({ name, originalSize }) => isRunFile(name) && (bytes += originalSize) <= MOST_BYTES,
    });
  } catch (error) {
    throw inputError(where, `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes > MOST_BYTES) throw inputError(where, `its metrics unpack to more than ${MOST_BYTES / 1e6} MB`);
  return Object.entries(files).map(([path, data]) => ({ path, text: strFromU8(data) }));
}
