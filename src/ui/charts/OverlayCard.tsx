import { useMemo } from 'react';
import { metricOf, seriesKey, titleWithUnit, type MetricRef } from '../../run/metrics/lookup.ts';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { LineChartCard } from './LineChartCard.tsx';
import { overlaidLines, type OverlaidRun } from './overlaid-lines.ts';

interface OverlayCardProps {
  chart: MetricRef;
  drawn: readonly OverlaidRun[];
  /** Last step on the axis; defaults to the last one that a run has made. */
  steps: number | undefined;
  /** What the lines are over; by default the step. */
  along?: string;
  /** What is overlaid: charts of one name mark the same step together, and remember their axes. */
  name: string;
  /** For names of files. */
  run: string;
  /** By default the run, or how many are drawn. */
  subtitle?: string;
  height?: number;
  /** Shown while no run has the metric; by default the card is left out then. */
  empty?: string;
}

/** One metric of several runs: one line per run. */
export function OverlayCard({
  chart,
  drawn,
  steps,
  along,
  name,
  run,
  subtitle,
  height = 150,
  empty,
}: OverlayCardProps) {
  const { series, lines } = useMemo(() => overlaidLines(chart, drawn), [drawn, chart]);
  if (lines.length === 0 && empty === undefined) return null;
  const title = titleWithUnit(chart.metric);
  return (
    <LineChartCard
      name={`${name}-${seriesKey(chart)}`}
      title={title}
      heading={<MetricTerm metric={chart.metric}>{title}</MetricTerm>}
      empty={empty ?? ''}
      series={series}
      lines={lines}
      unit={metricOf(chart.metric).unit}
      steps={steps}
      {...(along !== undefined && { along })}
      height={height}
      together={name}
      run={run}
      subtitle={subtitle ?? (lines.length === 1 ? (lines[0]?.title ?? '') : `${lines.length} runs`)}
    />
  );
}
