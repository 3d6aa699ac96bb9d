import type { ArchivedRun, ArchivedState } from '../../archive/archived-run.ts';
import { tabArchive } from '../../store/archive.ts';

export const STATE_TITLES: Record<ArchivedState, string> = {
  running: 'running',
  complete: 'complete',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'failed',
};

const STATE_HELP: Record<ArchivedState, string> = {
  running: 'In progress; records are stored as they arrive.',
  complete: 'All steps of the recipe are complete.',
  stopped: 'Stopped by the user.',
  interrupted: 'The tab was closed, or the command line was stopped, before the run ended.',
  failed: 'Ended by an error.',
};

/** How a run or comparison ended, with a mark that also differs in shape. */
export function RunState({ of: { state, error, tab } }: { of: Pick<ArchivedRun, 'state' | 'error' | 'tab'> }) {
  return (
    <span className="run-state" data-state={state} title={error ?? STATE_HELP[state]}>
      <i aria-hidden />
      {STATE_TITLES[state]}
      {state === 'running' && tab !== tabArchive.tab && ' in another tab'}
    </span>
  );
}
