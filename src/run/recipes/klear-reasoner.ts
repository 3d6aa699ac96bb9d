/** Klear-Reasoner 8B: GPPO with an SFT loss on correct responses. */
import { as, scaled, type Recipe } from './recipe.ts';
import { klearCode, klearReadme, klearScript } from './sources.ts';

export const KLEAR_REASONER: Recipe = {
  id: 'recipe-klear-reasoner',
  title: 'Klear-Reasoner',
  summary: 'GPPO 0.2 / 0.28 with an SFT loss on correct responses (α = 0.1), 8 updates per rollout.',
  watch: [
    'Preserved gradient: what GPPO keeps of the tokens outside the clip range, which grow with the 8 updates.',
    'SFT loss on correct responses: falls while their probability rises.',
    'Groups with zero advantage are left out of the loss: their share grows as the policy improves.',
  ],
  fields: [
    as('rl.strategy.name', 'gppo', klearCode('loss_func')),
    as('rl.strategy.eps_low', 0.2, klearScript('clip_ratio_low')),
    as('rl.strategy.eps_high', 0.28, klearScript('clip_ratio_high')),
    as('rl.strategy.beta1', 1, klearReadme('General Form')),
    as('rl.strategy.beta2', 1, klearReadme('General Form')),
    as('rl.strategy.dual_clip', 10, klearScript('clip_ratio_c')),
    as('rl.positive_lm', 0.1, klearScript('positive_loss_coeff')),
    as('rl.advantage', 'grpo', klearScript('adv_estimator')),
    as('rl.aggregation', 'token-mean', klearScript('loss_agg_mode')),
    as('rl.kl_coefficient', 0, klearScript('use_kl_loss')),
    as('rl.entropy_coefficient', 0, klearScript('entropy_coeff')),
    as('rl.filter_groups', true, klearScript('filter_groups')),
    as('rl.max_num_gen_batches', 1, klearScript('max_num_gen_batches')),
    scaled('rl.prompts', 32, '256 are sampled, of which at most 128 train', klearScript('gen_prompt_bsz')),
    as('rl.responses', 8, klearScript('n_resp_per_prompt')),
    as('rl.minibatches', 8, klearScript('128 prompts in minibatches of 16')),
    as('rl.temperature', 1, klearScript('temperature')),
    as('rl.top_p', 1, klearScript('top_p')),
    scaled('rl.learning_rate', 2e-4, '1e-6 for 8B parameters', klearScript('optim.lr')),
    scaled('rl.warmup_steps', 8, '10 rollouts, here 1', klearScript('lr_warmup_steps')),
    as('rl.weight_decay', 0.1, klearScript('weight_decay')),
    as('rl.gradient_clip', 1, klearScript('grad_clip')),
  ],
};
