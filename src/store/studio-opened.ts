import { useRun } from './run-store.ts';

/** Resolves when the studio can train or says why not: work that is not urgent must not delay that. */
export function studioOpened(): Promise<void> {
  const opened = ({ models, unavailable, error }: ReturnType<typeof useRun.getState>) =>
    models.length > 0 || (unavailable ?? error) !== undefined;
  return new Promise((resolve) => {
    if (opened(useRun.getState())) return resolve();
    const end = useRun.subscribe((run) => {
      if (!opened(run)) return;
      end();
      resolve();
    });
  });
}
