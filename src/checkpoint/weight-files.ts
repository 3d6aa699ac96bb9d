/**
 * The weights of a folder: one model.safetensors, or shards with model.safetensors.index.json beside them. Opening
 * reads headers only; tensors are then read one at a time, each from its range.
 */
import { inputError, StudioError } from '../errors.ts';
import { isBuffer } from '../model/spec/architectures/buffers.ts';
import { elementCount } from '../model/weights/initial-weights.ts';
import { converted } from '../model/weights/f16-conversion.ts';
import type { WeightValues } from '../model/weights/packing.ts';
import type { Precision } from '../model/weights/precision.ts';
import type { CheckpointSource, SourceFile } from './checkpoint-source.ts';
import { parseObject, shortened, shown } from './json-fields.ts';
import {
  headerLength,
  isWeightDtype,
  parseHeader,
  PREFIX,
  PRECISIONS,
  storedValues,
  type RawTensor,
  type TensorEntry,
} from './safetensors.ts';

export const SINGLE_FILE = 'model.safetensors';
export const INDEX_FILE = 'model.safetensors.index.json';
/** Checkpoints with hundreds of billions of parameters have a few hundred. */
const MOST_SHARDS = 1000;

export interface WeightEntry extends TensorEntry {
  file: string;
}

export class WeightFiles {
  private constructor(
    private readonly source: CheckpointSource,
    /** Name of the folder in messages. */
    private readonly where: string,
    /** By Hugging Face name. */
    readonly entries: ReadonlyMap<string, WeightEntry>,
    /** The file or files that contain them. */
    readonly files: readonly string[],
  ) {}

  /** @throws StudioError `input` naming the incorrect file and tensor */
  static async open(source: CheckpointSource, where: string): Promise<WeightFiles> {
    const files = new Map((await source.list()).map((file) => [file.path, file]));
    if (files.has(SINGLE_FILE)) {
      const { entries, aliases } = await readEntries(source, files, SINGLE_FILE, where);
      return new WeightFiles(source, where, withAliases(entries, aliases), [SINGLE_FILE]);
    }
    if (!files.has(INDEX_FILE)) throw noWeights([...files.keys()], where);
    const map = weightMap(new TextDecoder().decode(await source.read(INDEX_FILE)), `${where}/${INDEX_FILE}`);
    const shards = [...new Set(map.values())];
    if (shards.length > MOST_SHARDS)
      throw inputError(
        `${where}/${INDEX_FILE}`,
        `weight_map names ${shards.length} files, expected at most ${MOST_SHARDS}`,
      );
    const missing = shards.filter((shard) => !files.has(shard));
    if (missing.length > 0)
      throw inputError(
        where,
        `${shortened(missing[0] ?? '')} is missing (${missing.length} of ${shards.length} files of weights that ` +
          `${INDEX_FILE} names)`,
      );
    const entries = new Map<string, WeightEntry>();
    const aliases = new Map<string, string>();
    for (const shard of shards) {
      const read = await readEntries(source, files, shard, where);
      for (const [name, entry] of read.entries) {
        const indexed = map.get(name);
        // Like transformers, every tensor of the files counts, also one that the index does not name.
        const elsewhere = indexed === undefined ? entries.get(name)?.file : indexed === shard ? undefined : indexed;
        if (elsewhere !== undefined && !isBuffer(name))
          throw inputError(
            `${where}/${shard}`,
            `tensor ${shortened(name)}: ` +
              (indexed === undefined
                ? `also in ${shortened(elsewhere)}, and ${INDEX_FILE} names neither`
                : `${INDEX_FILE} has it in ${shortened(elsewhere)}`),
          );
        entries.set(name, entry);
      }
      for (const [name, kept] of read.aliases) aliases.set(name, kept);
    }
    const all = withAliases(entries, aliases);
    for (const [name, shard] of map)
      if (!all.has(name) && !isBuffer(name))
        throw inputError(
          `${where}/${shard}`,
          `tensor ${shortened(name)} is missing, which ${INDEX_FILE} has in this file`,
        );
    return new WeightFiles(source, where, all, shards);
  }

  /** The same files, where a tensor also has another name, unless that one has a tensor of its own. */
  withAlias(name: string, kept: string): WeightFiles {
    const entries = withAliases(this.entries, new Map([[name, kept]]));
    return new WeightFiles(this.source, this.where, entries, this.files);
  }

  /** Tensors on disk, each once, whatever names it has. */
  private get stored(): Set<WeightEntry> {
    return new Set(this.entries.values());
  }

  /** Elements of all tensors. */
  get parameters(): number {
    return [...this.stored].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  }

