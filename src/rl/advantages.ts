/**
 * Advantages relative to the other responses of a group. With rewards r_1..r_n of a group, their mean m and standard
 * deviation s, and the standard deviation S over all responses of the rollout:
 *
 *     grpo            (r_i - m) / (s + 1e-6)           GRPO, arXiv 2402.03300; verl `grpo`
 *     dr-grpo          r_i - m                         Dr. GRPO, arXiv 2503.20783; TRL `scale_rewards="none"`
 *     rloo             r_i - mean of r_j, j != i       RLOO, arXiv 2402.14740; verl `rloo`, TRL's RLOOTrainer
 *     rloo-batch-std   rloo / (S of rloo + 1e-4)       TRL's RLOOTrainer with `normalize_advantages`
 *     batch-std       (r_i - m) / (S + 1e-4)           arXiv 2508.08221; TRL `scale_rewards="batch"`
 *
 * Standard deviations are those of a sample (divided by n - 1), as in verl and TRL.
 */
import type { AdvantageKind } from '../run/config.ts';

/** verl's epsilon (`compute_grpo_outcome_advantage`); TRL's GRPOTrainer has 1e-4 here. */
const GROUP_EPSILON = 1e-6;
/** TRL's epsilon (`GRPOTrainer`, `RLOOTrainer`). */
const BATCH_EPSILON = 1e-4;

/**
 * @param groups rewards of all groups of a rollout
 * @returns one advantage per response; exactly 0 in a group of equal rewards
 */
export function advantages(groups: readonly (readonly number[])[], kind: AdvantageKind): number[][] {
  switch (kind) {
    case 'grpo':
      return groups.map((rewards) => divided(centred(rewards), deviation(rewards) + GROUP_EPSILON));
    case 'dr-grpo':
      return groups.map(centred);
    case 'rloo':
      return groups.map(leaveOneOut);
    case 'rloo-batch-std': {
      // TRL also subtracts the mean over the batch, which is 0: leave-one-out advantages of a group add up to 0.
      const differences = groups.map(leaveOneOut);
      const scale = deviation(differences.flat()) + BATCH_EPSILON;
      return differences.map((group) => divided(group, scale));
    }
    case 'batch-std': {
      const scale = deviation(groups.flat()) + BATCH_EPSILON;
      return groups.map((rewards) => divided(centred(rewards), scale));
    }
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Differences from the mean; exactly 0 where all rewards are equal, also if their mean is rounded. */
function centred(rewards: readonly number[]): number[] {
  if (rewards.every((reward) => reward === rewards[0])) return rewards.map(() => 0);
  const middle = mean(rewards);
  return rewards.map((reward) => reward - middle);
}

/** r_i - (sum of the others) / (n - 1) = (r_i - m) n / (n - 1) */
const leaveOneOut = (rewards: readonly number[]): number[] =>
  centred(rewards).map((difference) => (difference === 0 ? 0 : (difference * rewards.length) / (rewards.length - 1)));

/** With Bessel's correction; 0 for a single value. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.map((value) => value - middle).reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares / (values.length - 1));
}

const divided = (values: readonly number[], scale: number): number[] => values.map((value) => value / scale);
