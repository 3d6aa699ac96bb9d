import { strategyNames } from '../../archive/run-list.ts';
import { runFileName } from '../../run/run-name.ts';
import { useRun } from '../../store/run-store.ts';

/** The live run: its name and seed for names of files, and with its strategy for exports and full screen. */
export function useRunLabel(): { run: string; subtitle: string } {
  const running = useRun((run) => run.running);
  return running
    ? { run: runFileName(running, running.name), subtitle: `${running.name}, ${strategyNames([running])[0]}` }
    : { run: 'run', subtitle: '' };
}
