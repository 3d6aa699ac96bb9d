/** What a comparison takes from its base config. */
import type { RunConfig } from '../../run/config.ts';

/** `embedded:addition-0.1M, 20 steps, 32 × 8 responses, 12 updates each, learning rate 5e-4`; empty without RL. */
export function baseText({ model, rl }: RunConfig): string {
  if (!rl) return '';
  return [
    'checkpoint' in model ? model.checkpoint : 'new model',
    `${rl.steps} steps`,
    `${rl.prompts} × ${rl.responses} responses`,
    `${rl.minibatches * rl.epochs} updates each`,
    `learning rate ${rl.learning_rate.toExponential()}`,
  ].join(', ');
}

/** The base with a held-out accuracy, which comparisons need. */
export const evaluated = (base: RunConfig): RunConfig => ({
  ...base,
  evaluation: base.evaluation ?? { every: 10, problems: 256, samples: 1 },
});
