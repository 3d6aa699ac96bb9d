import type { ArchivedRun, ArchivedState } from '../../archive/archived-run.ts';
import { tabArchive } from '../../store/archive.ts';

export const STATE_TITLES: Record<ArchivedState, string> = {
  running: 'running',
  complete: 'complete',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'broke off',
};

const STATE_HELP: Record<ArchivedState, string> = {
  running: 'It is being made; its records are written as they come.',
  complete: 'It made all steps of its recipe.',
  stopped: 'Somebody stopped it.',
  interrupted: 'The tab was closed, or the command line was stopped, before it had ended.',
  failed: 'An error ended it.',
};

/** How a run or comparison ended, with a mark that differs in shape too. */
export function RunState({ of: { state, error, tab } }: { of: Pick<ArchivedRun, 'state' | 'error' | 'tab'> }) {
  return (
    <span className="run-state" data-state={state} title={error ?? STATE_HELP[state]}>
      <i aria-hidden />
      {STATE_TITLES[state]}
      {state === 'running' && tab !== tabArchive.tab && ' elsewhere'}
    </span>
  );
}
