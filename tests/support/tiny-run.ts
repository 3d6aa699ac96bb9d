/** The smallest runs that use all features. */
import { parseRunConfig, type RunConfig, type RunConfigInput } from '../../src/run/config.ts';

const ARCHITECTURE = {
  hidden_size: 16,
  layers: 1,
  heads: 2,
  key_value_heads: 1,
  intermediate_size: 20,
  max_positions: 24,
  tied_head: true,
};

export function tinyRun(change: Partial<RunConfigInput> = {}, rl: Record<string, unknown> = {}): RunConfig {
  return parseRunConfig(
    {
      name: 'tiny',
      seed: 3,
      model: { architecture: ARCHITECTURE },
      task: { name: 'addition', digits: 1 },
      sft: { steps: 3, batch_size: 16, learning_rate: 5e-3 },
      rl: {
        steps: 4,
        prompts: 6,
        responses: 4,
        strategy: { name: 'gppo' },
        minibatches: 2,
        epochs: 2,
        learning_rate: 3e-3,
        filter_groups: false,
        ...rl,
      },
      evaluation: { every: 2, problems: 8 },
      ...change,
    },
    'tiny run',
  );
}
