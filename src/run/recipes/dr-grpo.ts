/** Dr. GRPO: GRPO without the divisions by response length and by the standard deviation of a group. */
import { as, scaled, type Recipe } from './recipe.ts';
import { drGrpoCode, drGrpoPaper, drGrpoReadme } from './sources.ts';

export const DR_GRPO: Recipe = {
  id: 'recipe-dr-grpo',
  title: 'Dr. GRPO',
  summary: 'GRPO without division by response length or by the standard deviation of the group, and without KL.',
  watch: [
    'Response length of incorrect responses: the paper’s reason for dividing by a constant.',
    'Gradient norm: groups of small spread are not scaled up, because advantages are not divided by it.',
    'Set Advantage to grpo and train again to see what the division changes on this task.',
  ],
  fields: [
    as('rl.strategy.name', 'ppo', drGrpoPaper('section 3.2')),
    as('rl.advantage', 'dr-grpo', drGrpoCode('critic_type drgrpo')),
    as('rl.aggregation', 'seq-mean-token-sum-norm', drGrpoCode('masked_sum with constant_normalizer')),
    as('rl.kl_coefficient', 0, drGrpoReadme('--beta')),
    scaled('rl.prompts', 32, '128', drGrpoReadme('--rollout_batch_size')),
    as('rl.responses', 8, drGrpoReadme('--num_samples')),
    as('rl.minibatches', 8, drGrpoReadme('128 x 8 responses in batches of 128, --train_batch_size')),
    as('rl.epochs', 1, drGrpoReadme('--num_ppo_epochs')),
    as('rl.temperature', 1, drGrpoReadme('--temperature')),
    as('rl.top_p', 1, drGrpoReadme('--top_p')),
    scaled('rl.learning_rate', 2e-4, '1e-6 for 1.5B parameters', drGrpoReadme('--learning_rate')),
    as('rl.schedule', 'constant', drGrpoReadme('--lr_scheduler')),
  ],
};
