/** Settings of a cell, from the fields that its sweep varies. */
import type { Cell } from './results.ts';

export const epochsOf = ({ set }: Cell): number => Number(set['rl.epochs']);
export const startOf = ({ set }: Cell): string => String(set['model.checkpoint']);
export const groupOf = ({ set }: Cell): number => Number(set['rl.responses']);
/** `hard` or `soft`, of the reward `tests`. */
export const rewardsOf = ({ set }: Cell): string =>
  (set['task.rewards'] as { mode?: string }[] | undefined)?.[0]?.mode ?? '';
