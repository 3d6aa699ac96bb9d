/** The rewards of a task: a list whose weighted sum is the reward of a response. */
import { z } from 'zod';
import { ContainsReward } from './contains/config.ts';
import { CustomReward } from './custom/config.ts';
import { ExactReward } from './exact/config.ts';
import { FormatReward } from './format/config.ts';
import { JsonReward } from './json/config.ts';
import { LengthReward } from './length/config.ts';
import { NumberReward } from './number/config.ts';
import { RegexReward } from './regex/config.ts';
import { TestsReward } from './tests/config.ts';
import { VerifierReward } from './verifier/config.ts';

export const RewardConfig = z.discriminatedUnion('name', [
  ExactReward,
  NumberReward,
  ContainsReward,
  RegexReward,
  JsonReward,
  FormatReward,
  LengthReward,
  TestsReward,
  VerifierReward,
  CustomReward,
]);
export type RewardConfig = z.infer<typeof RewardConfig>;

/** Longest list of rewards: each is a metric and a curve. */
const MOST_REWARDS = 16;

export const RewardsConfig = z
  .array(RewardConfig)
  .min(1)
  .max(MOST_REWARDS)
  .refine((rewards) => rewards.some(({ weight }) => weight !== 0), 'expected at least one weight other than 0');
export type RewardsConfig = z.infer<typeof RewardsConfig>;
