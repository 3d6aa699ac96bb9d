import type { ReactNode } from 'react';
import { metricOf, type SeriesName } from '../../run/metrics/lookup.ts';
import { termOf } from './metric-terms.ts';
import { Term } from './Term.tsx';

interface MetricTermProps {
  metric: SeriesName;
  /** The metric's definition; defaults to that of its declaration. */
  help?: string;
  children: ReactNode;
}

/** A metric's name, explained by the glossary if it has the term, with the metric's own definition. */
export function MetricTerm({ metric, help = metricOf(metric).help, children }: MetricTermProps) {
  const term = termOf(metric);
  return term === undefined ? (
    <span title={help}>{children}</span>
  ) : (
    <Term id={term} note={help} lesson>
      {children}
    </Term>
  );
}
