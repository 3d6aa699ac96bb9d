/** The files of a zip archive that describe runs. */
import { strFromU8 } from 'fflate';
import { inputError } from '../errors.ts';
import { isRunFile, type TextFile } from './run-folder.ts';
import { eachZipEntry } from './zip-entries.ts';

/** Limit of bytes unpacked from one archive; a run of a thousand steps has a few million. */
const MOST_BYTES = 500e6;

/**
 * Weights, rollouts and all other files in the archive are not unpacked.
 *
 * @param where the archive's name, for messages
 * @throws StudioError `input` if it is not an archive, is truncated, or its metrics exceed the limit
 */
export async function textsOfZip(archive: Blob, where: string): Promise<TextFile[]> {
  const files: TextFile[] = [];
  let bytes = 0;
  const limit = (path: string) => (isRunFile(path) ? MOST_BYTES : undefined);
  await eachZipEntry(archive, where, limit, (path, data) => {
    bytes += data.byteLength;
    if (bytes > MOST_BYTES) throw inputError(where, `its metrics unpack to more than ${MOST_BYTES / 1e6} MB`);
    files.push({ path, text: strFromU8(data) });
  });
  return files;
}
