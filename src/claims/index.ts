/** The claims, by their numbers. */
import { gppo } from './gppo.ts';
import { groupFilter } from './group-filter.ts';
import { sftLoss } from './sft-loss.ts';
import { softRewards } from './soft-rewards.ts';
import { twoScales } from './two-scales.ts';
import type { Claim } from './claim.ts';

export const CLAIMS: readonly Claim[] = [sftLoss, gppo, softRewards, groupFilter, twoScales];
