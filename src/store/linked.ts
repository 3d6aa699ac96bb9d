/** What a share link has beside its recipe: the run's curves, drawn behind the live ones, and the view to open. */
import { digested, EMPTY_DIGEST, type ArchivedRun } from '../archive/archived-run.ts';
import { sha256 } from '../archive/run-folder.ts';
import type { Shared } from '../sharing/link.ts';
import { LINKED_NOTE, recordsOf } from '../sharing/link-curves.ts';
import { errorView, tabArchive } from './archive.ts';
import { StudioError } from '../errors.ts';
import { useRecipeView } from './recipe-view.ts';
import { useRun } from './run-store.ts';
import { showStoredRun } from './stored-run-store.ts';

/** After the recipe was accepted. A run that cannot be stored is reported; the recipe is loaded all the same. */
export async function openRest({ config, view, fields, run }: Shared): Promise<void> {
  if (fields) useRecipeView.getState().show(fields);
  // Pages follow the URL.
  if (view !== undefined) location.hash = view;
  if (!run) return;
  try {
    const records = recordsOf(run);
    const row: ArchivedRun = {
      // From its content: opening the link twice gives one run.
      id: `link:${await sha256(JSON.stringify([config, run]))}`,
      name: `${run.name} (from a link)`,
      note: LINKED_NOTE,
      config,
      state: 'complete',
      started: run.started,
      changed: run.started,
      adapter: run.adapter,
      records: records.length,
      digest: digested(EMPTY_DIGEST, records),
      imported: true,
    };
    await tabArchive.archive.add(row, records);
    tabArchive.changed();
    await showStoredRun(row.id);
  } catch (error) {
    const known = error instanceof StudioError ? error : new StudioError('internal', String(error));
    useRun.getState().showError(errorView(known));
  }
}
