/** The summary of a sweep: per strategy, over seeds, with intervals. */
import type { StepRecord } from '../run/step-record.ts';
import { differences, type Difference } from './differences.ts';
import { tInterval, type Interval } from './intervals.ts';
import { mean } from './paired.ts';
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

export interface StrategySummary {
  label: string;
  runs: RunSummary[];
  sampled: Interval;
  greedy: Interval;
  area: Interval;
  entropy: Interval;
  clippedLow: Interval;
  clippedHigh: Interval;
  clipFraction: Interval;
  preservedShare: Interval;
  /** Number of seeds whose run collapsed. */
  collapsed: number;
  /** Of the measure, to the baseline's, paired by seed; absent for the baseline. */
  difference?: Difference;
}

export interface SweepSummary {
  baseline: string;
  confidence: number;
  /** What arms are compared by; absent in summaries of earlier versions, which compared by sampled accuracy. */
  measure?: Measure;
  /** One per arm. */
  strategies: StrategySummary[];
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

export interface SummaryOptions {
  baseline: string;
  confidence: number;
  /** By default sampled accuracy at the end. */
  measure?: Measure | undefined;
}

/**
 * @param labels arms in the order of the table
 * @param runs complete or not; an arm without runs is omitted
 */
export function summarize(
  labels: readonly string[],
  runs: readonly RunRecords[],
  { baseline, confidence, measure = 'sampled' }: SummaryOptions,
): SweepSummary {
  const summaries = labels
    .map((label) => ({
      label,
      runs: runs
        .filter((run) => run.label === label)
        .map(summarizeRun)
        .sort((a, b) => a.seed - b.seed),
    }))
    .filter((one) => one.runs.length > 0);
  const compared = differences(
    summaries.map(({ runs: mine }) => new Map(mine.map((run) => [run.seed, run[measure]]))),
    summaries.findIndex(({ label }) => label === baseline),
    confidence,
  );
  const strategies = summaries.map(({ label, runs: mine }, i): StrategySummary => {
    const over = (field: Exclude<keyof RunSummary, 'seed' | 'collapsed'>) =>
      tInterval(
        mine.map((run) => run[field]),
        confidence,
      );
    const difference = compared[i];
    return {
      label,
      runs: mine,
      sampled: over('sampled'),
      greedy: over('greedy'),
      area: over('area'),
      entropy: over('entropy'),
      clippedLow: over('clippedLow'),
      clippedHigh: over('clippedHigh'),
      clipFraction: over('clipFraction'),
      preservedShare: over('preservedShare'),
      collapsed: mine.filter((run) => run.collapsed !== undefined).length,
      ...(difference && { difference }),
    };
  });
  return { baseline, confidence, measure, strategies };
}

/**
 * A metric over steps, per strategy: the mean over the seeds that have the step, and a band: a t interval for 3 or more
 * seeds, else minimum to maximum.
 */
export interface Curve {
  label: string;
  steps: number[];
  mean: number[];
  low: number[];
  high: number[];
  seeds: number[];
  /** Each seed's own line, in the order of `seeds`. */
  bySeed: { steps: number[]; values: number[] }[];
}

export function curvesOf(
  labels: readonly string[],
  runs: readonly RunRecords[],
  phase: StepRecord['phase'],
  metric: string,
  confidence: number,
): Curve[] {
  return labels.flatMap((label): Curve[] => {
    const mine = runs.filter((run) => run.label === label);
    const byStep = new Map<number, number[]>();
    for (const { records } of mine) {
      for (const record of records) {
        const value = record.metrics[metric];
        if (record.phase !== phase || value === undefined) continue;
        const values = byStep.get(record.step);
        if (values) values.push(value);
        else byStep.set(record.step, [value]);
      }
    }
    const points = [...byStep].sort(([a], [b]) => a - b);
    if (points.length === 0) return [];
    const bands = points.map(([, values]) =>
      values.length >= 3
        ? tInterval(values, confidence)
        : { mean: mean(values), low: Math.min(...values), high: Math.max(...values) },
    );
    return [
      {
        label,
        steps: points.map(([step]) => step),
        mean: bands.map((band) => band.mean),
        low: bands.map(({ low }) => low),
        high: bands.map(({ high }) => high),
        seeds: mine.map(({ seed }) => seed),
        bySeed: mine.map(({ records }) => {
          const own = records.filter((record) => record.phase === phase && record.metrics[metric] !== undefined);
          return { steps: own.map(({ step }) => step), values: own.map((record) => record.metrics[metric] ?? NaN) };
        }),
      },
    ];
  });
}
