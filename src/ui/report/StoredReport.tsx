import { useEffect, useState } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import type { RunReport } from '../../report/run-report.ts';
import { tabArchive } from '../../store/archive.ts';
import { useRuns } from '../../store/runs-store.ts';
import { RunReportView } from './RunReportView.tsx';

/** The report of a stored run, read again when the run has another stage. */
export function StoredReport({ run: { id, changed } }: { run: Pick<ArchivedRun, 'id' | 'changed'> }) {
  const [read, setRead] = useState<{ id: string; report: RunReport | undefined }>();
  useEffect(() => {
    let current = true;
    tabArchive.archive
      .report(id)
      .then((report) => current && setRead({ id, report }))
      .catch((error: unknown) => useRuns.getState().fail(error));
    return () => {
      current = false;
    };
  }, [id, changed]);
  if (read?.id !== id) return <div className="card card-empty" style={{ height: 240 }} aria-busy />;
  return read.report ? (
    <RunReportView report={read.report} />
  ) : (
    <p className="note warning" role="status">
      This run’s report cannot be read: it is damaged, or another version of the studio wrote it. Its curves are not
      affected.
    </p>
  );
}
