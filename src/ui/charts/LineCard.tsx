import type { ReactNode } from 'react';
import { strategyNames } from '../../archive/run-list.ts';
import { runFileName } from '../../run/run-name.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { chartFigures, chartTitle, chartUnit, type ChartSpec } from './charts.ts';
import { ChartHeading } from './ChartHeading.tsx';
import { LineChartCard } from './LineChartCard.tsx';
import { useLiveLines } from './use-live-lines.ts';

/** Lines of the live run, and of a stored run behind it. Rerendered only when one of its series has grown, in turn. */
export function LineCard({ chart }: { chart: ChartSpec }): ReactNode {
  const { lines, series, running, storedRun, any } = useLiveLines(chart);
  const named = running ? { config: running, name: running.name } : storedRun?.run;
  const steps = running?.sft ? undefined : running?.rl?.steps;
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
