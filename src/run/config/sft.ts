/** Supervised fine-tuning, the stage before RL. */
import { z } from 'zod';
import { count, field, fraction } from '../../schema/field.ts';
import { optimizerFields } from './optimizer.ts';

export const SftConfig = z.strictObject({
  steps: field(count, {
    label: 'Steps',
    description: 'Number of optimizer updates; fewer leave more for RL to learn.',
    unit: 'steps',
  }),
  batch_size: field(count.max(65_536).default(128), {
    label: 'Batch size',
    description: 'Examples per update; larger batches give smoother gradients and take longer.',
    unit: 'examples',
  }),
  wrong_fraction: field(fraction.default(0), {
    label: 'Incorrect solutions',
    description: 'Share of examples whose solution is incorrect; raise it to leave RL something to improve.',
  }),
  ...optimizerFields(3e-3),
});
export type SftConfig = z.infer<typeof SftConfig>;
