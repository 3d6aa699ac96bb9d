/** What the benchmark measures, as plain rows: parts, options and the results of each. */
import type { FrameTimes } from './frame-times.ts';
import type { EngineResults } from './engine/parts.ts';

export interface GenerationCase {
  sequences: number;
  /** New tokens a sequence, after a prompt of 4. */
  tokens: number;
}

export interface Generation extends GenerationCase {
  /** Of all sequences together, prompts read included; the median of calls after the first. */
  tokensPerSecond: number;
  /** Dispatches of a call over its rounds. */
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
  /** Multiply-adds a second that the step's matrix products make. */
  multiplyAdds: number;
  /** How many times as long as ours. */
  ratio: number;
}

export interface TrainingRules {
  warmups: number;
  counted: number;
  /** A library whose counted steps have taken this long makes no more of them, once it has two. */
  budgetMs: number;
}

export interface BenchOptions {
  parts: PartName[];
  /** Model sizes of training and generation; all that the adapter can do when left out. */
  sizes: string[] | undefined;
  /** Libraries beside ours; all when left out. */
  peers: string[] | undefined;
  /** Under Node instead of in a browser: our own engine alone. */
  node: boolean;
  /** Puts the tables into docs/performance.md. */
  document: boolean;
}

export interface PartResults extends EngineResults {
  training: TrainingRow[];
  generation: GenerationRow[];
  frames: { idle: FrameTimes; running: FrameTimes };
}

export type PartName = keyof PartResults;
