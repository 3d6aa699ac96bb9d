import type { ArchivedRun } from './archived-run.ts';

/**
 * The run before the current one: the one that this page ran before it, else the newest stored run of the Train page.
 *
 * @param started ids of this page's runs, newest last; the last one is the current run
 */
export function lastRun(runs: readonly ArchivedRun[], started: readonly string[]): ArchivedRun | undefined {
  const current = started.at(-1);
  const usable = runs.filter(({ id, records }) => id !== current && records > 0);
  for (const id of started.slice(0, -1).reverse()) {
    const run = usable.find((one) => one.id === id);
    if (run) return run;
  }
  return usable
    .filter(({ sweep, imported }) => !sweep && !imported)
    .reduce<ArchivedRun | undefined>(
      (newest, run) => (newest && newest.started >= run.started ? newest : run),
      undefined,
    );
}
