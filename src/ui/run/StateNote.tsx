import { isActive, useRun } from '../../store/run-store.ts';

/** Why the states of the run are not kept; training continues. */
export function StateNote() {
  const problem = useRun(({ frame }) => frame?.states?.problem);
  const notice = useRun(({ frame }) => frame?.states?.notice);
  const active = useRun(({ state }) => isActive(state));
  if (problem !== undefined)
    return (
      <p className="note warning" role="alert" data-testid="state-problem">
        {problem} {active && 'Training continues.'}
      </p>
    );
  if (notice === undefined || !active) return null;
  return (
    <p className="note" role="status" data-testid="state-notice">
      {notice}
    </p>
  );
}
