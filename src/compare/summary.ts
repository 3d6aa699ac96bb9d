/** The summary of a sweep: per strategy, over seeds, with intervals. */
import type { StepRecord } from '../run/step-record.ts';
import { differences, type Difference } from './differences.ts';
import { tInterval, type Interval } from './intervals.ts';
import { mean } from './moments.ts';
import { measured, summarizeRun, type RunRecords, type RunSummary } from './run-summary.ts';
import type { Measure } from './sweep.ts';

export interface StrategySummary {
  label: string;
  runs: RunSummary[];
  sampled: Interval;
  greedy: Interval;
  /** Absent in summaries of earlier versions. */
  passAtK?: Interval;
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
    summaries.map(({ runs: mine }) => new Map(mine.map((run) => [run.seed, measured(run, measure)]))),
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
      passAtK: over('passAtK'),
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
