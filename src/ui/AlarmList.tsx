import { useMemo } from 'react';
import { alarmsOf } from '../advice/alarms.ts';
import { shownState, useRun } from '../store/run-store.ts';

/** Alarms: problems found in the metrics of the run. */
export function AlarmList() {
  const step = useRun((run) => run.frame?.latest?.step);
  const config = useRun((run) => run.running?.rl);
  const state = useRun(shownState);
  // Frames come several times a step; alarms are about steps.
  const alarms = useMemo(
    () =>
      step === undefined || !config
        ? []
        : alarmsOf(useRun.getState().frame?.series ?? {}, config.minibatches * config.epochs),
    [step, config],
  );
  if (alarms.length === 0 || state === 'idle' || state === 'preparing') return null;
  return (
    <div role="status" aria-label="Alarms" data-testid="alarms">
      {alarms.map(({ id, title, text }) => (
        <p key={id} className="note warning">
          <b>{title}</b> {text}
        </p>
      ))}
    </div>
  );
}
