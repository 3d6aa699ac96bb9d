/** What a report of a stored run or sweep is made of: records and evaluation of the archive, rollouts of the worker. */
import type { ArchivedRun } from '../archive/archived-run.ts';
import { SHOWN_RESPONSES, type ReportedRun } from '../sharing/run-facts.ts';
import type { ReportedSweep } from '../sharing/sweep-page.ts';
import { MOST_CLIPPED_FIRST } from '../views/rollouts.ts';
import { runWithTrueState, tabArchive } from './archive.ts';
import type { ArchivedSweep } from './archive-db.ts';
import { studioApi } from './connection.ts';

/** @returns undefined for a run that was deleted meanwhile @throws StudioError if the archive cannot be read */
export async function reportedRun(id: string): Promise<ReportedRun | undefined> {
  const { archive, writer } = tabArchive;
  // A run of this tab may have records that are not stored yet.
  await writer.settled();
  const [runs, tabs] = await Promise.all([archive.runs(), tabArchive.openTabs()]);
  const run = runs.find((one) => one.id === id);
  if (!run) return undefined;
  const [{ records }, report, rollouts] = await Promise.all([
    tabArchive.records(run),
    run.reported ? archive.report(id) : undefined,
    rolloutsOf(id),
  ]);
  return { run: runWithTrueState(run, tabs), records, ...(report && { report }), ...(rollouts && { rollouts }) };
}

/** Responses of the newest kept step; a report without them is still a report. */
async function rolloutsOf(run: string): Promise<ReportedRun['rollouts']> {
  const api = studioApi();
  const listed = await api.listRollouts();
  const step = listed.ok ? listed.value.runs.find((one) => one.run === run)?.newest : undefined;
  if (!step) return undefined;
  const query = { ...MOST_CLIPPED_FIRST, step };
  const found = await api.findRollouts(run, query, { first: 0, count: SHOWN_RESPONSES });
  if (!found.ok) return undefined;
  const details = await Promise.all(
    Array.from(found.value.items.subarray(0, SHOWN_RESPONSES), (id) => api.readRollout(run, id, '')),
  );
  return { step, responses: details.flatMap((detail) => (detail.ok ? [detail.value.view] : [])) };
}

/** @param rows all stored runs */
export async function reportedSweep(
  { id, sweep, started }: ArchivedSweep,
  rows: readonly ArchivedRun[],
): Promise<ReportedSweep> {
  const mine = rows.filter((run) => run.sweep?.id === id && (run.state === 'complete' || run.state === 'failed'));
  const runs = await Promise.all(
    mine.map(async (run) => ({
      label: run.sweep?.label ?? '',
      seed: run.config.seed,
      records: (await tabArchive.records(run)).records,
      ...(run.error !== undefined && { error: run.error }),
    })),
  );
  return { sweep, runs, started, places: mine };
}
