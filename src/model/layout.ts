/**
 * Where every weight lives in the one parameter buffer, and how a checkpoint's tensors map onto it.
 *
 * Rows and columns are padded to multiples of 4 (heads each on their own) and the padding holds 0, so that kernels read vec4
 * everywhere and any shape works; a padded weight has gradient 0 and stays 0. Matrices that are used together lie together:
 * q, k and v as one [H + 2G heads, D] matrix, gate and up as one [2F, D]. All matrices come first, the norms' gains last, which is
 * what the optimizer's weight decay goes by. Gradients and Adam's moments use the same layout.
 */
import { tensorSpecs, type ModelConfig } from './config.ts';

/** `count` blocks of `size` elements, each stored on `padded`. */
interface Blocks {
  count: number;
  size: number;
  padded: number;
}

export interface Region {
  /** First element (float32 index), a multiple of REGION_ALIGNMENT. */
  offset: number;
  /** Padded rows and columns (1 row for gains). */
  rows: number;
  columns: number;
}

interface Mapping {
  shape: number[];
  offset: number;
  rows: Blocks;
  columns: Blocks;
}

export interface LayerRegions {
  inputNorm: Region;
  qkv: Region;
  output: Region;
  mlpNorm: Region;
  gateUp: Region;
  down: Region;
}

export interface ParameterLayout {
  /** Padded sizes: D, F, V and the head dimension. */
  hidden: number;
  intermediate: number;
  vocabulary: number;
  headDimension: number;
  embedding: Region;
  layers: LayerRegions[];
  finalNorm: Region;
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

export const padTo4 = (size: number): number => Math.ceil(size / 4) * 4;

export function parameterLayout(config: ModelConfig): ParameterLayout {
  const shapes = new Map(tensorSpecs(config).map((spec) => [spec.name, spec.shape]));
  const tensors = new Map<string, Mapping>();
  let count = 0;
  const whole = (size: number): Blocks => ({ count: 1, size, padded: padTo4(size) });
  const heads = (n: number): Blocks => ({ count: n, size: config.headDimension, padded: padTo4(config.headDimension) });
  const length = (blocks: Blocks) => blocks.count * blocks.padded;

  /** Lays several tensors of the same width under one another. */
  function region(columns: Blocks, parts: { name: string; rows: Blocks }[]): Region {
    const offset = Math.ceil(count / REGION_ALIGNMENT) * REGION_ALIGNMENT;
    let rows = 0;
    for (const part of parts) {
      const shape = shapes.get(part.name);
      if (!shape) throw new Error(`no tensor ${part.name} in this architecture`);
      tensors.set(part.name, { shape, offset: offset + rows * length(columns), rows: part.rows, columns });
      rows += length(part.rows);
    }
    count = offset + rows * length(columns);
    return { offset, rows, columns: length(columns) };
  }
  const one: Blocks = { count: 1, size: 1, padded: 1 };

  const hidden = whole(config.hiddenSize);
  const intermediate = whole(config.intermediateSize);
  const embedding = region(hidden, [{ name: 'model.embed_tokens.weight', rows: whole(config.vocabularySize) }]);
  const matrices = Array.from({ length: config.layers }, (_, layer) => {
    const name = (part: string) => `model.layers.${layer}.${part}.weight`;
    return {
      qkv: region(hidden, [
        { name: name('self_attn.q_proj'), rows: heads(config.heads) },
        { name: name('self_attn.k_proj'), rows: heads(config.keyValueHeads) },
        { name: name('self_attn.v_proj'), rows: heads(config.keyValueHeads) },
      ]),
      output: region(heads(config.heads), [{ name: name('self_attn.o_proj'), rows: hidden }]),
      gateUp: region(hidden, [
        { name: name('mlp.gate_proj'), rows: intermediate },
        { name: name('mlp.up_proj'), rows: intermediate },
      ]),
      down: region(intermediate, [{ name: name('mlp.down_proj'), rows: hidden }]),
    };
  });
  const head = config.tiedHead ? embedding : region(hidden, [{ name: 'lm_head.weight', rows: whole(config.vocabularySize) }]);
  const decayed = Math.ceil(count / REGION_ALIGNMENT) * REGION_ALIGNMENT;
  const layers = matrices.map((matrix, layer) => ({
    ...matrix,
    inputNorm: region(hidden, [{ name: `model.layers.${layer}.input_layernorm.weight`, rows: one }]),
    mlpNorm: region(hidden, [{ name: `model.layers.${layer}.post_attention_layernorm.weight`, rows: one }]),
  }));
  const finalNorm = region(hidden, [{ name: 'model.norm.weight', rows: one }]);
  return {
    hidden: hidden.padded,
    intermediate: intermediate.padded,
    vocabulary: padTo4(config.vocabularySize),
    headDimension: padTo4(config.headDimension),
    embedding,
    layers,
    finalNorm,
    head,
    count,
    decayed,
    tensors,
  };
}

/** Writes checkpoint tensors (row-major, true shapes) into a zeroed buffer of `layout.count` floats. */
export function packTensors(layout: ParameterLayout, tensors: ReadonlyMap<string, Float32Array>): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.count);
  for (const [name, mapping] of layout.tensors) {
    const data = tensors.get(name);
    if (!data) throw new Error(`tensor ${name} is missing`);
    eachRow(mapping, (source, target, size) => packed.set(data.subarray(source, source + size), target));
  }
  return packed;
}

/** Reads the tensors of a checkpoint out of a buffer laid out by `layout`. */
export function unpackTensors(layout: ParameterLayout, packed: Float32Array): Map<string, Float32Array<ArrayBuffer>> {
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, mapping] of layout.tensors) {
    const data = new Float32Array(mapping.shape.reduce((product, size) => product * size, 1));
    eachRow(mapping, (source, target, size) => data.set(packed.subarray(target, target + size), source));
    tensors.set(name, data);
  }
  return tensors;
}

/** Visits each contiguous run: `source` in the checkpoint's tensor, `target` in the packed buffer. */
function eachRow({ offset, rows, columns }: Mapping, visit: (source: number, target: number, size: number) => void): void {
  const sourceWidth = columns.count * columns.size;
  const targetWidth = columns.count * columns.padded;
  for (let block = 0; block < rows.count; block++) {
    for (let row = 0; row < rows.size; row++) {
      const source = (block * rows.size + row) * sourceWidth;
      const target = offset + (block * rows.padded + row) * targetWidth;
      for (let part = 0; part < columns.count; part++) visit(source + part * columns.size, target + part * columns.padded, columns.size);
    }
  }
}
