/** A response of a rollout with what it earned. */
import type { Generated } from '../model/generation/generator.ts';
import type { Problem } from '../tasks/task.ts';

/** A response of the newest rollout. */
export interface Response extends Generated {
  problem: Problem;
  /** The prompt's tokens; one array per group. */
  prompt: readonly number[];
  group: number;
  reward: number;
  correct: boolean;
  /** Score of each reward by its key, before weights; empty for a task's own verifier. */
  rewards: Readonly<Record<string, number>>;
  advantage: number;
  /** First of its tokens in `TokenRecords`; -1 when no update uses it. */
  index: number;
}
