/**
 * Checkpoints with the shapes and vocabularies of published models and random weights, to measure what a size takes
 * without a download. Weights are generated tensor by tensor while writing.
 */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { weightFiles } from '../src/checkpoint/export-checkpoint.ts';
import { parseModelConfig } from '../src/checkpoint/hugging-face-config.ts';
import { safetensorsParts, type NamedTensor, type WeightDtype } from '../src/checkpoint/safetensors.ts';
import { elementCount } from '../src/model/weights/initial-weights.ts';
import { tensorSpecs } from '../src/model/spec/tensors.ts';
import { stream } from '../src/random.ts';

/** config.json of openai-community/gpt2 and Qwen/Qwen2.5-0.5B. */
export const SHAPES: Record<string, Record<string, unknown>> = {
  'gpt2-124m': {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: 50_257,
    n_positions: 1024,
    n_embd: 768,
    n_layer: 12,
    n_head: 12,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
    bos_token_id: 50_256,
    eos_token_id: 50_256,
  },
  'qwen2-0.5b': {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    vocab_size: 151_936,
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    hidden_act: 'silu',
    max_position_embeddings: 32_768,
    rope_theta: 1_000_000,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: true,
    use_sliding_window: false,
    bos_token_id: 151_643,
    eos_token_id: 151_643,
  },
};

const DTYPE_NAMES: Record<WeightDtype, string> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

export interface RandomCheckpoint {
  fields: Record<string, unknown>;
  dtype: WeightDtype;
  seed: number;
  /** Maximum bytes of weights per file. */
  shardBytes: number;
  /** Files to add to the weights, such as a tokenizer's. */
  files: readonly { path: string; text: string }[];
}

/** Writes the folder; the same seed gives the same bytes. @returns number of parameters */
export async function writeRandomCheckpoint(
  folder: string,
  { fields, dtype, seed, shardBytes, files }: RandomCheckpoint,
): Promise<number> {
  const config = parseModelConfig(fields, 'config.json');
  const specs = tensorSpecs(config);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...fields, torch_dtype: DTYPE_NAMES[dtype] }, null, 2)}\n`,
  );
  const tensors = specs.map(({ name, shape, initial }): NamedTensor => {
    const data = () => {
      const values = new Float32Array(elementCount(shape));
      if ('value' in initial) return values.fill(initial.value);
      // As `initializeTensors`, with one random stream per tensor, because they are generated one by one.
      const deviation = 1 / Math.sqrt(initial.inputs) / (initial.endsBranch ? Math.sqrt(2 * config.layers) : 1);
      const random = stream(seed, 'random checkpoint', name);
      for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
      return values;
    };
    return { name, shape, data };
  });
  const weights = weightFiles(tensors, dtype, shardBytes);
  for (const { path, tensors: own } of weights.files) {
    const file = await open(join(folder, path), 'w');
    try {
      for (const part of safetensorsParts(own, dtype)) await file.writeFile(part);
    } finally {
      await file.close();
    }
  }
  for (const { path, text } of files) await writeFile(join(folder, path), text);
  if (weights.index) await writeFile(join(folder, weights.index.path), weights.index.data);
  return specs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
