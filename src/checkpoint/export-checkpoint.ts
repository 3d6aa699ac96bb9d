/**
 * A checkpoint as the files of a folder that transformers loads: config.json, weights in the precision asked for, in shards where they
 * are large, and the tokenizer's files as they came.
 */
import { inputError } from '../errors.ts';
import { elementCount } from '../model/config.ts';
import { tensorSpecs } from '../model/tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { freshConfig } from './engine-config.ts';
import type { Fields } from './json-fields.ts';
import { joined, safetensorsParts, type NamedTensor, type WeightDtype } from './safetensors.ts';
import { INDEX_FILE, SINGLE_FILE } from './weight-files.ts';

export interface ExportOptions {
  /** F32 keeps every bit of what was trained. */
  dtype?: WeightDtype;
  /** Bytes of weights in a file at most (a tensor is never cut); a multiple of what ArrayBuffers hold would be of no use. */
  shardBytes?: number;
}

export interface ExportedFile {
  path: string;
  data: Uint8Array<ArrayBuffer>;
}

const DTYPE_NAMES: Record<WeightDtype, string> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };
const BYTES: Record<WeightDtype, number> = { F32: 4, F16: 2, BF16: 2 };
const GIBIBYTE = 2 ** 30;

/** The files of a checkpoint's folder. @throws StudioError `input` where a weight does not fit the precision */
export function checkpointFiles(checkpoint: Checkpoint, options: ExportOptions = {}): ExportedFile[] {
  return [...exportFiles(checkpoint, options)];
}

/** As `checkpointFiles`, one file after the other: what is written away need not stay in memory. */
export function* exportFiles(checkpoint: Checkpoint, { dtype = 'F32', shardBytes = GIBIBYTE }: ExportOptions = {}): Generator<ExportedFile> {
  const { config, tensors, tokenizerFiles, tokenizerJson, task, description } = checkpoint;
  const special = tokenizerJson === undefined ? undefined : studioTokens(tokenizerJson);
  yield jsonFile('config.json', configJson(checkpoint, dtype, special));
  const weights = tensorSpecs(config).map(({ name, shape }): NamedTensor => {
    const data = tensors.get(name);
    if (!data) throw new Error(`a checkpoint of this architecture has a tensor ${name}`);
    return { name, shape, data };
  });
  const { files, index } = weightFiles(weights, dtype, shardBytes);
  for (const { path, parts } of files) yield { path, data: joined([...parts]) };
  if (index) yield index;
  for (const { path, text } of tokenizerFiles) yield { path, data: new TextEncoder().encode(text) };
  if (checkpoint.generationConfig !== undefined) yield { path: 'generation_config.json', data: new TextEncoder().encode(checkpoint.generationConfig) };
  else if (special) yield jsonFile('generation_config.json', { eos_token_id: special.end, pad_token_id: special.pad });
  if (task !== undefined || description) yield jsonFile('studio.json', { task, description });
}

/** config.json as it came, with the precision of what is written; a model made here gets one of its own. */
function configJson({ config, configFields }: Checkpoint, dtype: WeightDtype, special: { end: number; pad: number } | undefined): Fields {
  const fields = configFields ?? freshConfig(config, special);
  // transformers 5 writes `dtype`, and reads `torch_dtype` too.
  return { ...fields, [Object.hasOwn(fields, 'dtype') ? 'dtype' : 'torch_dtype']: DTYPE_NAMES[dtype] };
}

/** A file of weights, in parts one after the other. */
export interface WeightFile {
  path: string;
  parts: Generator<Uint8Array<ArrayBuffer>>;
}

/** The files of weights, and their index where there are several: no more than a tensor is made at a time. */
export function weightFiles(weights: readonly NamedTensor[], dtype: WeightDtype, shardBytes = GIBIBYTE): { files: WeightFile[]; index: ExportedFile | undefined } {
  const bytesOf = ({ shape }: NamedTensor) => elementCount(shape) * BYTES[dtype];
  const shards: NamedTensor[][] = [];
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
  const name = (shard: number) => (shards.length === 1 ? SINGLE_FILE : `model-${String(shard + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`);
  const files = shards.map((tensors, shard) => ({ path: name(shard), parts: safetensorsParts(tensors, dtype) }));
  if (shards.length === 1) return { files, index: undefined };
  const size = weights.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const map = Object.fromEntries(shards.flatMap((tensors, shard) => tensors.map((tensor) => [tensor.name, name(shard)])));
  return { files, index: jsonFile(INDEX_FILE, { metadata: { total_size: size }, weight_map: map }) };
}

function jsonFile(path: string, value: unknown): ExportedFile {
  return { path, data: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`) };
}

/** Ids of the studio's own special tokens in `added_tokens`; undefined for other tokenizers, whose own files say it. */
function studioTokens(tokenizerJson: string): { end: number; pad: number } | undefined {
  const { added_tokens: added } = JSON.parse(tokenizerJson) as { added_tokens?: { id: number; content: string }[] };
  const idOf = (content: string) => added?.find((token) => token.content === content)?.id;
  const [end, pad] = [idOf('<end>'), idOf('<pad>')];
  return end === undefined || pad === undefined ? undefined : { end, pad };
}

/** A precision by its usual name. @throws StudioError `input` for another name */
export function dtypeByName(name: string): WeightDtype {
  const names: Partial<Record<string, WeightDtype>> = { f32: 'F32', f16: 'F16', bf16: 'BF16' };
  const dtype = Object.hasOwn(names, name) ? names[name] : undefined;
  if (!dtype) throw inputError('precision', `expected f32, f16 or bf16, found ${name}`);
  return dtype;
}
