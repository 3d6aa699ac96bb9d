/** Placeholder of the branch `rewards`. */
import { z } from 'zod';
export const RewardConfig = z.strictObject({ name: z.literal('exact'), weight: z.number().default(1) });
export const RewardsConfig = z.array(RewardConfig).min(1);
