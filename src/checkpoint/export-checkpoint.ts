/**
 * A checkpoint as the files of a folder that transformers loads: config.json, weights in the requested precision, in
 * shards if they are large, and the tokenizer's files unchanged.
 */
import { inputError } from '../errors.ts';
import { elementCount } from '../model/weights/initial-weights.ts';
import type { ModelConfig } from '../model/spec/model-config.ts';
import { tensorSpecs, type TensorSpec } from '../model/spec/tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Fields } from './json-fields.ts';
import {
  fromFloat32,
  joined,
  safetensorsHeader,
  safetensorsParts,
  type NamedTensor,
  type WeightDtype,
} from './safetensors.ts';
import { INDEX_FILE, SINGLE_FILE } from './weight-files.ts';

export interface ExportOptions {
  /** F32 keeps every bit of the trained weights. */
  dtype?: WeightDtype;
  /** Maximum bytes of weights per file; a tensor is never split. */
  shardBytes?: number;
}

export interface ExportedFile {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

const DTYPE_NAMES: Record<WeightDtype, string> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };
const BYTES: Record<WeightDtype, number> = { F32: 4, F16: 2, BF16: 2 };
const GIBIBYTE = 2 ** 30;

/** The files of a checkpoint folder. @throws StudioError `input` if a weight does not fit the precision */
export function checkpointFiles(checkpoint: Checkpoint, options: ExportOptions = {}): ExportedFile[] {
  return [...exportFiles(checkpoint, options)];
}

/** As `checkpointFiles`, one file after the other, so that a written file can be released. */
export function* exportFiles(
  checkpoint: Checkpoint,
  { dtype = 'F32', shardBytes = GIBIBYTE }: ExportOptions = {},
): Generator<ExportedFile> {
  const { config, tensors } = checkpoint;
  yield configFile(checkpoint, dtype);
  const weights = tensorSpecs(config).map(({ name, shape }): NamedTensor => {
    const data = tensors.get(name);
    if (!data) throw new Error(`a checkpoint of this architecture has a tensor ${name}`);
    return { name, shape, data };
  });
  const { files, index } = weightFiles(weights, dtype, shardBytes);
  for (const { path, tensors: own } of files) yield { path, data: joined([...safetensorsParts(own, dtype)]) };
  if (index) yield index;
  yield* textFiles(checkpoint);
}

/** A file in parts, one after the other. */
export interface StreamedFile {
  path: string;
  parts: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * As `exportFiles`, with weights read on demand: at most one tensor is in memory.
 *
 * @param read a tensor's values by name
 */
export async function* streamFiles(
  checkpoint: ExportedText,
  read: (name: string) => Promise<Float32Array>,
  { dtype = 'F32', shardBytes = GIBIBYTE }: ExportOptions = {},
): AsyncGenerator<StreamedFile> {
  const whole = ({ path, data }: ExportedFile): StreamedFile => ({ path, parts: oneByOne([data]) });
  yield whole(configFile(checkpoint, dtype));
  const { files, index } = weightFiles(tensorSpecs(checkpoint.config), dtype, shardBytes);
  for (const { path, tensors } of files) yield { path, parts: streamedWeights(tensors, read, dtype) };
  for (const file of [...(index ? [index] : []), ...textFiles(checkpoint)]) yield await Promise.resolve(whole(file));
}

async function* streamedWeights(
  tensors: readonly TensorSpec[],
  read: (name: string) => Promise<Float32Array>,
  dtype: WeightDtype,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield safetensorsHeader(tensors, dtype);
  for (const { name } of tensors) yield fromFloat32(await read(name), dtype, `tensor ${name}`);
}

async function* oneByOne(parts: readonly Uint8Array<ArrayBuffer>[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) yield await Promise.resolve(part);
}

/** Everything in a checkpoint except its weights. */
export type ExportedText = Omit<Checkpoint, 'tensors'>;

function configFile(checkpoint: ExportedText, dtype: WeightDtype): ExportedFile {
  return jsonFile('config.json', configJson(checkpoint, dtype));
}

/** The files after the weights. */
function* textFiles({
  tokenizerFiles,
  tokenizerJson,
  generationConfig,
  task,
  description,
}: ExportedText): Generator<ExportedFile> {
  const special = tokenizerJson === undefined ? undefined : studioTokens(tokenizerJson);
  for (const { path, text } of tokenizerFiles) yield { path, data: new TextEncoder().encode(text) };
  if (generationConfig !== undefined)
    yield { path: 'generation_config.json', data: new TextEncoder().encode(generationConfig) };
  else if (special) yield jsonFile('generation_config.json', { eos_token_id: special.end, pad_token_id: special.pad });
  if (task !== undefined || description) yield jsonFile('studio.json', { task, description });
}

/** The original config.json with the written precision; a model created here gets a new one. */
function configJson({ config, configFields, tokenizerJson }: ExportedText, dtype: WeightDtype): Fields {
  const fields =
    configFields ?? freshConfig(config, tokenizerJson === undefined ? undefined : studioTokens(tokenizerJson));
  // transformers 5 writes `dtype`, and reads `torch_dtype` too.
  return { ...fields, [Object.hasOwn(fields, 'dtype') ? 'dtype' : 'torch_dtype']: DTYPE_NAMES[dtype] };
}

/** The config.json of a model that the studio created from scratch, for LlamaForCausalLM. */
function freshConfig(config: ModelConfig, tokens: { end: number; pad: number } | undefined): Fields {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDimension,
    max_position_embeddings: config.maxPositions,
    rope_theta: config.ropeTheta,
    rms_norm_eps: config.normEpsilon,
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: config.tiedHead,
    torch_dtype: 'float32',
    ...(tokens && { eos_token_id: tokens.end, pad_token_id: tokens.pad, bos_token_id: null }),
  };
}

