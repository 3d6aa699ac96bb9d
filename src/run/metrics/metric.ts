/** The declaration of a metric, the single source of its names, explanations and charts. */
import type { Phase } from '../step-record.ts';
import type { Unit } from './units.ts';

/** Source of the definition: a library that logs the same name, or the studio. */
export type MetricSource = 'verl' | 'TRL' | 'GPPO Studio';

export interface Metric {
  /** Of a chart. */
  title: string;
  /** For heads of tables, legends and the command line's progress line: lower case, a few words. */
  short: string;
  /**
   * A word or two beside its newest value in a chart of several metrics, whose title gives the context; defaults to
   * `short`.
   */
  legend?: string;
  unit: Unit;
  phases: readonly Phase[];
  source: MetricSource;
  /** arXiv number of its paper, if its source is not a library. */
  paper?: string;
  /** One or two sentences: what it is, over what it is averaged, and what to know when reading it. */
  help: string;
}
