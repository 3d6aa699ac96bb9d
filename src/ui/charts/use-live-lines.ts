import { useMemo } from 'react';
import type { RunConfig } from '../../run/config.ts';
import { useRun } from '../../store/run-store.ts';
import { useStoredRun, type StoredRun } from '../../store/stored-run-store.ts';
import { lineSpecs, type ChartSpec } from './charts.ts';
import { signature, type LineSpec, type SeriesByKey } from './lines.ts';
import { storedRunLines, withStoredRun } from './stored-run-lines.ts';
import { useTurn } from './turns.ts';

export interface LiveLines {
  lines: readonly LineSpec[];
  series: SeriesByKey;
  running: RunConfig | undefined;
  storedRun: StoredRun | undefined;
  /** Whether the run itself has values. */
  any: boolean;
}

/** The lines of a chart for the run, and for a stored run behind it. Changes only when one of its series has grown. */
export function useLiveLines(chart: ChartSpec): LiveLines {
  const live = useMemo(() => lineSpecs(chart), [chart]);
  const changed = useTurn(useRun((run) => signature(run.frame?.series, live)));
  const running = useRun((run) => run.running);
  const storedRun = useStoredRun((state) => state.shown);
  const lines = useMemo(
    () => (storedRun ? [...storedRunLines(live, storedRun.run.name), ...live] : live),
    [live, storedRun],
  );
  // The signature represents the series: frames contain equal copies of unchanged ones.
  const series = useMemo(
    () => (changed === '' ? {} : withStoredRun(useRun.getState().frame?.series ?? {}, live, storedRun?.series)),
    [changed, live, storedRun],
  );
  return { lines, series, running, storedRun, any: live.some(({ key }) => (series[key]?.steps.length ?? 0) > 0) };
}