type Shaped = Pick<NamedTensor, 'name' | 'shape'>;

/** The weight files with the tensors of each, and their index if there are several. */
export function weightFiles<T extends Shaped>(
  weights: readonly T[],
  dtype: WeightDtype,
  shardBytes = GIBIBYTE,
): { files: { path: string; tensors: T[] }[]; index: ExportedFile | undefined } {
  const bytesOf = ({ shape }: Shaped) => elementCount(shape) * BYTES[dtype];
  const shards: T[][] = [];
  let room = 0;
  for (const tensor of weights) {
    const bytes = bytesOf(tensor);
    if (bytes > room || shards.length === 0) {
      shards.push([]);
      room = shardBytes;
    }
    shards.at(-1)?.push(tensor);
    room -= bytes;
  }
  const name = (shard: number) =>
    shards.length === 1
      ? SINGLE_FILE
      : `model-${String(shard + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`;
  const files = shards.map((tensors, shard) => ({ path: name(shard), tensors }));
  if (shards.length === 1) return { files, index: undefined };
  const size = weights.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const map = Object.fromEntries(
    shards.flatMap((tensors, shard) => tensors.map((tensor) => [tensor.name, name(shard)])),
  );
  return { files, index: jsonFile(INDEX_FILE, { metadata: { total_size: size }, weight_map: map }) };
}

function jsonFile(path: string, value: unknown): ExportedFile {
  return { path, data: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`) };
}

/**
 * Ids of the studio's own special tokens in `added_tokens`; undefined for other tokenizers, whose files contain them.
 */
function studioTokens(tokenizerJson: string): { end: number; pad: number } | undefined {
  const { added_tokens: added } = JSON.parse(tokenizerJson) as { added_tokens?: { id: number; content: string }[] };
  const idOf = (content: string) => added?.find((token) => token.content === content)?.id;
  const [end, pad] = [idOf('<end>'), idOf('<pad>')];
  return end === undefined || pad === undefined ? undefined : { end, pad };
}

/** A precision by its usual name. @throws StudioError `input` for any other name */
export function dtypeByName(name: string): WeightDtype {
  const names: Partial<Record<string, WeightDtype>> = { f32: 'F32', f16: 'F16', bf16: 'BF16' };
  const dtype = Object.hasOwn(names, name) ? names[name] : undefined;
  if (!dtype) throw inputError('precision', `expected f32, f16 or bf16, found ${name}`);
  return dtype;
}
