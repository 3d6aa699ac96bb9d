/**
 * A checkpoint folder in Hugging Face layout: config.json, weights in safetensors and, for text, a tokenizer.
 * `openCheckpoint` reads the small files and the headers; weights are then streamed tensor by tensor, so that they are
 * never in memory twice.
 */
import { inputError, StudioError } from '../errors.ts';
import { isBuffer } from '../model/spec/architectures/buffers.ts';
import { ARCHITECTURES } from '../model/spec/architectures/catalog.ts';
import { elementCount } from '../model/weights/initial-weights.ts';
import { type ModelConfig } from '../model/spec/model-config.ts';
import { converted } from '../model/weights/f16-conversion.ts';
import { tensorSpecs, type TensorSpec } from '../model/spec/tensors.ts';
import type { SourceTensor, WeightSource } from '../model/weights/weight-source.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import { endTokensOf, parseModelConfig } from './hugging-face-config.ts';
import { parseObject, shortened, type Fields } from './json-fields.ts';
import { isWeightDtype } from './safetensors.ts';
import { WeightFiles } from './weight-files.ts';

/** Everything in a checkpoint except its weights. */
export interface CheckpointText {
  /** Text of tokenizer.json; undefined if the folder has none, which is fine if inputs are token ids. */
  tokenizerJson?: string;
  /** The files of TOKENIZER_FILES that exist. */
  tokenizerFiles: { path: string; text: string }[];
  /** Token ids that end a response, by generation_config.json and config.json; may be empty. */
  endTokens?: number[];
  /** Unchanged generation_config.json. */
  generationConfig?: string;
  /** Unchanged config.json: an export changes only the fields that training changed. */
  configFields?: Fields;
  /** `task` of studio.json: the TaskConfig it was trained on. Not checked here. */
  task?: unknown;
  /** One sentence about its origin; may be empty. */
  description: string;
}

export interface Checkpoint extends CheckpointText {
  name: string;
  config: ModelConfig;
  /** By Hugging Face name, row-major, finite. */
  tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** A checkpoint to build a model from: its weights are read tensor by tensor when the model is built. */
export interface ModelCheckpoint extends CheckpointText {
  name: string;
  config: ModelConfig;
  weights: WeightSource;
}

/** An opened checkpoint whose weights have not been read. */
export interface OpenCheckpoint extends CheckpointText {
  name: string;
  /** Name of the folder in messages. */
  where: string;
  config: ModelConfig;
  weights: WeightFiles;
}

export const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];
/** Largest text file that is read; Gemma's tokenizer.json has 33 MB. */
const LARGEST_TEXT = 200_000_000;

/**
 * Reads config, headers and tokenizer files.
 *
 * @param where the folder's name, for messages
 * @throws StudioError `input` naming file, tensor or field, also for a model that the engine cannot run
 */
export async function openCheckpoint(source: CheckpointSource, where: string): Promise<OpenCheckpoint> {
  const files = new Map((await source.list()).map(({ path, size }) => [path, size]));
  const text = async (path: string) => {
    const size = files.get(path) ?? 0;
    if (size > LARGEST_TEXT)
      throw inputError(`${where}/${path}`, `expected at most ${LARGEST_TEXT} bytes, found ${size}`);
    return new TextDecoder().decode(await source.read(path));
  };
  if (!files.has('config.json'))
    throw inputError(
      where,
      `config.json is missing; found ${[...files.keys()].sort().slice(0, 8).map(shortened).join(', ') || 'no files'}`,
    );
  const stored = await WeightFiles.open(source, where);
  const configFields = parseObject(await text('config.json'), `${where}/config.json`);
  const config = parseModelConfig(configFields, `${where}/config.json`, [...stored.entries.keys()]);
  const weights = withTiedEmbedding(stored, config);
  const tokenizerFiles = await Promise.all(
    TOKENIZER_FILES.filter((path) => files.has(path)).map(async (path) => ({ path, text: await text(path) })),
  );
  const tokenizerJson = tokenizerFiles.find(({ path }) => path === 'tokenizer.json')?.text;
  const generationConfig = files.has('generation_config.json') ? await text('generation_config.json') : undefined;
  const generation =
    generationConfig === undefined ? undefined : parseObject(generationConfig, `${where}/generation_config.json`);
  const studio = files.has('studio.json') ? readStudio(await text('studio.json'), `${where}/studio.json`) : {};
  return {
    name: source.name,
    where,
    config,
    weights,
    configFields,
    tokenizerFiles,
    endTokens: [
      ...new Set([
        ...((generation && endTokensOf(generation, `${where}/generation_config.json`)) ?? []),
        ...(endTokensOf(configFields, `${where}/config.json`) ?? []),
      ]),
    ],
    description: '',
    ...(tokenizerJson !== undefined && { tokenizerJson }),
    ...(generationConfig !== undefined && { generationConfig }),
    ...studio,
  };
}

/** Tied weights are one tensor, which a file may store under the name of the head alone. */
function withTiedEmbedding(weights: WeightFiles, config: ModelConfig): WeightFiles {
  if (!config.tiedHead) return weights;
  const { embedding, head } = tiedNames(config);
  return weights.withAlias(embedding, head);
}

