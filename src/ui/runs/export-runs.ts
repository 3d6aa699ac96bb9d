import { folderNames, runFiles, SWEEP } from '../../archive/run-folder.ts';
import type { Sweep } from '../../compare/sweep.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { rolloutFilesOf } from '../../store/rollout-files.ts';
import { useRuns } from '../../store/runs-store.ts';
import { download } from '../download.ts';
import { zipBlob, type ZipEntry } from '../zip.ts';

/**
 * Saves runs, and what is kept of their rollouts, as one archive with a folder for each.
 *
 * @param sweep that they belong to
 */
export async function exportRuns(ids: readonly string[], name: string, sweep?: Sweep): Promise<void> {
  try {
    download(`${fileNameOf(name)}.zip`, await zipBlob(entriesOf(ids, sweep)));
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

async function* entriesOf(ids: readonly string[], sweep: Sweep | undefined): AsyncGenerator<ZipEntry> {
  const text = new TextEncoder();
  if (sweep) yield { path: SWEEP, data: text.encode(`${JSON.stringify(sweep, null, 2)}\n`) };
  const runs = await useRuns.getState().take(ids);
  const folders = folderNames(runs.map(({ run }) => run));
  for (const [i, one] of runs.entries()) {
    const folder = folders[i] ?? '';
    for (const file of runFiles(one)) yield { path: folder + file.path, data: text.encode(file.text) };
    for await (const { path, data } of rolloutFilesOf(one.run.id)) yield { path: folder + path, data };
  }
}
