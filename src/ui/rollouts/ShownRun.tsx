import { strategyNames } from '../../archive/run-list.ts';
import { isRecorded, useRun } from '../../store/run-store.ts';

/** The run and the strategy that a panel shows; nothing before the first run. */
export function ShownRun() {
  const running = useRun((run) => run.running);
  const recorded = useRun(isRecorded);
  if (!running) return null;
  return (
    <p className="hint shown-run">
      {recorded ? 'Recording of' : 'Run'} <b>{running.name}</b> · {strategyNames([running])[0]}
    </p>
  );
}
