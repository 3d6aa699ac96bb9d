/**
 * A step's record: one typed record per optimizer step (SFT), per rollout with all its minibatches (RL), or per
 * evaluation. A line of `metrics.jsonl` is one StepRecord.
 *
 * Metric names and definitions are verl's and TRL's where they have one (`metrics/declaration.ts` has all of them).
 */

import type { Row } from '../data/row.ts';

export type Phase = 'sft' | 'rl' | 'evaluation';

export interface StepRecord {
  /** 1-based step of its phase; an evaluation has the step after which it ran (0: before training). */
  step: number;
  phase: Phase;
  /** Finite numbers by metric name. */
  metrics: Record<string, number>;
  /** Wall-clock figures, the only part of a record that may differ between two runs of one config on one adapter. */
  time: StepTime;
  /** What is unusual about the step, as a sentence: why its batch is not full. */
  note?: string;
}

export interface StepTime {
  /** Wall time of the step, in milliseconds. */
  step_ms: number;
  /** Tokens processed or generated in the step, per second. */
  tokens_per_second: number;
  /** Wall time of the parts, in milliseconds. */
  rollout_ms?: number;
  update_ms?: number;
  /** Exact splits of the gradient (`rl.split_every`), not part of update_ms. */
  split_ms?: number;
}

const PHASES: ReadonlySet<unknown> = new Set<Phase>(['sft', 'rl', 'evaluation']);

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

function isNumbers(value: unknown): value is Record<string, number> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name in value) if (!isNumber((value as Record<string, unknown>)[name])) return false;
  return true;
}

/** Whether a stored value is a record. A schema would take as long as reading the records of a long run. */
export function isStepRecord(value: unknown): value is StepRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { step, phase, metrics, time, note } = value as Record<keyof StepRecord, unknown>;
  return (
    Number.isSafeInteger(step) &&
    (step as number) >= 0 &&
    PHASES.has(phase) &&
    isNumbers(metrics) &&
    isNumbers(time) &&
    isNumber(time['step_ms']) &&
    isNumber(time['tokens_per_second']) &&
    (note === undefined || typeof note === 'string')
  );
}

/**
 * A token's zone, by the sign of its advantage and the side of the clip range its ratio is on (README). The index is
 * the code that kernels write.
 */
export const ZONES = ['inside', 'positive-high', 'negative-low', 'positive-low', 'negative-high'] as const;
export type Zone = (typeof ZONES)[number];

/**
 * The parts of the exact gradient split: the policy term by zone, the other terms of the loss, and the policy term
 * without clipping. The index is the code that gradient-split.wgsl reads.
 */
export const SPLIT_PARTS = [...ZONES, 'other', 'unclipped'] as const;
export type SplitPart = (typeof SPLIT_PARTS)[number];

/**
 * Histogram of the log-ratio over response tokens: bins of equal width over [-HISTOGRAM_RANGE, HISTOGRAM_RANGE], ends
 * included.
 */
export const HISTOGRAM_BINS = 64;
/** Nats on either side of log r = 0 that the histogram covers; beyond it tokens count in the end bins. */
export const HISTOGRAM_RANGE = 1;
/**
 * The log r x probability density has DENSITY_COLUMNS over log r (same range) and DENSITY_ROWS over pi_old(y) in [0,
 * 1].
 */
export const DENSITY_COLUMNS = 32;
export const DENSITY_ROWS = 16;

/** Distributions over the tokens of one RL step (all minibatches), counted on the GPU. */
export interface TokenDistributions {
  /** Counts of tokens with A > 0, HISTOGRAM_BINS entries by log r. */
  positive: number[];
  /** Counts of tokens with A < 0. */
  negative: number[];
  /** DENSITY_ROWS x DENSITY_COLUMNS counts, row-major, row 0 = probability 0 to 1/DENSITY_ROWS. */
  density: number[];
}

/** One response of a rollout with the strategy's effect on its tokens in the last minibatch that contained it. */
export interface RolloutView {
  prompt: string;
  reward: number;
  correct: boolean;
  /** Score of each reward by its key, where the task names its rewards. */
  rewards?: Readonly<Record<string, number>>;
  /** The response as graders see it, with the row of its problem. */
  given?: { response: string; finished: boolean; row: Row };
  advantage: number;
  /** The prompt's expected answer, shown next to an incorrect one. */
  answer: string;
  /** Empty for a response that no update of the step used. */
  tokens: TokenView[];
  /** The texts of such a response’s tokens: its group was filtered out. */
  unused?: string[];
}

export interface TokenView {
  text: string;
  ratio: number;
  /** Gradient weight w_t of the run's strategy. */
  weight: number;
  /** The weight that `ppo` with the same epsilons would give this token. */
  ppoWeight: number;
  zone: Zone;
  /** pi(y_t) and pi_old(y_t). */
  probability: number;
  oldProbability: number;
  /** Entropy of the policy at this token, nats. */
  entropy: number;
}
