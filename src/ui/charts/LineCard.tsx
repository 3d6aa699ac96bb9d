import { useMemo, type ReactNode } from 'react';
import { strategyNames } from '../../archive/run-list.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { useGhost } from '../../store/ghost-store.ts';
import { useRun } from '../../store/run-store.ts';
import { behindSpecs, withBehind } from './behind.ts';
import { chartFigures, chartTitle, chartUnit, lineSpecs, type ChartSpec } from './charts.ts';
import { ChartHeading } from './ChartHeading.tsx';
import { LineChartCard } from './LineChartCard.tsx';
import { signature } from './lines.ts';

/** Lines of the live run, and of a stored run behind it. Rerendered only when one of its series has grown. */
export function LineCard({ chart }: { chart: ChartSpec }): ReactNode {
  const live = useMemo(() => lineSpecs(chart), [chart]);
  const changed = useRun((run) => signature(run.frame?.series, live));
  const running = useRun((run) => run.running);
  const ghost = useGhost((state) => state.shown);
  const lines = useMemo(() => (ghost ? [...behindSpecs(live, ghost.run.name), ...live] : live), [live, ghost]);
  // The signature represents the series: frames contain equal copies of unchanged ones.
  const series = useMemo(
    () => (changed === '' ? {} : withBehind(useRun.getState().frame?.series ?? {}, live, ghost?.series)),
    [changed, live, ghost],
  );
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
      run={running?.name ?? ghost?.run.name ?? 'run'}
      subtitle={running ? `${running.name}, ${strategyNames([running])[0]}` : (ghost?.run.name ?? '')}
    />
  );
}
