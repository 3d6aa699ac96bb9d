/** What the study measures, with the columns of runs.csv; the first one decides (docs/regimes/protocol.md). */
export const REGIME_MEASURES = {
  sampled: { column: 'accuracy_sampled', title: 'sampled accuracy' },
  greedy: { column: 'accuracy_greedy', title: 'greedy accuracy' },
  pass: { column: 'pass_at_k', title: 'pass@4' },
} as const;

export type RegimeMeasure = keyof typeof REGIME_MEASURES;

export const MEASURE_NAMES = Object.keys(REGIME_MEASURES) as RegimeMeasure[];

/** Of the study's intervals. */
export const CONFIDENCE = 0.95;
