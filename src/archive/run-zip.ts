/** The files of a zip archive that describe runs. */
import { strFromU8, unzipSync } from 'fflate';
import { inputError } from '../errors.ts';
import { isRunFile, type TextFile } from './run-folder.ts';

/** Limit of bytes unpacked from one archive; a run of a thousand steps has a few million. */
const MOST_BYTES = 500e6;

/**
 * Weights and all other files in the archive are not unpacked.
 *
 * @param where the archive's name, for messages
 * @throws StudioError `input` if it is not an archive, is truncated, or its metrics exceed the limit
 */
export function textsOfZip(archive: Uint8Array, where: string): TextFile[] {
  let bytes = 0;
  let files;
  try {
    // An entry never unpacks to more than the size that is added here.
    files = unzipSync(archive, {
      filter: ({ name, originalSize }) => isRunFile(name) && (bytes += originalSize) <= MOST_BYTES,
    });
  } catch (error) {
    throw inputError(where, `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes > MOST_BYTES) throw inputError(where, `its metrics unpack to more than ${MOST_BYTES / 1e6} MB`);
  return Object.entries(files).map(([path, data]) => ({ path, text: strFromU8(data) }));
}
