import { notifications } from '@mantine/notifications';
import { rolloutFileOf } from '../../archive/rollout-files.ts';
import { isRunFile, type ReadRun, type TextFile } from '../../archive/run-folder.ts';
import { readFolder, type ReadFolder } from '../../archive/sweep-folder.ts';
import { textsOfZip } from '../../archive/run-zip.ts';
import { addRolloutFiles } from '../../store/rollout-files.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import type { PickedFile } from '../../views/models.ts';

/**
 * Imports runs and sweeps from folders and zip archives, runs with their rollouts; reports how many, or why none.
 * Existing ones are not changed.
 */
export async function importRuns(picked: PickedFile[] | Promise<PickedFile[]>): Promise<void> {
  try {
    const files = await picked;
    const archives = files.filter(({ path }) => path.endsWith('.zip'));
    const loose = files.filter((file) => !archives.includes(file));
    const sources: (ReadFolder & { files: PickedFile[] })[] = [];
    for (const archive of archives) {
      const { path, file } = archive;
      sources.push({
        files: [archive],
        ...(await readFolder(await textsOfZip(file, path), path, file.lastModified)),
      });
    }
    if (loose.length > 0 || archives.length === 0) sources.push({ files: loose, ...(await readLoose(loose)) });
    const found = sources.flatMap(({ runs }) => runs);
    const sweeps = sources.flatMap((source) => source.sweeps);
    const { add, addSweeps, choose, refresh, show } = useRuns.getState();
    const added = await add(found);
    await addSweeps(sweeps);
    for (const { files: given, runs } of sources)
      await addRollouts(
        given,
        runs.filter((one) => added.has(one)),
      );
    await refresh();
    if (useRuns.getState().error) return;
    if (sweeps.length > 0) show('comparisons');
    choose(
      found.slice(0, MOST_DRAWN).map(({ run }) => run.id),
      true,
    );
    const there = found.length - added.size;
    notifications.show({
      message: [
        sweeps.length > 0 && `${sweeps.length} comparison${sweeps.length === 1 ? '' : 's'} imported.`,
        added.size > 0 && `${added.size} run${added.size === 1 ? '' : 's'} imported.`,
        there > 0 && `${there} already ${there === 1 ? 'exists' : 'exist'}.`,
      ]
        .filter(Boolean)
        .join(' '),
    });
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

/** The rollouts of imported runs; an error names the file, and the runs stay. */
async function addRollouts(files: readonly PickedFile[], runs: readonly ReadRun[]): Promise<void> {
  const wanted = files.filter(({ path }) => path.endsWith('.zip') || rolloutFileOf(path) !== undefined);
  if (wanted.length === 0 || runs.length === 0) return;
  await addRolloutFiles(
    wanted,
    runs.map(({ folder, run: { id, name, started } }) => ({ folder, run: id, name, started })),
  );
}

async function readLoose(files: readonly PickedFile[]): Promise<ReadFolder> {
  const wanted = files.filter(({ path }) => isRunFile(path));
  const texts: TextFile[] = await Promise.all(
    wanted.map(async ({ path, file }) => ({ path, text: await file.text() })),
  );
  const newest = Math.max(...wanted.map(({ file }) => file.lastModified), 0);
  return readFolder(texts, '', newest || Date.now());
}
