/** The launch script of verl: every setting of the recipe as an override, on one node or on a Ray cluster. */
import type { RunConfig } from '../run/config.ts';
import launch from './python/launch_verl.sh?raw';
import type { Recipe } from './recipe.ts';
import { filled } from './template.ts';

/** Of a template that writes the messages as they are. */
export const passThroughTemplate = (begins: boolean): string =>
  `${begins ? '{{ bos_token }}' : ''}{% for message in messages %}{{ message.content }}{% endfor %}`;

/** Advantages that verl has under a name of its own; gppo_studio registers the others. */
const ESTIMATORS: Readonly<Partial<Record<string, string>>> = { grpo: 'grpo', 'dr-grpo': 'grpo', rloo: 'rloo' };
const KL_TYPES: Readonly<Record<string, string>> = { k1: 'k1', k2: 'k2', k3: 'low_var_kl' };

/** Strategies that read entropies, which verl's actors of 0.6.1 to 0.7.1 show to gppo_studio. */
export const NEEDS_ENTROPY: readonly string[] = ['erc', 'gppo-erc'];

interface VerlRun {
  recipe: Recipe;
  /** undefined for a run that validates nothing. */
  evaluation: RunConfig['evaluation'];
  /** Whether data/test.jsonl has rows. */
  holdsOut: boolean;
  /** Whether prompts are texts, for which the chat template is replaced. */
  texts: boolean;
  begins: boolean;
}

type Override = readonly [key: string, value: string | number | boolean];

/** verl wants equal minibatches: the next divisor of the prompts. */
function promptsPerUpdate({ prompts, minibatches }: Recipe): number {
  let size = Math.ceil(prompts / minibatches);
  while (prompts % size !== 0) size++;
  return size;
}

/** The overrides whose values the recipe decides. */
export function verlOverrides({ recipe, evaluation, texts, begins }: VerlRun): Override[] {
  const actor = 'actor_rollout_ref.actor';
  const optim = `${actor}.optim`;
  const rollout = 'actor_rollout_ref.rollout';
  const model = 'actor_rollout_ref.model';
  const perRollout = recipe.minibatches * recipe.epochs;
  const estimator = ESTIMATORS[recipe.advantage];
  return [
    ['algorithm.adv_estimator', estimator ?? 'gppo_studio'],
    ['algorithm.norm_adv_by_std_in_grpo', recipe.advantage !== 'dr-grpo'],
    ['algorithm.use_kl_in_reward', false],
    ...correctionOverrides(recipe),
    ['data.train_batch_size', recipe.prompts],
    ['data.shuffle', false],
    ['data.seed', recipe.seed],
    ['data.max_prompt_length', recipe.max_prompt_tokens],
    ['data.max_response_length', recipe.max_response_tokens],
    ['data.truncation', 'error'],
    [`${model}.external_lib`, 'gppo_studio.verl_policy_loss'],
    [`${model}.enable_gradient_checkpointing`, recipe.recompute],
    ...(texts ? [[`${model}.custom_chat_template`, `"${passThroughTemplate(begins)}"`] as const] : []),
    ...loraOverrides(recipe),
    [`${actor}.strategy`, 'fsdp'],
    [`${actor}.policy_loss.loss_mode`, 'gppo_studio'],
    [`${actor}.loss_agg_mode`, recipe.aggregation],
    ...(recipe.aggregation === 'seq-mean-token-sum-norm'
      ? [[`${actor}.loss_scale_factor`, recipe.max_response_tokens] as const]
      : []),
    [`${actor}.ppo_mini_batch_size`, promptsPerUpdate(recipe)],
    [`${actor}.ppo_epochs`, recipe.epochs],
    [`${actor}.use_dynamic_bsz`, false],
    [`${actor}.entropy_coeff`, recipe.entropy_coefficient],
    [`${actor}.use_kl_loss`, recipe.kl_coefficient > 0],
    [`${actor}.kl_loss_coef`, recipe.kl_coefficient],
    [`${actor}.kl_loss_type`, KL_TYPES[recipe.kl_estimator] ?? 'low_var_kl'],
    [`${actor}.grad_clip`, recipe.gradient_clip],
    [`${optim}.clip_grad`, recipe.gradient_clip],
    [`${optim}.lr`, recipe.learning_rate],
    [`${optim}.lr_scheduler_type`, recipe.schedule === 'constant' ? 'constant' : 'cosine'],
    [`${optim}.lr_warmup_steps`, Math.ceil(recipe.warmup_steps / perRollout)],
    [`${optim}.min_lr_ratio`, recipe.min_learning_rate / recipe.learning_rate],
    [`${optim}.weight_decay`, recipe.weight_decay],
    [`${optim}.betas`, `[${recipe.adam_beta1},${recipe.adam_beta2}]`],
    [`${optim}.override_optimizer_config`, `{eps:${recipe.adam_epsilon}}`],
    [`${rollout}.n`, recipe.responses],
    [`${rollout}.temperature`, recipe.temperature],
    [`${rollout}.top_k`, recipe.top_k === 0 ? -1 : recipe.top_k],
    [`${rollout}.top_p`, recipe.top_p],
    [`${rollout}.calculate_log_probs`, recipe.tis_cap !== null || recipe.strategy.name === 'opsm'],
    [`${rollout}.val_kwargs.do_sample`, false],
    ['trainer.critic_warmup', 0],
    ['trainer.balance_batch', false],
    ['trainer.total_training_steps', recipe.steps],
    ['trainer.total_epochs', 1_000_000],
    ['trainer.test_freq', evaluation?.every ?? -1],
    ['trainer.val_before_train', evaluation !== undefined],
    ['trainer.project_name', 'gppo-studio'],
    ['trainer.experiment_name', shellWord(recipe.name)],
  ];
}

