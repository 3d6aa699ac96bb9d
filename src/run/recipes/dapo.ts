/** DAPO: Clip-Higher, dynamic sampling, token-level loss and a soft penalty of long responses. */
import { as, scaled, type Recipe } from './recipe.ts';
import { dapoPaper, dapoVerl } from './sources.ts';

export const DAPO: Recipe = {
  id: 'recipe-dapo',
  title: 'DAPO',
  summary: 'Clip-Higher 0.2 / 0.28, dynamic sampling, token-level loss and the soft penalty of long responses.',
  watch: [
    'Generation batches per step: dynamic sampling draws further prompts in place of groups with zero advantage.',
    'Clipped: 16 updates per rollout move tokens out of the range, and above it their gradient is dropped.',
    'The length reward is 0 unless responses grow beyond 8 tokens.',
  ],
  fields: [
    // The paper rewards with 1 and -1, this task with 1 and 0: half the penalty has the same effect.
    scaled(
      'task.rewards',
      [
        { name: 'exact', weight: 1 },
        { name: 'length', weight: 0.5, max_tokens: 10, cache_tokens: 2 },
      ],
      'rewards 1 and -1 (section 2.4); at most 20,480 tokens, of which 4,096 are the soft punish cache',
      dapoPaper('section 4.1, equation 13'),
    ),
    as('rl.strategy.name', 'clip-higher', dapoPaper('section 3.1')),
    as('rl.strategy.eps_low', 0.2, dapoPaper('section 4.1')),
    as('rl.strategy.eps_high', 0.28, dapoPaper('section 4.1')),
    as('rl.advantage', 'grpo', dapoPaper('equation 9')),
    as('rl.aggregation', 'token-mean', dapoPaper('section 3.3')),
    as('rl.filter_groups', true, dapoPaper('section 3.2')),
    as('rl.max_num_gen_batches', 10, dapoVerl('Dynamic Sampling')),
    as('rl.kl_coefficient', 0, dapoPaper('section 2.3')),
    scaled('rl.prompts', 32, '512', dapoPaper('section 4.1')),
    scaled('rl.responses', 8, '16', dapoPaper('section 4.1')),
    scaled('rl.max_response_tokens', 10, '20,480', dapoPaper('section 4.1')),
    as('rl.minibatches', 16, dapoPaper('section 4.1')),
    scaled('rl.learning_rate', 1e-4, '1e-6 for 32B parameters', dapoPaper('section 4.1')),
    as('rl.schedule', 'constant', dapoPaper('section 4.1')),
    scaled('rl.warmup_steps', 16, '20 rollouts, here 1', dapoPaper('section 4.1')),
  ],
};
