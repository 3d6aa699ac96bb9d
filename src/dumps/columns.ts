/** Columns of a token dump: one row per response. docs/cluster.md has the same table for people. */

export interface DumpColumn {
  /** What verl and TRL call it. */
  aliases: readonly string[];
  required: boolean;
  description: string;
}

/** The first name is the one that the studio's own callbacks write. */
export const DUMP_COLUMNS = {
  step: { aliases: ['global_step', 'training_step'], required: true, description: 'step of the trainer, from 0' },
  prompt: {
    aliases: ['prompts', 'input', 'prompt_ids'],
    required: false,
    description: 'text, messages, or token ids',
  },
  tokens: {
    aliases: ['responses', 'response_ids', 'completion_ids'],
    required: false,
    description: 'token ids of the response, or their texts',
  },
  texts: { aliases: ['token_texts'], required: false, description: 'texts of the tokens, where tokens are ids' },
  old_logprobs: {
    aliases: ['old_log_probs', 'old_log_prob', 'old_per_token_logps'],
    required: true,
    description: 'log-probs before the updates of the step, one per token, nats',
  },
  logprobs: {
    aliases: ['log_probs', 'log_prob', 'per_token_logps'],
    required: true,
    description: 'log-probs in the update, one per token, nats',
  },
  advantages: { aliases: ['advantage'], required: true, description: 'one per token, or one number for all' },
  entropies: {
    aliases: ['entropys', 'entropy'],
    required: false,
    description: 'entropies of the policy in the update, nats',
  },
  old_entropies: { aliases: ['old_entropys'], required: false, description: 'entropies before the updates, nats' },
  sampler_logprobs: {
    aliases: ['rollout_log_probs', 'sampling_per_token_logps'],
    required: false,
    description: 'log-probs that the sampler reported, nats',
  },
  mask: {
    aliases: ['response_mask', 'completion_mask'],
    required: false,
    description: '1 for tokens that count in the loss; the others are left out',
  },
  reward: { aliases: ['score', 'rewards'], required: false, description: 'reward of the response' },
  minibatch: { aliases: ['update'], required: false, description: 'which update of the step the row belongs to' },
} as const satisfies Record<string, DumpColumn>;

export type DumpColumnName = keyof typeof DUMP_COLUMNS;
