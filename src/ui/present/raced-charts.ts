/** What presenter mode offers of a race. */
import { metricOf, type MetricName, type MetricRef } from '../../run/metrics/lookup.ts';
import type { Unit } from '../../run/metrics/units.ts';
import { RACE_CHARTS } from '../charts/charts.ts';

export interface RacedChart {
  name: string;
  title: string;
  /** Of a chart of curves. */
  metric?: MetricRef & { metric: MetricName };
  unit: Unit;
}

export const RACED_CHARTS: readonly RacedChart[] = [
  ...RACE_CHARTS.map((metric): RacedChart => {
    const { title, unit } = metricOf(metric.metric);
    return { name: metric.metric, title, metric, unit };
  }),
  { name: 'standings', title: 'Standings', unit: 'count' },
  { name: 'responses', title: 'Responses side by side', unit: 'count' },
];
