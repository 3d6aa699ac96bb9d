import { chartTitle, type ChartSpec } from './charts.ts';

/** A chart's title. */
export function ChartHeading({ chart }: { chart: ChartSpec }) {
  return chartTitle(chart);
}
