/** Looks up a metric's declaration by its name in a StepRecord. */
import type { Phase, StepTime } from '../step-record.ts';
import { METRICS, TIMES } from './declaration.ts';
import { familyOf, type Filled } from './families.ts';
import type { Metric } from './metric.ts';
import { formatValue, unitOf } from './units.ts';

/** Names in a StepRecord's `metrics`. */
export type MetricName = Filled<keyof typeof METRICS>;
/** Names that can be drawn over steps: metrics, and figures of a StepRecord's `time`. */
export type SeriesName = MetricName | keyof StepTime;

const DECLARED: Readonly<Record<string, Metric>> = { ...METRICS, ...TIMES };

/** @returns undefined for a name that is not declared, as in a record of another version of the studio */
export function metricOf(name: SeriesName): Metric;
export function metricOf(name: string): Metric | undefined;
export function metricOf(name: string): Metric | undefined {
  // A pattern itself (`zone/<zone>/mass`) is not a metric's name.
  return name.includes('<') || !Object.hasOwn(DECLARED, name) ? familyOf(name)?.metric : DECLARED[name];
}

/** The key of a metric's declaration in METRICS or TIMES: its family's, or its own. */
export function declaredName(name: string): string | undefined {
  return familyOf(name)?.family ?? (metricOf(name) && name);
}

/** A metric in one phase, as charts and sweeps choose them. */
export interface MetricRef {
  phase: Phase;
  metric: SeriesName;
}

/** Key of its series on the page. */
export const seriesKey = ({ phase, metric }: MetricRef): string => `${phase}/${metric}`;

/** `43.8 %`, `3e-4`, `0.238`. */
export const formatMetric = (name: SeriesName, value: number): string => formatValue(metricOf(name).unit, value);

/** `Entropy, nats per token`; without a unit where values carry their own. */
export function titleWithUnit(name: SeriesName): string {
  const { title, unit } = metricOf(name);
  const { label } = unitOf(unit);
  return label === '' || label === '%' ? title : `${title}, ${label}`;
}
