/** The model of a run: a checkpoint or new weights, and which of its weights are trained. */
import { z } from 'zod';
import { count, field, positive } from '../../schema/field.ts';

/** Shape of a Llama-family transformer with random weights; the vocabulary comes from the task's tokenizer. */
export const ArchitectureConfig = z.strictObject({
  hidden_size: field(count.default(64), {
    label: 'Hidden size',
    description: 'Width of the residual stream; the main lever on capacity and cost.',
  }),
  layers: field(count.default(2), { label: 'Layers', description: 'Number of transformer blocks.' }),
  heads: field(count.default(4), { label: 'Heads', description: 'Query heads of each attention layer.' }),
  key_value_heads: field(count.optional(), {
    label: 'Key-value heads',
    description: 'Fewer than heads gives grouped-query attention, which makes the KV cache smaller; must divide heads.',
    absent: 'heads',
  }),
  head_dimension: field(count.optional(), {
    label: 'Head dimension',
    description: 'Width of each head; even, because rotary positions turn pairs.',
    absent: 'hidden_size / heads',
  }),
  intermediate_size: field(count.default(192), {
    label: 'MLP size',
    description: 'Width of the hidden layer of each MLP; usually 2 to 4 times hidden_size.',
  }),
  max_positions: field(count.default(128), {
    label: 'Positions',
    description: 'Longest sequence the model accepts; prompt and response together must fit.',
    unit: 'tokens',
  }),
  rope_theta: field(positive.default(10_000), {
    label: 'RoPE theta',
    description: 'Base of the rotary position frequencies; raise it for long contexts.',
  }),
  norm_epsilon: field(positive.default(1e-5), {
    label: 'RMSNorm epsilon',
    description: 'Added to the mean square before the root, against division by zero.',
  }),
  tied_head: field(z.boolean().default(false), {
    label: 'Tied head',
    description: 'Use the embedding matrix as the output head as well; saves parameters in small models.',
  }),
});
export type ArchitectureConfig = z.infer<typeof ArchitectureConfig>;

export const LoraConfig = z.strictObject({
  rank: field(count.max(4096).default(8), {
    label: 'Rank',
    description: 'Rank r of the adapters: a weight W becomes W + alpha / r B A; raise it when adapters underfit.',
  }),
  alpha: field(positive.default(16), {
    label: 'Alpha',
    description: 'Scale of the adapters, which are multiplied by alpha / rank; usually 1 or 2 times rank.',
  }),
  targets: field(z.array(z.string().min(1)).min(1).default(['all-linear']), {
    label: 'Target modules',
    description:
      "Linear layers that get adapters, as PEFT's target_modules: last parts of layer names (q_proj, v_proj, c_attn, " +
      '...), whole names, or all-linear for all but the head.',
  }),
  dropout: field(z.literal(0, { error: 'expected 0, because adapters have no dropout here' }).optional(), {
    label: 'Dropout',
    description: "Only 0 is accepted; the field exists so that PEFT's configs can be pasted.",
    absent: '0',
  }),
});

const trainable = {
  freeze: field(
    z
      .array(
        z.string().regex(/^(embeddings|head|norms|layers:\d+(-\d+)?)$/, {
          error: ({ input }) =>
            `expected embeddings, head, norms, layers:N or layers:N-M, found ${JSON.stringify(input)}`,
        }),
      )
      .min(1)
      .optional(),
    {
      label: 'Frozen layers',
      description:
        'Groups of weights that are not trained: embeddings (tokens and positions), head (with a tied head the same ' +
        'matrix), norms, layers:N or layers:N-M, counted from 0. Saves the memory of their gradients and moments.',
      absent: 'none',
    },
  ),
  lora: field(LoraConfig.optional(), {
    label: 'Trainable',
    description:
      'All weights, or low-rank adapters (LoRA) beside the linear layers while the checkpoint is frozen; ' +
      'adapters take ' +
      'far less memory.',
    absent: 'all weights',
  }),
};

const notBoth = ({ freeze, lora }: { freeze?: unknown; lora?: unknown }) => freeze === undefined || lora === undefined;
const BOTH = {
  path: ['freeze'],
  error: 'expected either freeze or lora, found both: with lora the whole checkpoint is frozen',
};

/** Reports when neither or both of the two sources are given; otherwise the fields' own issues count. */
function eitherSource({ input }: { input?: unknown }): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const [checkpoint, architecture] = ['checkpoint' in input, 'architecture' in input];
  if (checkpoint !== architecture) return undefined;
  return `expected either checkpoint or architecture, found ${checkpoint ? 'both' : 'neither'}`;
}

export const ModelSource = z.union(
  [
    z
      .strictObject({
        checkpoint: field(z.string().min(1), {
          label: 'Start from',
          description:
            'Checkpoint that training starts from: a folder in Hugging Face layout, or embedded:NAME for one that ' +
            'ships. A config gives either this or architecture.',
        }),
        ...trainable,
      })
      .refine(notBoth, BOTH),
    z
      .strictObject({
        architecture: field(ArchitectureConfig, {
          label: 'Architecture',
          description: 'Shape of a new model with random weights. A config gives either this or checkpoint.',
        }),
        ...trainable,
      })
      .refine(notBoth, BOTH),
  ],
  { error: eitherSource },
);
export type ModelSource = z.infer<typeof ModelSource>;
