import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRun } from '../store/run-store.ts';

/** What went wrong and what to do; a failed run keeps its charts below. */
export function ErrorBanner() {
  const error = useRun((run) => run.error);
  if (!error) return null;
  return (
    <Alert color="red" variant="light" mb="sm" data-testid="error" role="alert" icon={<IconAlertTriangle aria-hidden />} title={error.message} withCloseButton closeButtonLabel="Dismiss" onClose={() => useRun.getState().showError(undefined)}>
      {error.advice}
    </Alert>
  );
}
