/** Where a training step spends its time, kernel by kernel: plain data for the page. */
import type { MemoryPlan } from './memory.ts';

export const STEP_PARTS = ['rollout', 'old log-probs', 'updates'] as const;
export type StepPart = (typeof STEP_PARTS)[number];

export interface StepKernel {
  part: StepPart;
  label: string;
  /** In the whole step. */
  calls: number;
  /** Of all its calls together. */
  milliseconds: number;
  /** A second; undefined for kernels without sums of products. */
  multiplyAdds?: number;
}

export interface StepProfile {
  phase: 'sft' | 'rl';
  /** Timestamps on the adapter, or each kernel repeated against the wall clock. */
  method: 'timestamps' | 'repetition';
  /** The longest first. */
  kernels: StepKernel[];
  /** Sum over kernels, each run alone. */
  milliseconds: number;
  /** By question, what the tuner took on this adapter. */
  choices: Record<string, string>;
  memory: MemoryPlan;
}
