import { notifications } from '@mantine/notifications';
import { isRunFile, readRunFolder, type RunWithRecords, type TextFile } from '../../archive/run-folder.ts';
import { textsOfZip } from '../../archive/run-zip.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import type { PickedFile } from '../../views/models.ts';

/** Imports runs from folders and zip archives; reports how many, or why none. Existing runs are not changed. */
export async function importRuns(picked: PickedFile[] | Promise<PickedFile[]>): Promise<void> {
  try {
    const files = await picked;
    const archives = files.filter(({ path }) => path.endsWith('.zip'));
    const loose = files.filter((file) => !archives.includes(file));
    const found: RunWithRecords[] = [];
    for (const { path, file } of archives)
      found.push(
        ...(await readRunFolder(textsOfZip(new Uint8Array(await file.arrayBuffer()), path), path, file.lastModified)),
      );
    if (loose.length > 0 || archives.length === 0) found.push(...(await readLoose(loose)));
    const { add, choose, refresh } = useRuns.getState();
    const added = await add(found);
    await refresh();
    if (useRuns.getState().error) return;
    choose(
      found.slice(0, MOST_DRAWN).map(({ run }) => run.id),
      true,
    );
    const there = found.length - added;
    notifications.show({
      message: [
        added > 0 && `${added} run${added === 1 ? '' : 's'} imported.`,
        there > 0 && `${there} already ${there === 1 ? 'exists' : 'exist'}.`,
      ]
        .filter(Boolean)
        .join(' '),
    });
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

async function readLoose(files: readonly PickedFile[]): Promise<RunWithRecords[]> {
  const wanted = files.filter(({ path }) => isRunFile(path));
  const texts: TextFile[] = await Promise.all(
    wanted.map(async ({ path, file }) => ({ path, text: await file.text() })),
  );
  const newest = Math.max(...wanted.map(({ file }) => file.lastModified), 0);
  return readRunFolder(texts, '', newest || Date.now());
}
