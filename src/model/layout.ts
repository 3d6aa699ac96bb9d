/**
 * Where every weight lives in the one parameter buffer, and how a checkpoint's tensors map onto it.
 *
 * Rows and columns are padded to multiples of 4 (heads each on their own) and the padding holds 0, so that kernels read vec4
 * everywhere and any shape works; a padded weight has gradient 0 and stays 0. Matrices are [out, in] and those that are used together
 * lie together: q, k and v as one [H + 2G heads, D] matrix, gate and up as one [2F, D]. All matrices come first, gains and biases
 * last, which is what the optimizer's weight decay goes by. Gradients and Adam's moments use the same layout.
 */
import type { ModelConfig } from './config.ts';
import { padTo4, tensorSpecs, type Blocks, type Part } from './tensors.ts';

export interface Region {
  /** First element (float32 index), a multiple of REGION_ALIGNMENT. */
  offset: number;
  /** Padded rows and columns (1 row for gains and biases). */
  rows: number;
  columns: number;
}

interface Mapping {
  shape: number[];
  /** Which elements of the tensor go where in the buffer. */
  placed: { part: Part; offset: number }[];
}

export interface NormRegions {
  gain: Region;
  /** LayerNorm's. */
  bias: Region | undefined;
}

/** What an architecture has not is undefined. */
export interface LayerRegions {
  inputNorm: NormRegions;
  qkv: Region;
  qkvBias: Region | undefined;
  queryNorm: Region | undefined;
  keyNorm: Region | undefined;
  output: Region;
  outputBias: Region | undefined;
  postAttentionNorm: NormRegions | undefined;
  mlpNorm: NormRegions;
  /** Only up where the MLP has no gate. */
  gateUp: Region;
  gateUpBias: Region | undefined;
  down: Region;
  downBias: Region | undefined;
  postMlpNorm: NormRegions | undefined;
}

export interface ParameterLayout {
  /** Padded sizes: D, F, V and the head dimension. */
  hidden: number;
  intermediate: number;
  vocabulary: number;
  headDimension: number;
  embedding: Region;
  /** Learned positions, [maxPositions, D]. */
  positions: Region | undefined;
  layers: LayerRegions[];
  finalNorm: NormRegions;
  /** The embedding's region when the head is tied. */
  head: Region;
  /** Float32 elements of the whole buffer, a multiple of 4. */
  count: number;
  /** Elements before this index are matrices. */
  decayed: number;
  /** By the checkpoint's tensor name. */
  tensors: Map<string, Mapping>;
}

/** 256 bytes: what WebGPU asks of a binding's offset. */
const REGION_ALIGNMENT = 64;

