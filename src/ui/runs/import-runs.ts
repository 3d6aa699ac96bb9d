import { notifications } from '@mantine/notifications';
import { rolloutFileOf } from '../../archive/rollout-files.ts';
import { isRunFile, readRunFolder, type ReadRun, type TextFile } from '../../archive/run-folder.ts';
import { textsOfZip } from '../../archive/run-zip.ts';
import { addRolloutFiles } from '../../store/rollout-files.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import type { PickedFile } from '../../views/models.ts';

/**
 * Imports runs from folders and zip archives, with their rollouts; reports how many, or why none. Existing runs are not
 * changed.
 */
export async function importRuns(picked: PickedFile[] | Promise<PickedFile[]>): Promise<void> {
  try {
    const files = await picked;
    const archives = files.filter(({ path }) => path.endsWith('.zip'));
    const loose = files.filter((file) => !archives.includes(file));
    const sources: { files: PickedFile[]; runs: ReadRun[] }[] = [];
    for (const archive of archives) {
      const { path, file } = archive;
      sources.push({
        files: [archive],
        runs: await readRunFolder(await textsOfZip(file, path), path, file.lastModified),
      });
    }
    if (loose.length > 0 || archives.length === 0) sources.push({ files: loose, runs: await readLoose(loose) });
    const found = sources.flatMap(({ runs }) => runs);
    const { add, choose, refresh } = useRuns.getState();
    const added = await add(found);
    for (const { files: given, runs } of sources)
      await addRollouts(
        given,
        runs.filter((one) => added.has(one)),
      );
    await refresh();
    if (useRuns.getState().error) return;
    choose(
      found.slice(0, MOST_DRAWN).map(({ run }) => run.id),
      true,
    );
    const there = found.length - added.size;
    notifications.show({
      message: [
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

async function readLoose(files: readonly PickedFile[]): Promise<ReadRun[]> {
  const wanted = files.filter(({ path }) => isRunFile(path));
  const texts: TextFile[] = await Promise.all(
    wanted.map(async ({ path, file }) => ({ path, text: await file.text() })),
  );
  const newest = Math.max(...wanted.map(({ file }) => file.lastModified), 0);
  return readRunFolder(texts, '', newest || Date.now());
}
