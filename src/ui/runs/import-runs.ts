import { notifications } from '@mantine/notifications';
import { isRunFile, type TextFile } from '../../archive/run-folder.ts';
import { readFolder } from '../../archive/sweep-folder.ts';
import { textsOfZip } from '../../archive/run-zip.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import type { PickedFile } from '../../views/models.ts';

/** Imports runs and sweeps from folders and archives; reports how many, or why none. Existing ones stay unchanged. */
export async function importRuns(picked: PickedFile[] | Promise<PickedFile[]>): Promise<void> {
  try {
    const files = await picked;
    const archives = files.filter(({ path }) => path.endsWith('.zip'));
    const loose = files.filter((file) => !archives.includes(file));
    const parts = [];
    for (const { path, file } of archives)
      parts.push(await readFolder(textsOfZip(new Uint8Array(await file.arrayBuffer()), path), path, file.lastModified));
    if (loose.length > 0 || archives.length === 0) parts.push(await readLoose(loose));
    const found = parts.flatMap(({ runs }) => runs);
    const sweeps = parts.flatMap((part) => part.sweeps);
    const { add, addSweeps, choose, refresh, show } = useRuns.getState();
    const added = await add(found);
    await addSweeps(sweeps);
    await refresh();
    if (useRuns.getState().error) return;
    if (sweeps.length > 0) show('comparisons');
    choose(
      found.slice(0, MOST_DRAWN).map(({ run }) => run.id),
      true,
    );
    const there = found.length - added;
    notifications.show({
      message: [
        sweeps.length > 0 && `${sweeps.length} comparison${sweeps.length === 1 ? '' : 's'} imported.`,
        added > 0 && `${added} run${added === 1 ? '' : 's'} imported.`,
        there > 0 && `${there} already ${there === 1 ? 'exists' : 'exist'}.`,
      ]
        .filter(Boolean)
        .join(' '),
      closeButtonProps: { 'aria-label': 'Close' },
    });
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

async function readLoose(files: readonly PickedFile[]): Promise<Awaited<ReturnType<typeof readFolder>>> {
  const wanted = files.filter(({ path }) => isRunFile(path));
  const texts: TextFile[] = await Promise.all(
    wanted.map(async ({ path, file }) => ({ path, text: await file.text() })),
  );
  const newest = Math.max(...wanted.map(({ file }) => file.lastModified), 0);
  return readFolder(texts, '', newest || Date.now());
}
