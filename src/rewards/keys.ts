/** The keys of rewards: what their metrics, curves and table columns are called. */

/** A key per reward: its name, numbered from its second occurrence: `number`, `number-2`. */
export function rewardKeys(rewards: readonly { name: string }[]): string[] {
  const seen = new Map<string, number>();
  return rewards.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  });
}
