/** Where a training step spends its time, kernel by kernel: plain data for the page. */
import type { MemoryPlan } from './memory.ts';

export const STEP_PARTS = ['rollout', 'old log-probs', 'updates'] as const;
export type StepPart = (typeof STEP_PARTS)[number];

export interface StepKernel {
  part: StepPart;
  label: string;
  /** Number of calls in the whole step. */
  calls: number;
  /** Of all its calls together. */
  milliseconds: number;
  /** Per second; undefined for kernels without sums of products. */
  multiplyAdds?: number;
}

export interface StepProfile {
  phase: 'sft' | 'rl';
  /** Timestamps of the adapter, or repetitions of each kernel timed by the wall clock. */
  method: 'timestamps' | 'repetition';
  /** Longest first. */
  kernels: StepKernel[];
  /** Sum over kernels, each timed alone. */
  milliseconds: number;
  /** The tuner's choices on this adapter, by question. */
  choices: Record<string, string>;
  memory: MemoryPlan;
}