export function parameterLayout(config: ModelConfig): ParameterLayout {
  const specs = tensorSpecs(config);
  const parts = new Map(specs.flatMap((spec) => spec.parts.map((part) => [part.key, part] as const)));
  const offsets = new Map<string, number>();
  let count = 0;

  /** Lays weights of the same width under one another; undefined when the architecture has none of them. */
  function optional(...keys: string[]): Region | undefined {
    const present = keys.map((key) => parts.get(key)).filter((part) => part !== undefined);
    const [first] = present;
    if (!first) return undefined;
    const offset = Math.ceil(count / REGION_ALIGNMENT) * REGION_ALIGNMENT;
    const columns = paddedLength(first.columns);
    let rows = 0;
    for (const part of present) {
      offsets.set(part.key, offset + rows * columns);
      rows += paddedLength(part.rows);
    }
    count = offset + rows * columns;
    return columns === 1 ? { offset, rows: 1, columns: rows } : { offset, rows, columns };
  }
  function region(...keys: string[]): Region {
    const found = optional(...keys);
    if (!found) throw new Error(`no weight ${keys.join(', ')} in this architecture`);
    return found;
  }
  const norm = (key: string): NormRegions => ({ gain: region(key), bias: optional(`${key}.bias`) });

  const embedding = region('embedding');
  const positions = optional('positions');
  const numbers = Array.from({ length: config.layers }, (_, layer) => layer);
  const matrices = numbers.map((layer) => ({
    qkv: region(`${layer}.query`, `${layer}.key`, `${layer}.value`),
    output: region(`${layer}.output`),
    gateUp: region(`${layer}.gate`, `${layer}.up`),
    down: region(`${layer}.down`),
  }));
  const head = config.tiedHead ? embedding : region('head');
  const decayed = Math.ceil(count / REGION_ALIGNMENT) * REGION_ALIGNMENT;
  const layers = matrices.map((matrix, layer) => ({
    ...matrix,
    inputNorm: norm(`${layer}.inputNorm`),
    qkvBias: optional(`${layer}.query.bias`, `${layer}.key.bias`, `${layer}.value.bias`),
    queryNorm: optional(`${layer}.queryNorm`),
    keyNorm: optional(`${layer}.keyNorm`),
    outputBias: optional(`${layer}.output.bias`),
    postAttentionNorm: parts.has(`${layer}.postAttentionNorm`) ? norm(`${layer}.postAttentionNorm`) : undefined,
    mlpNorm: norm(`${layer}.mlpNorm`),
    gateUpBias: optional(`${layer}.gate.bias`, `${layer}.up.bias`),
    downBias: optional(`${layer}.down.bias`),
    postMlpNorm: parts.has(`${layer}.postMlpNorm`) ? norm(`${layer}.postMlpNorm`) : undefined,
  }));
  const finalNorm = norm('finalNorm');
  return {
    hidden: padTo4(config.hiddenSize),
    intermediate: padTo4(config.intermediateSize),
    vocabulary: padTo4(config.vocabularySize),
    headDimension: padTo4(config.headDimension),
    embedding,
    positions,
    layers,
    finalNorm,
    head,
    count,
    decayed,
    tensors: new Map(specs.map(({ name, shape, parts: own }) => [name, { shape, placed: own.map((part) => ({ part, offset: offsets.get(part.key) ?? NaN })) }])),
  };
}

/** All regions of a layer, or of anything else made of them. */
export function flatRegions(of: LayerRegions | Record<string, Region | NormRegions | undefined>): Region[] {
  const values: (Region | NormRegions | undefined)[] = Object.values(of);
  return values.flatMap((value) => (value && 'gain' in value ? [value.gain, value.bias] : [value])).filter((region) => region !== undefined);
}

const paddedLength = (blocks: Blocks): number => blocks.count * blocks.padded;

/** Writes checkpoint tensors (row-major, true shapes) into a zeroed buffer of `layout.count` floats. */
export function packTensors(layout: ParameterLayout, tensors: ReadonlyMap<string, Float32Array>): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.count);
  for (const [name, mapping] of layout.tensors) {
    const data = tensors.get(name);
    if (!data) throw new Error(`tensor ${name} is missing`);
    eachRun(mapping, (source, stride, target, size) => {
      if (stride === 1) packed.set(data.subarray(source, source + size), target);
      else for (let i = 0; i < size; i++) packed[target + i] = data[source + i * stride] ?? 0;
    });
  }
  return packed;
}

/** Reads the tensors of a checkpoint out of a buffer laid out by `layout`. */
export function unpackTensors(layout: ParameterLayout, packed: Float32Array): Map<string, Float32Array<ArrayBuffer>> {
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, mapping] of layout.tensors) {
    const data = new Float32Array(mapping.shape.reduce((product, size) => product * size, 1));
    eachRun(mapping, (source, stride, target, size) => {
      if (stride === 1) data.set(packed.subarray(target, target + size), source);
      else for (let i = 0; i < size; i++) data[source + i * stride] = packed[target + i] ?? 0;
    });
    tensors.set(name, data);
  }
  return tensors;
}

/** Visits each contiguous run of the packed buffer: from `target`, `size` elements, `stride` apart from `source` in the checkpoint's tensor. */
function eachRun({ placed }: Mapping, visit: (source: number, stride: number, target: number, size: number) => void): void {
  for (const { part, offset } of placed) {
    const { rows, columns, source: from } = part;
    const width = paddedLength(columns);
    for (let block = 0; block < rows.count; block++) {
      const source = from.offset + block * from.block;
      const target = offset + block * rows.padded * width;
      // A vector's rows lie side by side.
      if (width === 1) visit(source, from.row, target, rows.size);
      else
        for (let row = 0; row < rows.size; row++)
          for (let c = 0; c < columns.count; c++) visit(source + row * from.row + c * columns.size * from.column, from.column, target + row * width + c * columns.padded, columns.size);
    }
  }
}
