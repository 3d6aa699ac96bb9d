/** What is shown of a sweep, on the page and by the command line: columns of its tables, and curves. */
import { metricOf, type MetricName, type MetricRef } from '../run/metrics/lookup.ts';
import { unitOf } from '../run/metrics/units.ts';
import type { StrategySummary, SweepSummary } from './summary.ts';
import type { RunSummary } from './run-summary.ts';
import type { Measure } from './sweep.ts';

/** What arms are compared by, in words. */
export const MEASURES: Readonly<Record<Measure, string>> = {
  sampled: 'sampled accuracy',
  greedy: 'greedy accuracy',
  pass_at_k: 'pass@k',
  area: 'sampled accuracy, mean over the run',
};

type RunField = Exclude<keyof RunSummary, 'seed' | 'collapsed'>;

/** A figure of a run. */
export interface SummaryColumn {
  field: RunField;
  metric: MetricName;
  /** What is taken of the metric's curve. */
  statistic: 'last' | 'first' | 'mean over the run' | 'mean over steps' | 'end of the run';
  /** Its name in runs.csv, which scripts read. */
  csv: string;
}

/** One that tables on the page and in table.md show: its mean over seeds, or the mean with its interval. */
export interface TableColumn extends SummaryColumn {
  field: RunField & keyof StrategySummary;
  table: 'mean' | 'interval';
}

export const SUMMARY_COLUMNS: readonly (SummaryColumn | TableColumn)[] = [
  { field: 'sampled', metric: 'accuracy/sampled', statistic: 'last', csv: 'accuracy_sampled', table: 'interval' },
  { field: 'greedy', metric: 'accuracy/greedy', statistic: 'last', csv: 'accuracy_greedy', table: 'mean' },
  { field: 'passAtK', metric: 'accuracy/pass_at_k', statistic: 'last', csv: 'pass_at_k', table: 'mean' },
  { field: 'startSampled', metric: 'accuracy/sampled', statistic: 'first', csv: 'accuracy_sampled_start' },
  {
    field: 'area',
    metric: 'accuracy/sampled',
    statistic: 'mean over the run',
    csv: 'accuracy_sampled_mean_over_run',
    table: 'mean',
  },
  { field: 'entropy', metric: 'actor/entropy', statistic: 'end of the run', csv: 'entropy_end', table: 'mean' },
  { field: 'clippedLow', metric: 'clip_ratio/low_mean', statistic: 'mean over steps', csv: 'clip_low', table: 'mean' },
  {
    field: 'clippedHigh',
    metric: 'clip_ratio/high_mean',
    statistic: 'mean over steps',
    csv: 'clip_high',
    table: 'mean',
  },
  { field: 'clipFraction', metric: 'actor/pg_clipfrac', statistic: 'mean over steps', csv: 'pg_clipfrac' },
  {
    field: 'preservedShare',
    metric: 'gradient/preserved_share',
    statistic: 'mean over steps',
    csv: 'preserved_share',
    table: 'mean',
  },
];

export const TABLE_COLUMNS = SUMMARY_COLUMNS.filter((column): column is TableColumn => 'table' in column);

/** The columns that have a value in at least one arm. */
export const tableColumns = ({ strategies }: Pick<SweepSummary, 'strategies'>): readonly TableColumn[] =>
  TABLE_COLUMNS.filter(({ field }) => strategies.some((one) => Number.isFinite(one[field]?.mean)));

/** Head of a column: `sampled accuracy, mean over the run, %`. Means over steps and last values go without saying. */
export function columnHead({ metric, statistic }: SummaryColumn): string {
  const { short, unit } = metricOf(metric);
  const { label } = unitOf(unit);
  const said = statistic === 'mean over the run' || statistic === 'end of the run' ? [statistic] : [];
  return [short, ...said, ...(label === '' ? [] : [label])].join(', ');
}

/** A cell of a column, in the unit that its head names. */
export const columnNumber = ({ metric }: SummaryColumn, value: number): string =>
  unitOf(metricOf(metric).unit).number(value);

export const SWEEP_CURVES: readonly (MetricRef & { metric: MetricName })[] = [
  { phase: 'evaluation', metric: 'accuracy/sampled' },
  { phase: 'evaluation', metric: 'accuracy/greedy' },
  { phase: 'rl', metric: 'critic/score/mean' },
  { phase: 'rl', metric: 'actor/entropy' },
  { phase: 'rl', metric: 'clip_ratio/region_mean' },
  { phase: 'rl', metric: 'gradient/preserved_share' },
  { phase: 'rl', metric: 'actor/grad_norm' },
];
