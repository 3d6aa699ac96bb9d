import { tabArchive } from '../../store/archive.ts';
import { usePage } from '../../store/page-store.ts';
import { useRuns } from '../../store/runs-store.ts';

/** Shows the report of a stored run on the page Runs; of the run of this tab once it is written. */
export async function openReport(run: string): Promise<void> {
  await tabArchive.writer.settled();
  useRuns.setState({ view: 'runs', pane: 'report', chosen: new Map([[run, 0]]) });
  usePage.getState().go('runs');
}
