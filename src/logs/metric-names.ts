/**
 * Which metric of another trainer is which of the studio's, with the place that defines it and how the two differ. To
 * support another name, add a row; `npm run docs` writes docs/metric-logs.md from the rows.
 */
import type { METRICS } from '../run/metrics/declaration.ts';
import type { Phase } from '../run/step-record.ts';

/** Trainers whose names mean something else than those of others: `loss` of an SFT run and of GRPO. */
export type Trainer = 'rl' | 'sft';

export interface NameRule {
  /** Name in a log; `<reward>`, `<dataset>` and `<k>` stand for any text, which `ours` may repeat. */
  theirs: string;
  ours: keyof typeof METRICS;
  phase: Phase;
  /** Which runs it is a name of. */
  trainer: Trainer;
  /** Where the name is defined. */
  source: string;
  /** How the definition differs from the studio's, as a sentence; undefined where it does not. */
  differs?: string;
}

/** Versions whose source was read. */
const VERL = 'verl 0.9.0';
const TRL = 'TRL 1.13.0';
const V = {
  core: `${VERL}, trainer/ppo/core_algos.py`,
  metrics: `${VERL}, trainer/ppo/metric_utils.py`,
  trainer: `${VERL}, trainer/ppo/ray_trainer.py`,
  losses: `${VERL}, workers/utils/losses.py`,
  engine: `${VERL}, workers/engine`,
  correction: `${VERL}, trainer/ppo/rollout_corr_helper.py`,
  dapo: 'verl, recipe/dapo/dapo_ray_trainer.py',
  sft: `${VERL}, trainer/sft_trainer.py`,
} as const;
const T = {
  grpo: `${TRL}, trainer/grpo_trainer.py`,
  sft: `${TRL}, trainer/sft_trainer.py`,
  base: 'transformers 5.18.0, trainer.py',
  exported: 'a folder of export-recipe for TRL',
} as const;

const rule = (
  theirs: string,
  ours: NameRule['ours'],
  source: string,
  differs?: string,
  phase: Phase = 'rl',
  trainer: Trainer = 'rl',
): NameRule => ({ theirs, ours, phase, trainer, source, ...(differs !== undefined && { differs }) });

const held = (theirs: string, ours: NameRule['ours'], source: string, differs?: string) =>
  rule(theirs, ours, source, differs, 'evaluation');

const sft = (theirs: string, ours: NameRule['ours'], source: string, differs?: string) =>
  rule(theirs, ours, source, differs, ours.startsWith('eval/') ? 'evaluation' : 'sft', 'sft');

const OF_REWARDS = 'The score minus the KL penalty where algorithm.use_kl_in_reward is on, the score otherwise.';
const OF_MEAN_1 = 'One response per problem: greedy where val_kwargs.do_sample is false, verl’s default.';
const OF_MEAN_K = 'Sampled by val_kwargs, whose temperature is not that of the rollout.';
const AS_REWARD = 'Mean reward: the accuracy where rewards are 0 or 1.';
const OF_BEST = 'Estimated by resampling the responses; the studio counts problems with one that is correct.';

