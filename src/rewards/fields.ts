/** Fields that several rewards share. */
import { z } from 'zod';
import { field } from '../schema/field.ts';

/** The fields of every reward. */
export function rewardFields<N extends string>(name: N, description: string) {
  return {
    name: field(z.literal(name), { label: 'Reward', description }),
    weight: field(z.number().default(1), {
      label: 'Weight',
      description: "Factor of this reward in the response's reward; negative for a penalty.",
    }),
  };
}

/** Whether a cut-off response can earn the reward. */
export const requireFinished = (usual: boolean) =>
  field(z.boolean().default(usual), {
    label: 'Require the end token',
    description: 'On: a response that was cut off before its end token scores 0 and is incorrect.',
  });

export const ignoreCase = field(z.boolean().default(false), {
  label: 'Ignore case',
  description: 'Whether upper and lower case are the same.',
});
