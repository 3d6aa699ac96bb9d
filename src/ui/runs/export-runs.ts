import { runFolders, SWEEP } from '../../archive/run-folder.ts';
import type { Sweep } from '../../compare/sweep.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { useRuns } from '../../store/runs-store.ts';
import { download } from '../download.ts';
import { zipParts } from '../zip.ts';

/** Saves runs as one archive with a folder for each. @param sweep that they belong to */
export async function exportRuns(ids: readonly string[], name: string, sweep?: Sweep): Promise<void> {
  try {
    const files = [
      ...(sweep ? [{ path: SWEEP, text: `${JSON.stringify(sweep, null, 2)}\n` }] : []),
      ...runFolders(await useRuns.getState().take(ids)),
    ];
    const text = new TextEncoder();
    download(
      `${fileNameOf(name)}.zip`,
      ...zipParts(files.map((file) => ({ path: file.path, data: text.encode(file.text) }))),
    );
  } catch (error) {
    useRuns.getState().fail(error);
  }
}
