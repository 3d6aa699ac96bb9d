/** The input of the `gradient` command: an objective on given sequences, as JSON. */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { currentNames, RENAMED_BATCH_FIELDS } from './config/renamed-fields.ts';
import { Aggregation } from './config/rl.ts';
import { parseAs } from './schema-issues.ts';
import {
  ANY_PARAMETER,
  StrategyConfig,
  StrategyName,
  strategyInfo,
  type BuiltInStrategyConfig,
} from './strategies/strategy-config.ts';

const finite = z.number();
const token = z.number().int().min(0);

const Fields = z.strictObject({
  sequences: z
    .array(
      z.strictObject({
        tokens: z.array(token).min(2),
        /** Tokens before the response; at least 1, so that every response token has context. */
        prompt_length: z.number().int().min(1),
        advantage: finite.default(0),
        reward: finite.default(0),
        /** Whether it counts as a positive example (`positive_lm`); by default those of reward 1 do. */
        correct: z.boolean().optional(),
        /** One number per response token; by default the policy's own (r = 1). */
        old_logprobs: z.array(finite).optional(),
        /** Entropies of the old policy (nats), for strategies that compare entropies; by default the policy's own. */
        old_entropies: z.array(finite).optional(),
        /** The sampler's log-probs, for truncated importance sampling; by default the old policy's (weight 1). */
        sampled_logprobs: z.array(finite).optional(),
        /** One number per response token, for KL to a reference. */
        ref_logprobs: z.array(finite).optional(),
      }),
    )
    .min(1),
  strategy: z.union([
    z.enum(['sft', ...StrategyName.options]),
    z.strictObject({
      name: z.literal('custom'),
      title: z.string().default('My strategy'),
      source: z.string(),
      parameters: z.record(z.string(), z.number()).default({}),
    }),
  ]),
  /** Also the exact split of the gradient by zone, as metrics `gradient_split/*`. */
  split: z.boolean().default(false),
  /** By default the strategy's own. */
  aggregation: Aggregation.optional(),
  params: z
    .strictObject({
      ...ANY_PARAMETER,
      positive_lm: z.number().min(0).default(0),
      kl_coefficient: z.number().min(0).default(0),
      kl_estimator: z.enum(['k1', 'k2', 'k3']).default('k3'),
      entropy_coefficient: z.number().default(0),
      /** Divisor of seq-mean-token-sum-norm; by default the longest response. */
      norm: z.number().positive().optional(),
      temperature: z.number().positive().default(1),
      /** Truncated importance sampling; null: off. */
      tis_cap: z.number().positive().nullable().default(null),
      /** With a floor, weights outside [tis_floor, tis_cap] are 0. */
      tis_floor: z.number().positive().nullable().default(null),
      tis_level: z.enum(['token', 'sequence']).default('token'),
      /** Seed of Clip-Cov's choice among its candidates. */
      seed: z.number().int().min(0).max(0xffffffff).default(0),
    })
    .prefault({}),
});

export const GradientBatch = z.preprocess(currentNames(RENAMED_BATCH_FIELDS), Fields);
export type GradientBatch = z.output<typeof Fields>;

/**
 * @param where the file's name, for messages
 * @param vocabulary size of the model's vocabulary
 * @throws StudioError `input` naming the first wrong field
 */
export function parseGradientBatch(value: unknown, where: string, vocabulary: number): GradientBatch {
  const batch = parseAs(GradientBatch, value, where);
  for (const [i, sequence] of batch.sequences.entries()) {
    const field = `sequences.${i}`;
    const response = sequence.tokens.length - sequence.prompt_length;
    if (response < 1)
      throw inputError(
        where,
        `${field}.prompt_length: expected less than the ${sequence.tokens.length} tokens, found ` +
          `${sequence.prompt_length}`,
      );
    for (const name of ['old_logprobs', 'old_entropies', 'sampled_logprobs', 'ref_logprobs'] as const) {
      const given = sequence[name];
      if (given && given.length !== response)
        throw inputError(
          where,
          `${field}.${name}: expected ${response} numbers, one per response token, found ${given.length}`,
        );
    }
    const wrong = sequence.tokens.findIndex((id) => id >= vocabulary);
    if (wrong >= 0)
      throw inputError(
        where,
        `${field}.tokens.${wrong}: expected a token id below ${vocabulary}, found ${sequence.tokens[wrong]}`,
      );
    if (batch.params.kl_coefficient > 0 && !sequence.ref_logprobs)
      throw inputError(where, `${field}.ref_logprobs: expected, because params.kl_coefficient is not 0`);
  }
  const strategy = strategyOf(batch);
  if (strategy) parseAs(StrategyConfig, strategy, where, typeof batch.strategy === 'string' ? 'params' : 'strategy');
  return batch;
}

/** The batch's strategy with those of `params` that are its own; undefined for `sft`. */
export function strategyOf({ strategy, params }: GradientBatch): StrategyConfig | undefined {
  if (strategy === 'sft') return undefined;
  if (typeof strategy !== 'string') return strategy;
  const own = Object.keys(strategyInfo(strategy).parameters);
  const given = params as Record<string, unknown>;
  return {
    name: strategy,
    ...Object.fromEntries(own.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]))),
  } as BuiltInStrategyConfig;
}
