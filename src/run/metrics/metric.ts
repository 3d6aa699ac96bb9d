/** What is declared of a metric. Everything that names, explains or draws one reads this and nothing else. */
import type { Phase } from '../step-record.ts';
import type { Unit } from './units.ts';

/** Whose definition it is: that of a library that others log the same name with, or the studio's own. */
export type MetricSource = 'verl' | 'TRL' | 'GPPO Studio';

export interface Metric {
  /** Of a chart. */
  title: string;
  /** For heads of tables, legends and the command line's progress line: lower case, a few words. */
  short: string;
  /** A word or two beside its newest value in a chart of several metrics, whose title says the rest; else `short`. */
  legend?: string;
  unit: Unit;
  phases: readonly Phase[];
  source: MetricSource;
  /** arXiv number of the paper that it comes from, where a library is not the source. */
  paper?: string;
  /** One or two sentences: what it is, over what it is averaged, and what to know when reading it. */
  help: string;
}
