import { memo } from 'react';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { chartHelp, chartTitle, type ChartSpec } from './charts.ts';

/** A chart's title, with an explanation of its term and of its metrics. */
export const ChartHeading = memo(function ChartHeading({ chart }: { chart: ChartSpec }) {
  return (
    <MetricTerm metric={chart.lines[0].metric} help={chartHelp(chart)}>
      {chartTitle(chart)}
    </MetricTerm>
  );
});
