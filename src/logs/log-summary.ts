/** Logs as a table: what the command line prints, and the page beside its charts. */
import { metricOf } from '../run/metrics/lookup.ts';
import type { Unit } from '../run/metrics/units.ts';
import { matchLog, type MatchedSeries } from './match.ts';
import { logName, type LogSeries, type MetricLog } from './metric-log.ts';

/** Figures of a series, in the unit of its values. */
export interface SeriesFigures {
  first: number;
  last: number;
  lowest: number;
  highest: number;
  points: number;
  /** Its first and last step. */
  from: number;
  to: number;
}

/** @param series with at least one value */
export function figuresOf({ steps, values }: Pick<LogSeries, 'steps' | 'values'>): SeriesFigures {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) [lowest, highest] = [Math.min(lowest, value), Math.max(highest, value)];
  return {
    first: values[0] ?? NaN,
    last: values.at(-1) ?? NaN,
    lowest,
    highest,
    points: values.length,
    from: steps[0] ?? NaN,
    to: steps.at(-1) ?? NaN,
  };
}

export interface SummaryRow extends SeriesFigures {
  log: string;
  /** The studio's title; empty for a metric that it does not have. */
  metric: string;
  unit: Unit;
  /** The name in the log. */
  name: string;
  differs: string;
}

const rowOf = (log: MetricLog, series: LogSeries, match?: MatchedSeries): SummaryRow => ({
  log: logName(log),
  metric: match ? metricOf(match.ours.metric).title : '',
  unit: match ? metricOf(match.ours.metric).unit : 'number',
  name: series.name,
  differs: match?.rule.differs ?? '',
  ...figuresOf(series),
});

/** The series that are metrics of the studio, in the order of the table of names, and the names of the others. */
export function summaryOf(log: MetricLog): { rows: SummaryRow[]; others: string[] } {
  const { matched, others } = matchLog(log);
  return {
    rows: matched.map((match) => rowOf(log, match.series, match)),
    others: others.map(({ name }) => name),
  };
}

/** All series, those that the studio does not have last. */
export function allRows(log: MetricLog): SummaryRow[] {
  const { matched, others } = matchLog(log);
  return [...matched.map((match) => rowOf(log, match.series, match)), ...others.map((series) => rowOf(log, series))];
}
