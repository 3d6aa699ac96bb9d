/** The benchmark's data as plain rows: parts, options and results. */
import type { FirstResults } from './first-step.ts';
import type { FrameTimes } from './frame-times.ts';
import type { EngineResults } from './engine/parts.ts';
import type { PageLoads } from './page-load/page-load.ts';

export interface GenerationCase {
  sequences: number;
  /** New tokens per sequence, after a prompt of 4. */
  tokens: number;
}

export interface Generation extends GenerationCase {
  /** Of all sequences together, including reading the prompts; the median of calls after the first. */
  tokensPerSecond: number;
  /** Dispatches of a call divided by its rounds. */
  dispatchesPerToken: number;
  error?: string;
}

export interface GenerationRow extends Generation {
  size: string;
  peer: string;
}

/** Of one library at one size. */
export interface Measurement {
  /** Wall times of the counted steps, ms. */
  steps: number[];
  /** Wall time of setting up and of the first step, which compiles, ms. */
  firstMs: number;
  dispatches: number;
  peakBytes: number;
  losses: number[];
  error?: string;
}

export interface TrainingRow extends Measurement {
  size: string;
  parameters: number;
  /** Sequences x length. */
  tokens: [number, number];
  peer: string;
  medianMs: number;
  tokensPerSecond: number;
  /** Multiply-adds per second of the step's matrix products. */
  multiplyAdds: number;
  /** Time relative to ours. */
  ratio: number;
}

export interface TrainingRepeats {
  warmups: number;
  counted: number;
  /** A library stops after two counted steps once its counted steps have taken this long. */
  budgetMs: number;
}

export interface BenchOptions {
  parts: PartName[];
  /** Model sizes of training and generation; by default all that are feasible on the adapter. */
  sizes: string[] | undefined;
  /** Other libraries; all by default. */
  peers: string[] | undefined;
  /** Under Node instead of in a browser: our own engine alone. */
  node: boolean;
  /** Updates the tables of docs/performance.md. */
  document: boolean;
}

export interface PartResults extends EngineResults {
  training: TrainingRow[];
  generation: GenerationRow[];
  frames: { idle: FrameTimes; running: FrameTimes };
  /** One per repeat. */
  'first-step': FirstResults[];
  'page-load': PageLoads;
}

export type PartName = keyof PartResults;
