import { useMemo, type ReactNode } from 'react';
import { strategyNames } from '../../archive/run-list.ts';
import { runFileName } from '../../run/run-name.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { useStoredRun } from '../../store/stored-run-store.ts';
import { useRun } from '../../store/run-store.ts';
import { storedRunLines, withStoredRun } from './stored-run-lines.ts';
import { chartFigures, chartTitle, chartUnit, lineSpecs, type ChartSpec } from './charts.ts';
import { ChartHeading } from './ChartHeading.tsx';
import { LineChartCard } from './LineChartCard.tsx';
import { signature } from './lines.ts';
import { useTurn } from './turns.ts';

/** Lines of the live run, and of a stored run behind it. Rerendered only when one of its series has grown, in turn. */
export function LineCard({ chart }: { chart: ChartSpec }): ReactNode {
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
  const named = running ? { config: running, name: running.name } : storedRun?.run;
  const steps = running?.sft ? undefined : running?.rl?.steps;
  const any = live.some(({ key }) => (series[key]?.steps.length ?? 0) > 0);
  return (
    <LineChartCard
      name={chart.name}
      title={chartTitle(chart)}
      heading={<ChartHeading chart={chart} />}
      figures={any ? chartFigures(chart, (key) => series[key]?.values.at(-1)) : undefined}
      empty={chart.empty ?? metricOf(chart.lines[0].metric).help}
      series={series}
      lines={lines}
      unit={chartUnit(chart)}
      steps={steps}
      run={named ? runFileName(named.config, named.name) : 'run'}
      subtitle={running ? `${running.name}, ${strategyNames([running])[0]}` : (storedRun?.run.name ?? '')}
    />
  );
}
