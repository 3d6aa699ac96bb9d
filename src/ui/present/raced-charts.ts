/** What presenter mode offers of a race. */
import { metricOf, type MetricName, type MetricRef } from '../../run/metrics/lookup.ts';
import { RACE_CHARTS } from '../charts/charts.ts';

export interface RacedChart {
  name: string;
  title: string;
  /** Of a chart of curves; standings and responses have none. */
  metric?: MetricRef & { metric: MetricName };
}

export const RACED_CHARTS: readonly RacedChart[] = [
  ...RACE_CHARTS.map((metric): RacedChart => ({ name: metric.metric, title: metricOf(metric.metric).title, metric })),
  { name: 'standings', title: 'Standings' },
  { name: 'responses', title: 'Responses side by side' },
];
