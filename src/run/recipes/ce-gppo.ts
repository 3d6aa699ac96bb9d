/** CE-GPPO for models of 1.5B and of 7B parameters, which differ in beta1 alone. */
import { as, scaled, type Recipe, type RecipeField } from './recipe.ts';
import { cegppoPaper, cegppoScript } from './sources.ts';

// The values of which the released script has others, or none per size. They were read in summaries of the paper.
const reported = (place: string) => cegppoPaper(`as reported in summaries of the paper; ${place}`);

const fields = (beta1: number, parameters: string): readonly RecipeField[] => [
  as('rl.strategy.name', 'ce-gppo', cegppoScript('loss_func gppo_general')),
  as('rl.strategy.eps_low', 0.2, cegppoScript('clip_ratio_low')),
  as('rl.strategy.eps_high', 0.2, reported('the released script has 0.28')),
  as('rl.strategy.beta1', beta1, reported(`model of ${parameters}; the released script has 0.25`)),
  as('rl.strategy.beta2', 1, cegppoScript('gppo_loss_beta2')),
  as('rl.strategy.dual_clip', 10, cegppoScript('clip_ratio_c')),
  as('rl.positive_lm', 0.1, cegppoScript('positive_loss_coeff')),
  as('rl.advantage', 'grpo', cegppoScript('adv_estimator')),
  as('rl.aggregation', 'token-mean', cegppoScript('loss_agg_mode')),
  as('rl.kl_coefficient', 0, cegppoScript('use_kl_loss')),
  as('rl.entropy_coefficient', 0, cegppoScript('entropy_coeff')),
  as('rl.filter_groups', true, cegppoScript('filter_groups')),
  scaled('rl.prompts', 32, '256 are sampled, of which at most 128 train', cegppoScript('gen_prompt_bsz')),
  as('rl.responses', 8, cegppoScript('n_resp_per_prompt')),
  as('rl.minibatches', 8, cegppoScript('128 prompts in minibatches of 16')),
  as('rl.temperature', 1, cegppoScript('temperature')),
  scaled('rl.learning_rate', 2e-4, `1e-6 for ${parameters} parameters`, cegppoScript('optim.lr')),
  scaled('rl.warmup_steps', 8, '10 rollouts, here 1', cegppoScript('lr_warmup_steps')),
  as('rl.weight_decay', 0.1, cegppoScript('weight_decay')),
  as('rl.gradient_clip', 1, cegppoScript('grad_clip')),
];

const watch = [
  'Entropy: the paper reports that a smaller β₁ slows its fall and that β₂ holds it up.',
  'Preserved gradient: the part of it below the clip range is scaled by β₁, the part above by β₂.',
  'Change β₁ and train again, or compare several seeds on the Compare page.',
];

export const CE_GPPO_1_5B: Recipe = {
  id: 'recipe-ce-gppo-1.5b',
  title: 'CE-GPPO 1.5B',
  summary: 'CE-GPPO with β₁ = 0.5 and β₂ = 1, the paper’s choice for 1.5B parameters, ε = 0.2 on both sides.',
  watch,
  fields: fields(0.5, '1.5B'),
};

export const CE_GPPO_7B: Recipe = {
  id: 'recipe-ce-gppo-7b',
  title: 'CE-GPPO 7B',
  summary: 'CE-GPPO with β₁ = 0.75 and β₂ = 1, the paper’s choice for 7B parameters, ε = 0.2 on both sides.',
  watch,
  fields: fields(0.75, '7B'),
};
