/** What runs of a claim's sweep are compared by. */
import type { RunSummary } from '../compare/run-summary.ts';

/** A run of a sweep: its figures and its curve of held-out accuracy. */
export interface ClaimRun {
  label: string;
  summary: RunSummary;
  /** Sampled accuracy, 0 to 1, in the order of the evaluations. */
  accuracies: readonly number[];
}

interface MeasureInfo {
  title: string;
  /** Shown after a value. */
  unit: '%' | 'nats';
  /** Of a difference. */
  differenceUnit: 'points' | 'nats';
  /** A difference below it counts as none, in the unit of the value itself. */
  smallest: number;
  of: (run: ClaimRun) => number;
}

const POINTS = { unit: '%', differenceUnit: 'points' } as const;

export const CLAIM_MEASURES = {
  sampled: { title: 'sampled accuracy', ...POINTS, smallest: 0.02, of: ({ summary }) => summary.sampled },
  area: { title: 'sampled accuracy, mean over the run', ...POINTS, smallest: 0.02, of: ({ summary }) => summary.area },
  entropy: {
    title: 'entropy at the end',
    unit: 'nats',
    differenceUnit: 'nats',
    smallest: 0.05,
    of: ({ summary }) => summary.entropy,
  },
  unsteadiness: { title: 'unsteadiness', ...POINTS, smallest: 0.005, of: ({ accuracies }) => unsteadiness(accuracies) },
} as const satisfies Record<string, MeasureInfo>;

export type ClaimMeasure = keyof typeof CLAIM_MEASURES;

/**
 * Standard deviation of independent noise around a smooth curve, from its second differences: those of independent
 * noise with variance v have variance 6 v (Gasser, Sroka and Jennen-Steinmetz 1986, Biometrika 73, 625-633). NaN for
 * fewer than three values.
 */
export function unsteadiness(values: readonly number[]): number {
  const second = values.slice(2).map((value, i) => value - 2 * (values[i + 1] ?? NaN) + (values[i] ?? NaN));
  return Math.sqrt(second.reduce((sum, one) => sum + one ** 2, 0) / second.length / 6);
}
