/** Group-relative advantages (GRPO, arXiv 2402.03300; without the division Dr. GRPO, arXiv 2503.20783). */

/** verl's epsilon (`compute_grpo_outcome_advantage`). */
const EPSILON = 1e-6;

/**
 * @param rewards of one group
 * @param normalize divide by the group's standard deviation (with Bessel's correction, as verl and TRL do)
 * @returns one advantage per response; all 0 when the rewards are equal
 */
export function groupAdvantages(rewards: readonly number[], normalize: boolean): number[] {
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const centred = rewards.map((reward) => reward - mean);
  if (rewards.every((reward) => reward === rewards[0])) return rewards.map(() => 0);
  if (!normalize) return centred;
  const variance = centred.reduce((sum, value) => sum + value * value, 0) / (rewards.length - 1);
  return centred.map((value) => value / (Math.sqrt(variance) + EPSILON));
}
