/** GSPO: one ratio per response, the geometric mean of its tokens' ratios, clipped in a range of 3e-4 and 4e-4. */
import { as, scaled, type Recipe } from './recipe.ts';
import { gspoPaper, gspoVerl } from './sources.ts';

export const GSPO: Recipe = {
  id: 'recipe-gspo',
  title: 'GSPO',
  summary: 'Whole responses are clipped: ε = 3e-4 / 4e-4 on the geometric mean of the ratios, 4 updates per rollout.',
  watch: [
    'Clipped: far more tokens than with PPO, because all tokens of a response are clipped together.',
    'Responses of 3 to 4 tokens vary more than the long ones that the paper’s range is for.',
    'Raise both ε to 0.02 and train again: fewer responses are clipped.',
  ],
  fields: [
    as('rl.strategy.name', 'gspo', gspoPaper('equation 5')),
    as('rl.strategy.eps_low', 3e-4, gspoPaper('section 5.1')),
    as('rl.strategy.eps_high', 4e-4, gspoPaper('section 5.1')),
    as('rl.advantage', 'grpo', gspoPaper('equation 6')),
    as('rl.aggregation', 'seq-mean-token-mean', gspoVerl('loss_agg_mode')),
    as('rl.minibatches', 4, gspoPaper('section 5.1')),
    as('rl.kl_coefficient', 0, gspoVerl('use_kl_loss')),
    scaled('rl.prompts', 32, '512', gspoVerl('train_batch_size')),
    scaled('rl.responses', 8, '16', gspoVerl('n_resp_per_prompt')),
    as('rl.temperature', 1, gspoVerl('temperature')),
    as('rl.top_p', 1, gspoVerl('top_p')),
    scaled('rl.learning_rate', 3e-4, '1e-6 for 3B parameters', gspoVerl('optim.lr')),
    as('rl.weight_decay', 0.1, gspoVerl('weight_decay')),
  ],
};
