/** The claims, by their numbers. */
import type { Claim } from './claim.ts';
import { correctnessFilter } from './correctness-filter.ts';
import { fewSources } from './few-sources.ts';
import { gppo } from './gppo.ts';
import { groupFilter } from './group-filter.ts';
import { sftLoss } from './sft-loss.ts';
import { softRewards } from './soft-rewards.ts';
import { strongerTeacher } from './stronger-teacher.ts';
import { twoScales } from './two-scales.ts';

export const CLAIMS: readonly Claim[] = [
  fewSources,
  correctnessFilter,
  strongerTeacher,
  sftLoss,
  gppo,
  softRewards,
  groupFilter,
  twoScales,
];
