/** A run's records as curves, with as many points as the live charts have. */
import { BoundedSeries, type Series } from '../run/series.ts';
import type { StepRecord } from '../run/step-record.ts';

/**
 * By `phase/metric`, as in the live charts.
 *
 * @param keys of the curves to build
 * @param most points per curve; by default as many as the live charts have
 */
export function seriesOf(
  records: readonly StepRecord[],
  keys: readonly string[],
  most?: number,
): Record<string, Series> {
  const curves = keys.map((key) => {
    const slash = key.indexOf('/');
    return { key, phase: key.slice(0, slash), metric: key.slice(slash + 1), series: new BoundedSeries(most) };
  });
  for (const { phase, step, metrics } of records) {
    for (const curve of curves) {
      const value = curve.phase === phase ? metrics[curve.metric] : undefined;
      if (value !== undefined) curve.series.push(step, value);
    }
  }
  return Object.fromEntries(curves.map(({ key, series }) => [key, series.view()]));
}

/** Every curve that the live charts can have: all metrics except those per layer, and the speed. */
export function allSeriesOf(records: readonly StepRecord[]): Record<string, Series> {
  const series = new Map<string, BoundedSeries>();
  const push = (key: string, step: number, value: number) => {
    let one = series.get(key);
    if (!one) {
      one = new BoundedSeries();
      series.set(key, one);
    }
    one.push(step, value);
  };
  for (const { phase, step, metrics, time } of records) {
    for (const [name, value] of Object.entries(metrics))
      if (!name.includes('/layers/')) push(`${phase}/${name}`, step, value);
    if (phase !== 'evaluation') push(`${phase}/tokens_per_second`, step, time.tokens_per_second);
  }
  return Object.fromEntries([...series].map(([key, one]) => [key, one.view()]));
}
