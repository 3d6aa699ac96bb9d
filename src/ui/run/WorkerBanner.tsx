import { Button } from '@mantine/core';
import { useState } from 'react';
import { restartStudio } from '../../store/open-studio.ts';
import { useRun } from '../../store/run-store.ts';

/** The worker or its GPU was lost or does not respond: what happened, and a restart without reloading the page. */
export function WorkerBanner() {
  const problem = useRun((run) => run.workerProblem);
  const [restarting, setRestarting] = useState(false);
  if (!problem && !restarting) return null;
  const restart = async () => {
    setRestarting(true);
    await restartStudio();
    setRestarting(false);
  };
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
