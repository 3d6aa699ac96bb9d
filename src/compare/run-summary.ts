/** The figures of one run of a sweep. */
import type { StepRecord } from '../run/step-record.ts';
import { mean } from './moments.ts';
import type { Measure } from './sweep.ts';

/** The records of one run, complete or not. */
export interface RunRecords {
  label: string;
  seed: number;
  records: StepRecord[];
  /** Why it failed. */
  error?: string;
}

export interface RunSummary {
  seed: number;
  /** Held-out accuracy, 0 to 1: the last value, and the value before training; NaN without evaluation. */
  sampled: number;
  greedy: number;
  /** Share of held-out problems that one of the samples solves; NaN with one sample per problem. */
  passAtK: number;
  startSampled: number;
  /** Mean of the accuracy curve over its steps (area by trapezoids, divided by its width). */
  area: number;
  /** Nats; mean over the last tenth of RL steps. */
  entropy: number;
  /** Means over RL steps. */
  clippedLow: number;
  clippedHigh: number;
  clipFraction: number;
  preservedShare: number;
  /** Why the run counts as collapsed. */
  collapsed?: string;
}

/** Fraction of the initial entropy below which a run has collapsed. */
const ENTROPY_FLOOR = 0.05;

function collapse(run: RunRecords, accuracies: readonly number[], entropies: readonly number[]): string | undefined {
  if (run.error) return `failed: ${run.error}`;
  const last = accuracies.at(-1);
  const first = accuracies[0];
  if (last !== undefined && first !== undefined) {
    if (last < Math.max(...accuracies) / 2) return 'accuracy fell below half of its best';
    if (last < first / 2) return 'accuracy fell below half of its start';
  }
  const [start] = entropies;
  const end = entropies.at(-1);
  if (start !== undefined && end !== undefined && end < ENTROPY_FLOOR * start)
    return `entropy fell below ${ENTROPY_FLOOR * 100} % of its start`;
  return undefined;
}

export function summarizeRun(run: RunRecords): RunSummary {
  const rl = run.records.filter(({ phase }) => phase === 'rl');
  const evaluations = run.records.filter(({ phase }) => phase === 'evaluation');
  const series = (records: StepRecord[], name: string) => records.flatMap(({ metrics }) => metrics[name] ?? []);
  const average = (name: string) => mean(series(rl, name));
  const sampled = series(evaluations, 'accuracy/sampled');
  const entropies = series(rl, 'actor/entropy');
  const collapsed = collapse(run, sampled, entropies);
  return {
    seed: run.seed,
    sampled: sampled.at(-1) ?? NaN,
    greedy: series(evaluations, 'accuracy/greedy').at(-1) ?? NaN,
    passAtK: series(evaluations, 'accuracy/pass_at_k').at(-1) ?? NaN,
    startSampled: sampled[0] ?? NaN,
    area: areaUnder(evaluations.map(({ step, metrics }) => [step, metrics['accuracy/sampled'] ?? NaN])),
    entropy: mean(entropies.slice(-Math.max(1, Math.floor(entropies.length / 10)))),
    clippedLow: average('clip_ratio/low_mean'),
    clippedHigh: average('clip_ratio/high_mean'),
    clipFraction: average('actor/pg_clipfrac'),
    preservedShare: average('gradient/preserved_share'),
    ...(collapsed && { collapsed }),
  };
}

/** The figure of a run that arms are compared by. */
export const measured = (run: RunSummary, measure: Measure): number =>
  measure === 'pass_at_k' ? run.passAtK : run[measure];

function areaUnder(points: readonly (readonly [number, number])[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first[0] === last[0]) return first?.[1] ?? NaN;
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]] as [readonly [number, number], readonly [number, number]];
    area += ((a[1] + b[1]) / 2) * (b[0] - a[0]);
  }
  return area / (last[0] - first[0]);
}
