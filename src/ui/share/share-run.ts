/** Opens the share dialog for a stored run. */
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { parseRunConfig } from '../../run/config.ts';
import { tabArchive } from '../../store/archive.ts';
import { useRuns } from '../../store/runs-store.ts';
import { useShareDialog } from '../../store/share-dialog.ts';

export async function shareStored(id: string): Promise<void> {
  try {
    await tabArchive.writer.settled();
    const run = (await tabArchive.archive.runs()).find((one) => one.id === id);
    if (!run) return;
    const { records } = await tabArchive.records(run);
    // Another version of the studio may have stored it.
    const config = parseRunConfig({ ...run.config, name: run.name }, `the recipe of ${run.name}`);
    useShareDialog.getState().share({ config, run: { about: run, records } });
  } catch (error) {
    useRuns.getState().fail(error);
  }
}

export const shareRun = ({ id }: ArchivedRun): void => void shareStored(id);