function correctionOverrides({ tis_cap: cap, tis_floor: floor, tis_level: level }: Recipe): Override[] {
  if (cap === null) return [];
  const key = 'algorithm.rollout_correction';
  return [
    [`${key}.rollout_is`, level],
    // With a floor, ratios outside of both bounds have weight 0 (verl 0.9).
    [`${key}.rollout_is_threshold`, floor === null ? cap : `"${floor}_${cap}"`],
  ];
}

function loraOverrides({ lora }: Recipe): Override[] {
  if (!lora) return [];
  const { rank, alpha, targets } = lora;
  const model = 'actor_rollout_ref.model';
  return [
    [`${model}.lora_rank`, rank],
    [`${model}.lora_alpha`, alpha],
    [`${model}.target_modules`, targets[0] === 'all-linear' ? 'all-linear' : `[${targets.join(',')}]`],
  ];
}

const shellWord = (text: string): string => text.replace(/[^\w.-]+/g, '-');
const quoted = ([key, value]: Override): string => `  '${key}=${value}'`;

/** @param model the starting checkpoint, by default in the folder itself */
export function verlLaunch(run: VerlRun, model = '$HERE/model'): string {
  const { recipe } = run;
  const entropy = NEEDS_ENTROPY.includes(recipe.strategy.name);
  const checks = [
    `at_least 0.6.1 || fail "expected verl 0.6.1 or later, found $VERL"`,
    ...(entropy
      ? [
          `at_least 0.8.0 && fail "strategy ${recipe.strategy.name} needs the FSDP actor of verl 0.6.1 to 0.7.1"`,
          `LEGACY=(trainer.use_legacy_worker_impl=enable)`,
        ]
      : [`LEGACY=()`]),
    ...(recipe.tis_floor === null ? [] : [`at_least 0.9.0 || fail "rl.tis_floor needs verl 0.9, found $VERL"`]),
  ];
  return filled(launch, {
    MODEL: model,
    CHECKS: checks.join('\n'),
    MICRO_BATCH: String(recipe.micro_batch ?? 8),
    RESPONSES: String(promptsPerUpdate(recipe) * recipe.responses),
    OVERRIDES: verlOverrides(run).map(quoted).join('\n'),
    VALIDATION: run.holdsOut ? 'test' : 'train',
  });
}

export function verlRequirements({ strategy, tis_floor: floor }: Recipe): string {
  const usual = floor === null ? '>=0.7.1,<0.10' : '>=0.9,<0.10';
  const versions = NEEDS_ENTROPY.includes(strategy.name) ? '>=0.6.1,<0.8' : usual;
  return `# Python 3.10 or later. Install torch and what samples (vllm or sglang) as verl's documentation says.
verl${versions}
torch>=2.6
transformers>=4.51
ray[default]>=2.41
pyarrow>=19
`;
}