function tiedNames({ architecture, tensorPrefix }: ModelConfig): { embedding: string; head: string } {
  const { head, embedding, prefixes } = ARCHITECTURES[architecture].names;
  return { embedding: `${tensorPrefix ?? prefixes[0]}${embedding}.weight`, head: `${head}.weight` };
}

/**
 * A file may store a tied head beside the embedding: then it is the same tensor. Where it is another one, transformers
 * 5 uses both, and transformers 4 the embedding alone.
 *
 * @throws StudioError `input` if the two differ
 */
async function checkTiedHead(weights: WeightFiles, config: ModelConfig): Promise<void> {
  if (!config.tiedHead) return;
  const { embedding, head } = tiedNames(config);
  const entry = weights.entries.get(head);
  if (!entry || entry === weights.entries.get(embedding)) return;
  const [one, other] = [await weights.readFloat32(embedding), await weights.readFloat32(head)];
  if (one.length === other.length && one.every((value, i) => value === other[i])) return;
  throw new StudioError(
    'input',
    `${weights.place(head)}: expected the values of ${embedding}, because config.json ties the two ` +
      '(tie_word_embeddings), found others.',
    'Set tie_word_embeddings to false in config.json to use both; or remove the tensor if the embedding is the head.',
  );
}

/**
 * Compares the headers with the tensors of the architecture; reads no weights.
 *
 * @throws StudioError `input` naming a tensor that is missing, unknown, of another shape, or of an unsupported
 *   precision
 */
export function checkTensors(open: OpenCheckpoint, specs: readonly TensorSpec[]): void {
  const { entries } = open.weights;
  for (const { name, shape } of specs) {
    const entry = entries.get(name);
    const place = open.weights.place(name);
    if (!entry)
      throw inputError(
        open.weights.file(name),
        `tensor ${name} is missing; expected it with shape [${shape.join(', ')}]`,
      );
    if (entry.shape.join() !== shape.join())
      throw inputError(place, `expected shape [${shape.join(', ')}] by config.json, found [${entry.shape.join(', ')}]`);
    if (!isWeightDtype(entry.dtype)) throw inputError(place, `dtype: expected F32, F16 or BF16, found ${entry.dtype}`);
    if (elementCount(shape) === 0) throw inputError(open.weights.file(name), `tensor ${name} is empty`);
  }
  const known = new Set(specs.map(({ name }) => name));
  // A checkpoint may contain a tied head explicitly.
  if (open.config.tiedHead) known.add(`${ARCHITECTURES[open.config.architecture].names.head}.weight`);
  const extra = [...entries.keys()].find((name) => !known.has(name) && !isBuffer(name));
  if (extra !== undefined)
    throw inputError(
      open.weights.file(extra),
      `unexpected tensor ${shortened(extra)}; the architecture has ${specs.length} tensors of other names`,
    );
}

/**
 * The weights, checked, one tensor after the other; each is read only on request.
 *
 * @throws StudioError `input` as `checkTensors`, before the first tensor; and if values are not finite, or a tied head
 *   differs from the embedding
 */
export async function* streamTensors(
  open: OpenCheckpoint,
  specs: readonly TensorSpec[],
): AsyncGenerator<{ name: string; shape: number[]; data: Float32Array<ArrayBuffer> }> {
  checkTensors(open, specs);
  await checkTiedHead(open.weights, open.config);
  for (const { name, shape } of specs) yield { name, shape, data: await open.weights.readFloat32(name) };
}

/**
 * The input from which the engine builds a model. Reads no weights.
 *
 * @throws StudioError `input` as `checkTensors`; later, when weights are read, if values are not finite
 */
export function modelCheckpoint(open: OpenCheckpoint): ModelCheckpoint {
  const { where: _where, weights, ...others } = open;
  checkTensors(open, tensorSpecs(open.config));
  return {
    ...others,
    weights: { precisionOf: (name) => weights.precisionOf(name), tensors: (specs) => sourceTensors(open, specs) },
  };
}

async function* sourceTensors(
  { weights, config }: OpenCheckpoint,
  specs: readonly TensorSpec[],
): AsyncGenerator<SourceTensor> {
  await checkTiedHead(weights, config);
  for (const { name } of specs) {
    const { precision, values } = await weights.readStored(name);
    yield { name, values: (wanted) => converted(values, precision, wanted, weights.place(name)) };
  }
}

/** Reads all weights into memory, as f32. @throws StudioError `input` as `streamTensors` */
export async function loadCheckpoint(open: OpenCheckpoint): Promise<Checkpoint> {
  const { where: _where, weights: _weights, ...others } = open;
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for await (const { name, data } of streamTensors(open, tensorSpecs(open.config))) tensors.set(name, data);
  return { ...others, tensors };
}

/** Reads and checks a whole folder. @param where the folder's name, for messages */
export async function readCheckpoint(source: CheckpointSource, where: string): Promise<Checkpoint> {
  return loadCheckpoint(await openCheckpoint(source, where));
}

function readStudio(text: string, where: string): { task?: unknown; description?: string } {
  const { task, description } = parseObject(text, where);
  return { ...(task !== undefined && { task }), ...(typeof description === 'string' && { description }) };
}
