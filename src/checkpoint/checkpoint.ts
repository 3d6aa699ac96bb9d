/** A checkpoint folder in Hugging Face's layout: config.json, model.safetensors and, where there is text, a tokenizer. */
import { inputError, StudioError } from '../errors.ts';
import { elementCount, type ModelConfig } from '../model/config.ts';
import { tensorSpecs } from '../model/tensors.ts';
import { parseHuggingFaceConfig, writeHuggingFaceConfig } from './hugging-face-config.ts';
import { parseSafetensors, toFloat32, writeSafetensors, type RawTensor } from './safetensors.ts';

export interface Checkpoint {
  name: string;
  config: ModelConfig;
  /** By Hugging Face name, row-major, finite. */
  tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** Text of tokenizer.json; undefined when the folder has none, which is fine wherever token ids are given. */
  tokenizerJson?: string;
  tokenizerFiles: { path: string; text: string }[];
  /** `task` of studio.json: the TaskConfig it was trained on. Not checked here. */
  task?: unknown;
  /** A sentence about where it comes from; may be empty. */
  description: string;
}

/** A folder, wherever it is: on disk, dropped on a page, or served. */
export interface CheckpointSource {
  name: string;
  list(): Promise<string[]>;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];
/** Buffers that old checkpoints carry and nothing reads. */
const IGNORED = /rotary_emb\.inv_freq$/;

/**
 * Reads and checks a whole folder.
 *
 * @param where what to call the folder in messages
 * @throws StudioError `input` naming file, tensor or field, or what this version cannot run
 */
export async function readCheckpoint(source: CheckpointSource, where: string): Promise<Checkpoint> {
  const files = new Set(await source.list());
  const place = (path: string) => `${where}/${path}`;
  for (const path of ['config.json', 'model.safetensors']) {
    if (files.has(path)) continue;
    if (path === 'model.safetensors' && files.has('model.safetensors.index.json')) throw new StudioError('input', `${where}: weights in several files (model.safetensors.index.json) cannot be read by this version.`, 'Save the model as one model.safetensors.');
    throw inputError(where, `${path} is missing; found ${[...files].sort().slice(0, 8).join(', ') || 'no files'}`);
  }
  const text = async (path: string) => new TextDecoder().decode(await source.read(path));
  const config = parseHuggingFaceConfig(await text('config.json'), place('config.json'));
  const raw = parseSafetensors(await source.read('model.safetensors'), place('model.safetensors'));
  const tensors = checkTensors(config, raw, place('model.safetensors'));
  const tokenizerFiles = await Promise.all(TOKENIZER_FILES.filter((path) => files.has(path)).map(async (path) => ({ path, text: await text(path) })));
  const tokenizerJson = tokenizerFiles.find(({ path }) => path === 'tokenizer.json')?.text;
  const studio = files.has('studio.json') ? readStudio(await text('studio.json'), place('studio.json')) : {};
  return { name: source.name, config, tensors, tokenizerFiles, description: '', ...(tokenizerJson !== undefined && { tokenizerJson }), ...studio };
}

function checkTensors(config: ModelConfig, raw: Map<string, RawTensor>, where: string): Map<string, Float32Array<ArrayBuffer>> {
  const specs = tensorSpecs(config);
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { name, shape } of specs) {
    const tensor = raw.get(name);
    if (!tensor) throw inputError(where, `tensor ${name} is missing; expected it with shape [${shape.join(', ')}]`);
    if (tensor.shape.join() !== shape.join()) throw inputError(where, `tensor ${name}: expected shape [${shape.join(', ')}] by config.json, found [${tensor.shape.join(', ')}]`);
    // The shape is right, so the size can be believed from here on.
    if (elementCount(shape) === 0) throw inputError(where, `tensor ${name} is empty`);
    const values = readValues(tensor, `${where}: tensor ${name}`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw inputError(where, `tensor ${name}: element ${bad} is ${values[bad]}, expected finite weights`);
    tensors.set(name, values);
  }
  const tiedHead = config.tiedHead ? 'lm_head.weight' : undefined;
  const extra = [...raw.keys()].find((name) => !tensors.has(name) && name !== tiedHead && !IGNORED.test(name));
  if (extra !== undefined) throw inputError(where, `tensor ${extra} is none of this architecture's ${specs.length} tensors`);
  return tensors;
}

function readValues(tensor: RawTensor, where: string): Float32Array<ArrayBuffer> {
  if (!['F32', 'F16', 'BF16'].includes(tensor.dtype)) throw inputError(where, `dtype: expected F32, F16 or BF16, found ${tensor.dtype}`);
  return toFloat32(tensor, where);
}

function readStudio(text: string, where: string): { task?: unknown; description?: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new Error('expected an object');
    const { task, description } = value as Record<string, unknown>;
    return { ...(task !== undefined && { task }), ...(typeof description === 'string' && { description }) };
  } catch (error) {
    throw inputError(where, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The files of a checkpoint's folder. */
export function checkpointFiles(checkpoint: Checkpoint): { path: string; data: Uint8Array<ArrayBuffer> }[] {
  const { config, tensors, tokenizerFiles, tokenizerJson, task, description } = checkpoint;
  const encode = (text: string) => new TextEncoder().encode(text);
  const special = tokenizerJson === undefined ? undefined : specialTokens(tokenizerJson);
  const weights = tensorSpecs(config).map(({ name, shape }) => {
    const data = tensors.get(name);
    if (!data) throw new Error(`a checkpoint of this architecture has a tensor ${name}`);
    return { name, shape, data };
  });
  const files = [
    { path: 'config.json', data: encode(writeHuggingFaceConfig(config, special)) },
    { path: 'model.safetensors', data: writeSafetensors(weights) },
    ...tokenizerFiles.map(({ path, text }) => ({ path, data: encode(text) })),
  ];
  if (special) files.push({ path: 'generation_config.json', data: encode(`${JSON.stringify({ eos_token_id: special.end, pad_token_id: special.pad }, null, 2)}\n`) });
  if (task !== undefined || description) files.push({ path: 'studio.json', data: encode(`${JSON.stringify({ task, description }, null, 2)}\n`) });
  return files;
}

/** Ids of the special tokens by their usual names in `added_tokens`. */
function specialTokens(tokenizerJson: string): { end: number; pad: number } | undefined {
  const { added_tokens: added } = JSON.parse(tokenizerJson) as { added_tokens?: { id: number; content: string }[] };
  const idOf = (content: string) => added?.find((token) => token.content === content)?.id;
  const [end, pad] = [idOf('<end>'), idOf('<pad>')];
  return end === undefined || pad === undefined ? undefined : { end, pad };
}
