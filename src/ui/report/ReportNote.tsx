import { Button } from '@mantine/core';
import { useRun } from '../../store/run-store.ts';

/** Opens the report of the run once it has ended. */
export function ReportNote() {
  const id = useRun(({ id, reported }) => (id === reported ? id : undefined));
  const state = useRun((run) => run.state);
  if (id === undefined || (state !== 'finished' && state !== 'stopped' && state !== 'failed')) return null;
  return (
    <p className="note" role="status" data-testid="report-note">
      <b>
        {state === 'finished' ? 'The report of this run is ready.' : 'The report has the stages of this run so far.'}
      </b>{' '}
      Accuracy before and after, kinds of mistakes, and problems that turned.{' '}
      <Button
        size="compact-xs"
        variant="light"
        onClick={() => void import('./open-report.ts').then(({ openReport }) => openReport(id))}
      >
        Open report
      </Button>
    </p>
  );
}
