/** Where each field of a RunConfig goes in an exported recipe, per engine; the README of a recipe has these tables. */

import type { Engine } from './engines.ts';

/** Where a field goes, or why it goes nowhere. */
type Place = { to: string; note?: string } | { why: string };

interface Mapping extends Record<Engine, Place> {
  /** Dotted paths of fields; one that ends with `.*` stands for all fields of a section. */
  fields: readonly string[];
}

const to = (place: string, note?: string): Place => ({ to: place, ...(note !== undefined && { note }) });
const not = (why: string): Place => ({ why });
const both = (place: Place): Record<Engine, Place> => ({ verl: place, trl: place });

const ACTOR = 'actor_rollout_ref.actor';
const OPTIM = `${ACTOR}.optim`;
const ROLLOUT = 'actor_rollout_ref.rollout';
const RECIPE = 'recipe.json, read by gppo_studio';

const NO_SFT =
  'only RL is exported: run the stages before it in the studio, and give the checkpoint after them with --model';
const NO_REPORT = 'reports are made by the studio: `evaluate` measures any checkpoint';
const NO_CURRICULUM = 'the rows are written before the run, as without a curriculum';

export const MAPPINGS: readonly Mapping[] = [
  { fields: ['name'], verl: to('trainer.experiment_name'), trl: to('run_name') },
  {
    fields: ['seed'],
    verl: to('data/, in the order of the run; data.seed', 'samples differ, because the engine draws them'),
    trl: to('data/, in the order of the run; seed', 'samples differ, because the engine draws them'),
  },
  {
    fields: ['model', 'model.checkpoint'],
    verl: to('actor_rollout_ref.model.path, MODEL of launch.sh'),
    trl: to('MODEL of launch.sh'),
  },
  { fields: ['model.architecture', 'model.architecture.*'], ...both(to('model/: new weights as the seed gives them')) },
  {
    fields: ['model.freeze'],
    ...both(not('neither engine freezes groups of weights by config; all weights are trained')),
  },
  { fields: ['model.lora'], verl: to('actor_rollout_ref.model.lora_rank'), trl: to('peft.LoraConfig') },
  { fields: ['model.lora.rank'], verl: to('actor_rollout_ref.model.lora_rank'), trl: to('LoraConfig.r') },
  { fields: ['model.lora.alpha'], verl: to('actor_rollout_ref.model.lora_alpha'), trl: to('LoraConfig.lora_alpha') },
  {
    fields: ['model.lora.targets'],
    verl: to('actor_rollout_ref.model.target_modules'),
    trl: to('LoraConfig.target_modules'),
  },
  { fields: ['model.lora.dropout'], ...both(to('no dropout')) },
  {
    fields: [
      'task.name',
      'task.digits',
      'task.operations',
      'task.max_operand',
      'task.max_length',
      'task.inputs',
      'task.examples',
      'task.split',
      'task.trace',
      'task.operands',
      'task.max_number',
      'task.max_target',
      'task.length',
      'task.bands',
      'task.data',
      'task.data.*',
      'task.columns',
      'task.columns.*',
      'task.held_out',
      'task.held_out.*',
    ],
    ...both(to('data/: the problems, drawn or read')),
  },
  { fields: ['task', 'task.partial_credit', 'task.rewards'], ...both(to('reward.py, by the task in recipe.json')) },
  {
    fields: ['task.format', 'task.system', 'task.template'],
    ...both(to('data/: prompts as the run writes them')),
  },
  {
    fields: ['task.date'],
    ...both(not('a chat template with strftime_now writes the day of the run on the cluster')),
  },
  { fields: ['sft', 'sft.*'], ...both(not(NO_SFT)) },
  {
    fields: ['rl'],
    verl: to('launch.sh'),
    trl: to('train_trl.py'),
  },
  { fields: ['rl.steps'], verl: to('trainer.total_training_steps'), trl: to('max_steps / updates per rollout') },
  {
    fields: ['rl.prompts'],
    verl: to('data.train_batch_size'),
    trl: to('generation batch / num_generations'),
  },
  { fields: ['rl.responses'], verl: to(`${ROLLOUT}.n`), trl: to('num_generations') },
  {
    fields: ['rl.max_response_tokens'],
    verl: to('data.max_response_length'),
    trl: to('max_completion_length'),
  },
  { fields: ['rl.temperature'], verl: to(`${ROLLOUT}.temperature`), trl: to('temperature') },
  { fields: ['rl.top_k'], verl: to(`${ROLLOUT}.top_k`, '0 is -1 there'), trl: to('top_k') },
  { fields: ['rl.top_p'], verl: to(`${ROLLOUT}.top_p`), trl: to('top_p') },
  {
    fields: ['rl.strategy', 'rl.strategy.*'],
    verl: to(
      'gppo_studio/verl_policy_loss.py',
      'the loss gppo_studio; parameters from recipe.json and the environment',
    ),
    trl: to('gppo_studio/trl_trainer.py', 'StudioGRPOTrainer; parameters from recipe.json and the environment'),
  },
  {
    fields: ['rl.aggregation'],
    verl: to(`${ACTOR}.loss_agg_mode`, 'averaged per micro-batch before verl 0.7.0, over the update since'),
    trl: to(`${RECIPE}: over the whole update`),
  },
  {
    fields: ['rl.advantage'],
    verl: to('algorithm.adv_estimator', 'batch-std and rloo-batch-std are registered by gppo_studio'),
    trl: to('StudioGRPOTrainer, with the epsilons of the studio'),
  },
  {
    fields: ['rl.filter_groups'],
    verl: not(
      'groups with equal rewards stay in the batch: they have no policy gradient, but count in the mean over tokens',
    ),
    trl: to('StudioGRPOTrainer: they are masked'),
  },
  {
    fields: ['rl.max_num_gen_batches'],
    ...both(not('no further prompts are sampled in place of filtered groups (dynamic sampling is a recipe of verl)')),
  },
  {
    fields: ['rl.overlong_filter'],
    verl: to('gppo_studio/verl_policy_loss.py', 'by length; filtered responses count in the mean over tokens'),
    trl: to('mask_truncated_completions'),
  },
  { fields: ['rl.curriculum', 'rl.curriculum_floor', 'rl.curriculum_memory'], ...both(not(NO_CURRICULUM)) },
  {
    fields: ['rl.minibatches'],
    verl: to(`${ACTOR}.ppo_mini_batch_size`, 'prompts / minibatches, or the next divisor of the prompts'),
    trl: to('steps_per_generation / gradient_accumulation_steps', 'of single responses rather than groups'),
  },
  { fields: ['rl.epochs'], verl: to(`${ACTOR}.ppo_epochs`), trl: to('num_iterations') },
  {
    fields: ['rl.positive_lm'],
    verl: to(
      'gppo_studio/verl_policy_loss.py',
      'of responses with A > 0, because a loss of verl does not see which are correct: the same for 0 and 1 rewards ' +
        'in mixed groups; the mean is per micro-batch',
    ),
    trl: to('StudioGRPOTrainer'),
  },
  {
    fields: ['rl.kl_coefficient'],
    verl: to(`${ACTOR}.use_kl_loss, ${ACTOR}.kl_loss_coef`),
    trl: to('beta, applied by StudioGRPOTrainer'),
  },
  { fields: ['rl.kl_estimator'], verl: to(`${ACTOR}.kl_loss_type`), trl: to('StudioGRPOTrainer') },
  {
    fields: ['rl.reference_update_every', 'rl.reference_mixup_alpha'],
    verl: not('verl keeps the reference policy'),
    trl: to('sync_ref_model, ref_model_sync_steps, ref_model_mixup_alpha'),
  },
  { fields: ['rl.entropy_coefficient'], verl: to(`${ACTOR}.entropy_coeff`), trl: to('StudioGRPOTrainer') },
  {
    fields: ['rl.tis_cap', 'rl.tis_floor', 'rl.tis_level'],
    verl: to('algorithm.rollout_correction.rollout_is, .rollout_is_threshold'),
    trl: to('StudioGRPOTrainer', 'with USE_VLLM=1; without vLLM the sampler is the policy itself'),
  },
  { fields: ['rl.split_every'], ...both(not('a measurement of the studio')) },
  { fields: ['rl.learning_rate'], verl: to(`${OPTIM}.lr`), trl: to('learning_rate') },
  {
    fields: ['rl.schedule'],
    verl: to(`${OPTIM}.lr_scheduler_type`, 'verl has no linear schedule for FSDP; cosine is the nearest'),
    trl: to('lr_scheduler_type'),
  },
  {
    fields: ['rl.warmup_steps'],
    verl: to(`${OPTIM}.lr_warmup_steps`, 'counted in rollouts there, rounded up'),
    trl: to('warmup_steps'),
  },
  {
    fields: ['rl.min_learning_rate'],
    verl: to(`${OPTIM}.min_lr_ratio`),
    trl: to('lr_scheduler_kwargs'),
  },
  {
    fields: ['rl.weight_decay'],
    verl: to(`${OPTIM}.weight_decay`, 'of all weights there, of matrices alone in the studio'),
    trl: to('weight_decay'),
  },
  { fields: ['rl.adam_beta1', 'rl.adam_beta2'], verl: to(`${OPTIM}.betas`), trl: to('adam_beta1, adam_beta2') },
  {
    fields: ['rl.adam_epsilon'],
    verl: to(`${OPTIM}.override_optimizer_config`),
    trl: to('adam_epsilon'),
  },
  { fields: ['rl.gradient_clip'], verl: to(`${ACTOR}.grad_clip and ${OPTIM}.clip_grad`), trl: to('max_grad_norm') },
  {
    fields: ['evaluation', 'evaluation.every'],
    verl: to('trainer.test_freq'),
    trl: not('train_trl.py does not evaluate: measure checkpoints with `evaluate`'),
  },
  { fields: ['evaluation.problems'], ...both(to('data/: the held-out rows')) },
  {
    fields: ['evaluation.samples', 'evaluation.temperature', 'evaluation.max_response_tokens'],
    verl: not('validation is greedy, with the length of training'),
    trl: not('train_trl.py does not evaluate'),
  },
  { fields: ['report', 'report.*'], ...both(not(NO_REPORT)) },
  {
    fields: ['memory', 'memory.budget_mb', 'memory.frozen_weights'],
    ...both(not('the memory of a GPU is planned by the engine')),
  },
  {
    fields: ['memory.micro_batch'],
    verl: to(`${ACTOR}.ppo_micro_batch_size_per_gpu, MICRO_BATCH of launch.sh`),
    trl: to('per_device_train_batch_size, PER_DEVICE_BATCH'),
  },
  {
    fields: ['memory.recompute'],
    verl: to('actor_rollout_ref.model.enable_gradient_checkpointing'),
    trl: to('gradient_checkpointing'),
  },
  {
    fields: ['compute', 'compute.matmul_precision'],
    ...both(not('the engine has its own precisions; see DTYPE in launch.sh')),
  },
];

/** The mapping of a field; undefined for one that is not listed, which a test forbids. */
export function mappingOf(path: string): Mapping | undefined {
  return (
    MAPPINGS.find(({ fields }) => fields.includes(path)) ??
    MAPPINGS.find(({ fields }) => fields.some((one) => one.endsWith('.*') && path.startsWith(one.slice(0, -1))))
  );
}
