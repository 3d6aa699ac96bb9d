/** CISPO of MiniMax-M1: importance weights are clamped from above, and no token is dropped. */
import { as, scaled, type Recipe } from './recipe.ts';
import { cispoPaper, cispoVerl } from './sources.ts';

export const CISPO: Recipe = {
  id: 'recipe-cispo',
  title: 'CISPO',
  summary: 'Importance weights are clamped at 1.2 without a lower bound, with 16 updates per rollout.',
  watch: [
    'Preserved gradient: every token keeps a weight, also those that PPO would drop.',
    'Generation batches per step: the paper takes dynamic sampling from DAPO.',
    'Gradient norm and KL over the 16 updates of a rollout: the first signs of an unstable run.',
  ],
  fields: [
    as('rl.strategy.name', 'cispo', cispoPaper('equations 4 and 5')),
    scaled(
      'rl.strategy.cap',
      1.2,
      'clip_ratio_high 0.2, so 1 + 0.2; MiniMax-M1 (section 3.1) tuned it, without saying the value',
      cispoVerl('clip_ratio_high'),
    ),
    as('rl.advantage', 'grpo', cispoPaper('section 3.1')),
    as('rl.aggregation', 'token-mean', cispoPaper('equation 4')),
    as('rl.kl_coefficient', 0, cispoPaper('section 3.1')),
    as('rl.filter_groups', true, cispoPaper('section 3.1: dynamic sampling of DAPO')),
    scaled('rl.max_num_gen_batches', 4, 'no bound stated', cispoPaper('section 3.1: dynamic sampling of DAPO')),
    as('rl.minibatches', 16, cispoPaper('section 3.1: 16 rounds of off-policy updates')),
    scaled('rl.prompts', 32, '256', cispoVerl('train_batch_size')),
    scaled('rl.responses', 8, '5', cispoVerl('rollout.n')),
    scaled('rl.learning_rate', 1e-4, '1e-6 for 0.5B parameters', cispoVerl('optim.lr')),
    as('rl.adam_beta1', 0.9, cispoPaper('section 3.2')),
    as('rl.adam_beta2', 0.95, cispoPaper('section 3.2')),
    as('rl.adam_epsilon', 1e-15, cispoPaper('section 3.2')),
  ],
};