  /** Bytes of all tensors on disk. */
  get bytes(): number {
    return [...this.stored].reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Name of a tensor's file in messages. */
  file(name: string): string {
    return `${this.where}/${this.entries.get(name)?.file ?? (this.files.length === 1 ? SINGLE_FILE : INDEX_FILE)}`;
  }

  /** Name of a tensor in messages. */
  place(name: string): string {
    return `${this.file(name)}: tensor ${shortened(name)}`;
  }

  /** A tensor's bytes on disk. @throws StudioError `input` if no tensor has that name, or its file is truncated */
  async read(name: string): Promise<RawTensor> {
    const entry = this.entries.get(name);
    if (!entry) throw inputError(this.where, `tensor ${shortened(name)} is missing`);
    const { file, dtype, shape, start, end } = entry;
    const data = await this.source.read(file, start, end);
    if (data.byteLength !== end - start)
      throw inputError(
        `${this.where}/${file}`,
        `is cut off: tensor ${shortened(name)} has ${data.byteLength} of its ${end - start} bytes`,
      );
    return { dtype, shape, data };
  }

  /** The precision of a tensor; F32 if it does not exist. */
  precisionOf(name: string): Precision {
    const dtype = this.entries.get(name)?.dtype ?? '';
    return isWeightDtype(dtype) ? PRECISIONS[dtype] : 'f32';
  }

  /** A tensor's values in their stored precision. @throws StudioError `input` also if they are not finite */
  async readStored(name: string): Promise<{ precision: Precision; values: WeightValues }> {
    const place = this.place(name);
    const dtype = this.entries.get(name)?.dtype;
    if (dtype !== undefined && !isWeightDtype(dtype))
      throw inputError(place, `dtype: expected F32, F16 or BF16, found ${dtype}`);
    const stored = storedValues(await this.read(name), place);
    const bad = firstNotFinite(stored.values, stored.precision);
    if (bad >= 0)
      throw inputError(
        place,
        `element ${bad} is ` +
          `${converted(stored.values.subarray(bad, bad + 1), stored.precision, 'f32', place)[0]}, expected finite ` +
          'weights',
      );
    return stored;
  }

  /** The same in f32, widened exactly. */
  async readFloat32(name: string): Promise<Float32Array<ArrayBuffer>> {
    const { precision, values } = await this.readStored(name);
    return converted(values, precision, 'f32', this.place(name)) as Float32Array<ArrayBuffer>;
  }
}

/** In infinities and NaNs all bits of the exponent are set. */
const EXPONENTS: Record<Precision, number> = { f32: 0x7f800000, bf16: 0x7f80, f16: 0x7c00 };

/** @returns -1 if all are finite */
function firstNotFinite(values: WeightValues, precision: Precision): number {
  const words =
    values instanceof Float32Array ? new Uint32Array(values.buffer, values.byteOffset, values.length) : values;
  const exponent = EXPONENTS[precision];
  for (let i = 0; i < words.length; i++) if (((words[i] ?? 0) & exponent) === exponent) return i;
  return -1;
}

async function readEntries(
  source: CheckpointSource,
  files: ReadonlyMap<string, SourceFile>,
  path: string,
  folder: string,
): Promise<{ entries: Map<string, WeightEntry>; aliases: Map<string, string> }> {
  const size = files.get(path)?.size ?? 0;
  const where = `${folder}/${path}`;
  const length = headerLength(await source.read(path, 0, Math.min(PREFIX, size)), size, where);
  const { entries, metadata } = parseHeader(await source.read(path, PREFIX, PREFIX + length), size, where);
  return {
    entries: new Map([...entries].map(([name, entry]) => [name, { ...entry, file: path }])),
    aliases: new Map(Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  };
}

/**
 * safetensors.torch.save_model stores tensors that share memory once, and names the others in `__metadata__`:
 * {removed name: stored name}. Other entries there, such as format, name no tensor.
 */
function withAliases(
  entries: ReadonlyMap<string, WeightEntry>,
  aliases: ReadonlyMap<string, string>,
): ReadonlyMap<string, WeightEntry> {
  const all = new Map(entries);
  for (const [name, kept] of aliases) {
    const entry = entries.get(kept);
    if (entry && !all.has(name)) all.set(name, entry);
  }
  return all;
}

function weightMap(text: string, where: string): Map<string, string> {
  const map = parseObject(text, where)['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw inputError(where, `weight_map: expected an object, found ${shown(map)}`);
  const entries = Object.entries(map);
  if (entries.length === 0) throw inputError(where, 'weight_map is empty');
  return new Map(
    entries.map(([name, file]: [string, unknown]) => {
      // A plain file name, so that nothing outside the folder is opened.
      if (typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file))
        throw inputError(
          where,
          `weight_map: ${shortened(name)}: expected the name of a .safetensors file, found ${shown(file)}`,
        );
      return [name, file];
    }),
  );
}

function noWeights(paths: readonly string[], where: string): StudioError {
  const other = paths.find((path) => /\.(bin|pt|pth|gguf|h5|msgpack|onnx)$/.test(path));
  if (other !== undefined)
    return new StudioError(
      'input',
      `${where}: the weights are in ${shortened(other)}, a format that is not supported.`,
      `Save the model as ${SINGLE_FILE} (transformers: save_pretrained).`,
    );
  return inputError(
    where,
    `${SINGLE_FILE} is missing; found ${[...paths].sort().slice(0, 8).map(shortened).join(', ') || 'no files'}`,
  );
}
