import { Button } from '@mantine/core';
import { useGpuUser } from '../../store/gpu-user.ts';
import { useInterrupted } from '../../store/interrupted-run.ts';
import { useRecovery } from '../../store/recovery.ts';
import { resumeKept } from '../../store/resume-run.ts';
import { isActive, useRun } from '../../store/run-store.ts';

/** Offers to resume the run that a closed tab or a lost worker left unfinished. */
export function InterruptedNote() {
  const { found, dismiss } = useInterrupted();
  const active = useRun(({ state }) => isActive(state));
  const open = useRun(({ adapter }) => adapter !== undefined);
  const user = useGpuUser();
  const recovering = useRecovery((recovery) => recovery.recovering !== undefined);
  if (!found || active || recovering) return null;
  const { id, name, at } = found;
  return (
    <p className="note" role="status" data-testid="interrupted">
      <b>Your run {name} was interrupted.</b> Its state is kept up to {at}.{' '}
      <Button
        size="compact-xs"
        variant="light"
        disabled={!open || user !== undefined}
        onClick={() => void resumeKept({ run: id })}
      >
        Resume
      </Button>{' '}
      <Button size="compact-xs" variant="subtle" title="The run stays on the Runs page" onClick={dismiss}>
        Dismiss
      </Button>
    </p>
  );
}
