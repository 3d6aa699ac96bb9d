import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useArchiveProblem } from '../store/archive.ts';
import { useRun } from '../store/run-store.ts';
import type { ErrorView } from '../views/result.ts';

/** What went wrong and what to do; a failed run keeps its charts below. */
export function ErrorBanner() {
  const error = useRun((run) => run.error);
  return (
    <>
      <ArchiveProblem />
      {error && <RunError error={error} />}
    </>
  );
}

function RunError({ error }: { error: ErrorView }) {
  return (
    <Alert
      color="red"
      variant="light"
      mb="sm"
      data-testid="error"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={error.message}
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={() => useRun.getState().showError(undefined)}
    >
      {error.advice}
    </Alert>
  );
}

/** Runs continue, but are not stored. */
function ArchiveProblem() {
  const problem = useArchiveProblem((state) => state.problem);
  if (!problem) return null;
  return (
    <p className="note warning" role="alert" data-testid="archive-problem">
      {problem.message}{' '}
      {problem.kind === 'memory'
        ? 'Training continues, but new steps are not stored until space is available.'
        : 'Training continues.'}{' '}
      {problem.advice}
    </p>
  );
}