/** Of several names of one of the studio's metrics, the first that a log has is used. */
export const NAME_RULES: readonly NameRule[] = [
  // verl, RL.
  rule('critic/score/mean', 'critic/score/mean', V.metrics),
  rule('critic/rewards/mean', 'critic/score/mean', V.metrics, OF_REWARDS),
  rule('critic/score/max', 'critic/score/max', V.metrics),
  rule('critic/rewards/max', 'critic/score/max', V.metrics, OF_REWARDS),
  rule('critic/score/min', 'critic/score/min', V.metrics),
  rule('critic/rewards/min', 'critic/score/min', V.metrics, OF_REWARDS),
  rule('critic/advantages/mean', 'critic/advantages/mean', V.metrics),
  rule('critic/advantages/max', 'critic/advantages/max', V.metrics),
  rule('critic/advantages/min', 'critic/advantages/min', V.metrics),
  rule('response_length/mean', 'response_length/mean', V.metrics),
  rule('response_length/max', 'response_length/max', V.metrics),
  rule('response_length/min', 'response_length/min', V.metrics),
  rule('response_length/clip_ratio', 'response_length/clip_ratio', V.metrics),
  rule(
    'actor/pg_loss',
    'actor/pg_loss',
    V.losses,
    'By loss_agg_mode of verl’s config; not comparable between strategies.',
  ),
  rule(
    'actor/pg_clipfrac',
    'actor/pg_clipfrac',
    V.core,
    'Of PPO and gspo, tokens whose clipped loss is the larger one, as here. cispo counts every token whose ratio is ' +
      'clamped, geo_mean clipped ones with positive advantage, clip_cov those it picks; sapo logs 0.',
  ),
  rule(
    'actor/pg_clipfrac_lower',
    'actor/pg_clipfrac_lower',
    V.core,
    'gspo, sapo and cispo log 0, geo_mean its clipped tokens with negative advantage.',
  ),
  rule('actor/ppo_kl', 'actor/ppo_kl', V.core),
  rule(
    'actor/entropy',
    'actor/entropy',
    V.trainer,
    'Of the policy before the updates of the step, aggregated by loss_agg_mode; the studio’s is the mean over the ' +
      'updates.',
  ),
  rule('actor/entropy_loss', 'actor/entropy', V.losses, 'Aggregated by loss_agg_mode, not per token.'),
  rule('actor/kl_loss', 'actor/kl_loss', V.losses, 'By the estimate that kl_loss_type names.'),
  rule('actor/grad_norm', 'actor/grad_norm', V.engine),
  rule('actor/lr', 'actor/lr', V.engine),
  rule('rollout_corr/rollout_is_mean', 'rollout_corr/rollout_is_mean', V.correction),
  rule('train/num_gen_batches', 'train/num_gen_batches', V.dapo),
  held('val-core/<dataset>/acc/mean@1', 'accuracy/greedy', V.metrics, OF_MEAN_1),
  held('val-core/<dataset>/reward/mean@1', 'accuracy/greedy', V.metrics, `${AS_REWARD} ${OF_MEAN_1}`),
  held('val-core/<dataset>/acc/mean@<k>', 'accuracy/sampled', V.metrics, OF_MEAN_K),
  held('val-core/<dataset>/reward/mean@<k>', 'accuracy/sampled', V.metrics, `${AS_REWARD} ${OF_MEAN_K}`),
  held('val-core/<dataset>/acc/best@<k>/mean', 'accuracy/pass_at_k', V.metrics, OF_BEST),
  held('val-core/<dataset>/reward/best@<k>/mean', 'accuracy/pass_at_k', V.metrics, `${AS_REWARD} ${OF_BEST}`),
  // TRL, GRPO.
  rule('reward', 'critic/score/mean', T.grpo),
  rule('rewards/<reward>/mean', 'rewards/<reward>/mean', T.grpo),
  rule('rewards/<reward>/std', 'rewards/<reward>/std', T.grpo),
  rule('accuracy', 'accuracy/rollout', T.exported),
  rule('old_kl', 'actor/ppo_kl', T.exported),
  rule('entropy', 'actor/entropy', T.grpo, 'Without truncated completions where mask_truncated_completions is on.'),
  rule('clip_ratio/low_mean', 'clip_ratio/low_mean', T.grpo, 'Per sequence where importance_sampling_level says so.'),
  rule('clip_ratio/high_mean', 'clip_ratio/high_mean', T.grpo, 'Per sequence where importance_sampling_level says so.'),
  rule(
    'clip_ratio/region_mean',
    'clip_ratio/region_mean',
    T.grpo,
    'Per sequence where importance_sampling_level says so.',
  ),
  rule('kl', 'actor/kl_loss', T.grpo, 'Mean over tokens of the k3 estimate, whatever the aggregation of the loss.'),
  rule('grad_norm', 'actor/grad_norm', T.base, 'Of one optimizer update, mean over logging_steps.'),
  rule('learning_rate', 'actor/lr', T.base),
  rule('loss', 'actor/pg_loss', T.base, 'With the KL term, mean over logging_steps.'),
  rule('completions/mean_length', 'response_length/mean', T.grpo, 'Without tokens of tools.'),
  rule('completions/max_length', 'response_length/max', T.grpo, 'Without tokens of tools.'),
  rule('completions/min_length', 'response_length/min', T.grpo, 'Without tokens of tools.'),
  rule(
    'completions/clipped_ratio',
    'response_length/clip_ratio',
    T.grpo,
    'Completions without an end token; the studio counts those of the maximum length.',
  ),
  rule(
    'frac_reward_zero_std',
    'groups/filtered_fraction',
    T.grpo,
    'Share of samples whose group has one reward, which TRL keeps in the batch.',
  ),
  rule(
    'sampling/sampling_logp_difference/mean',
    'actor/rollout_mismatch',
    T.grpo,
    'With vLLM and importance sampling correction only.',
  ),
  rule(
    'sampling/importance_sampling_ratio/mean',
    'rollout_corr/rollout_is_mean',
    T.grpo,
    'Per sequence by the sequence modes.',
  ),
  held('eval_accuracy', 'accuracy/sampled', T.exported),
  held('eval_reward', 'accuracy/sampled', T.grpo, AS_REWARD),
  // SFT by TRL, transformers and verl.
  sft('loss', 'train/loss', T.base, 'Mean over logging_steps.'),
  sft('entropy', 'train/entropy', T.sft),
  sft('grad_norm', 'train/grad_norm', T.base),
  sft('learning_rate', 'train/lr', T.base),
  sft('lr', 'train/lr', V.sft),
  sft('epoch', 'train/epoch', T.base),
  sft('eval_loss', 'eval/loss', T.base),
  sft('val/loss', 'eval/loss', V.sft),
  sft('eval_entropy', 'eval/entropy', T.sft),
];
