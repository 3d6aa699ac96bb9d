/** The glossary's terms for metrics. */
import { declaredName, type SeriesName } from '../../run/metrics/lookup.ts';
import { GLOSSARY, type GlossaryEntry, type GlossaryId } from './glossary.ts';

const TERMS = new Map<string, GlossaryId>(
  Object.entries<GlossaryEntry>(GLOSSARY).flatMap(([id, { metrics = [] }]) =>
    metrics.map((metric) => [metric, id as GlossaryId] as const),
  ),
);

/** @returns undefined for a metric that its title explains */
export const termOf = (metric: SeriesName): GlossaryId | undefined =>
  metric.startsWith('gradient_split/') ? 'gradient-split' : TERMS.get(declaredName(metric) ?? metric);
