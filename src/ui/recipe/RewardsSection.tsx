/** The place of the task's rewards. */
export function RewardsSection() {
  return null;
}
