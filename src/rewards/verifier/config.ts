import { z } from 'zod';
import { rewardFields } from '../fields.ts';

export const VerifierReward = z.strictObject({
  ...rewardFields('verifier', "verifier: the task's own verifier, to combine with other rewards; data has none."),
});
export type VerifierReward = z.infer<typeof VerifierReward>;
