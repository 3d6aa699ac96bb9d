import { Button } from '@mantine/core';
import { useState } from 'react';
import { restartStudio } from '../../store/open-studio.ts';
import { useRecovery } from '../../store/recovery.ts';
import { useRun } from '../../store/run-store.ts';

/**
 * The worker or its GPU was lost or does not respond: what happened, and a restart without reloading the page; or that
 * the work resumes, or has resumed, by itself.
 */
export function WorkerBanner() {
  const problem = useRun((run) => run.workerProblem);
  const [restarting, setRestarting] = useState(false);
  const { recovering, notice, dismiss } = useRecovery();
  const restart = async () => {
    setRestarting(true);
    await restartStudio();
    setRestarting(false);
  };
  if (recovering !== undefined)
    return (
      <div className="worker-banner recovery" role="status" data-testid="recovering">
        <span>
          <b>{recovering}.</b> The work resumes by itself.
        </span>
        <Button size="compact-xs" variant="default" loading={restarting} onClick={() => void restart()}>
          Restart
        </Button>
      </div>
    );
  if (!problem && !restarting)
    return (
      notice !== undefined && (
        <div className="worker-banner recovery" role="status" data-testid="recovered">
          <span>{notice}</span>
          <Button size="compact-xs" variant="default" onClick={dismiss}>
            Dismiss
          </Button>
        </div>
      )
    );
  return (
    <div className="worker-banner" role="alert" data-testid="worker-problem">
      <span>
        <b>{problem?.message ?? 'The training worker is restarting.'}</b> {problem?.advice}
      </span>
      <Button size="compact-xs" color="red" loading={restarting} onClick={() => void restart()}>
        Restart
      </Button>
    </div>
  );
}
