import { runFolders } from '../../archive/run-folder.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { useRuns } from '../../store/runs-store.ts';
import { download } from '../download.ts';
import { zipParts } from '../zip.ts';

/** Saves runs as one archive with a folder for each. */
export async function exportRuns(ids: readonly string[], name: string): Promise<void> {
  try {
    const files = runFolders(await useRuns.getState().take(ids));
    const text = new TextEncoder();
    download(
      `${fileNameOf(name)}.zip`,
      ...zipParts(files.map((file) => ({ path: file.path, data: text.encode(file.text) }))),
    );
  } catch (error) {
    useRuns.getState().fail(error);
  }
}
