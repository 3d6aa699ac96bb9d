/** A run's records as curves, with as many points as the live charts have. */
import { BoundedSeries, type Series } from '../run/series.ts';
import type { StepRecord } from '../run/step-record.ts';

/** By `phase/metric`, as in the live charts. @param keys of the curves to build */
export function seriesOf(records: readonly StepRecord[], keys: readonly string[]): Record<string, Series> {
  const series = new Map(keys.map((key) => [key, new BoundedSeries()]));
  for (const { phase, step, metrics } of records) {
    for (const [key, one] of series) {
      const value = key.startsWith(`${phase}/`) ? metrics[key.slice(phase.length + 1)] : undefined;
      if (value !== undefined) one.push(step, value);
    }
  }
  return Object.fromEntries([...series].map(([key, one]) => [key, one.view()]));
}
