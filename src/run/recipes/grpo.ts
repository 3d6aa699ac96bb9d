/** GRPO as DeepSeekMath trained with it: large groups, a KL term, one update per rollout. */
import { as, scaled, type Recipe } from './recipe.ts';
import { grpoPaper, trlGrpo } from './sources.ts';

export const GRPO: Recipe = {
  id: 'recipe-grpo',
  title: 'GRPO',
  summary: 'Group-relative advantages, a KL term of 0.04 and a single update per rollout, as in DeepSeekMath.',
  watch: [
    'Clipped: 0 throughout. With one update per rollout every ratio is 1; raise Minibatches to see clipping.',
    'KL to the policy at the start: its term in the loss pulls the policy back.',
    'Reward: groups of 16 make the mean that advantages are relative to more exact than groups of 8.',
  ],
  fields: [
    as('rl.strategy.name', 'ppo', grpoPaper('equation 3')),
    as('rl.strategy.eps_low', 0.2, trlGrpo('epsilon; the paper states no value')),
    as('rl.strategy.eps_high', 0.2, trlGrpo('epsilon; the paper states no value')),
    as('rl.advantage', 'grpo', grpoPaper('section 4.1.2')),
    as('rl.aggregation', 'seq-mean-token-mean', grpoPaper('equation 3')),
    as('rl.filter_groups', false, grpoPaper('equation 3: all groups count')),
    as('rl.kl_coefficient', 0.04, grpoPaper('section 4.2')),
    as('rl.kl_estimator', 'k3', grpoPaper('equation 4')),
    scaled(
      'rl.prompts',
      16,
      'training batch size 1,024, if it counts outputs: 16 questions of 64',
      grpoPaper('section 4.2'),
    ),
    scaled('rl.responses', 16, '64', grpoPaper('section 4.2')),
    as('rl.minibatches', 1, grpoPaper('section 4.2')),
    as('rl.epochs', 1, grpoPaper('section 4.2')),
    scaled('rl.learning_rate', 5e-4, '1e-6 for 7B parameters', grpoPaper('section 4.2')),
  ],
};
