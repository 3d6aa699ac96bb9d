/**
 * Every tensor of a checkpoint: name, shape, and which of its elements belong to which weight. A weight is a matrix
 * [out, in] (or a vector) with a key such as `embedding`, `3.query` or `3.query.bias`; the layout places weights by
 * key, independently of how a checkpoint fuses, transposes or interleaves them.
 */
import type { TensorNames } from './architectures/architecture.ts';
import { ARCHITECTURES } from './architectures/catalog.ts';
import type { ModelConfig } from './model-config.ts';
import { structureOf } from './structure.ts';

/** `count` blocks of `size` elements; in the parameter buffer each takes `padded`. */
export interface Blocks {
  count: number;
  size: number;
  padded: number;
}

/** A weight inside a tensor: element (block b, row r, column c) is at offset + b * block + r * row + c * column. */
export interface Part {
  key: string;
  rows: Blocks;
  columns: Blocks;
  source: { offset: number; block: number; row: number; column: number };
}

export interface TensorSpec {
  name: string;
  /** Row-major. */
  shape: number[];
  parts: Part[];
  /** Initialisation: normal, scaled by the inputs of the matrix, or a constant. */
  initial: { inputs: number; endsBranch: boolean } | { value: number };
}

export const padTo4 = (size: number): number => Math.ceil(size / 4) * 4;

const ONE: Blocks = { count: 1, size: 1, padded: 1 };
const whole = (size: number): Blocks => ({ count: 1, size, padded: padTo4(size) });
/** Elements that the blocks take in a store. */
export const paddedLength = (blocks: Blocks): number => blocks.count * blocks.padded;
const sizeOf = (blocks: Blocks): number => blocks.count * blocks.size;

/** All tensors of a checkpoint, in the order in which they are written. */
export function tensorSpecs(config: ModelConfig): TensorSpec[] {
  const { names, norm: kind, gainPlusOne } = ARCHITECTURES[config.architecture];
  const { queryKeyValue, mlp, attentionOutput } = structureOf(config).biases;
  const prefix = config.tensorPrefix ?? names.prefixes[0];
  const hidden = whole(config.hiddenSize);
  const intermediate = whole(config.intermediateSize);
  const vocabulary = whole(config.vocabularySize);
  const heads = (count: number): Blocks => ({
    count,
    size: config.headDimension,
    padded: padTo4(config.headDimension),
  });

  const gain = gainPlusOne ? 0 : 1;
  const norm = (key: string, name: string, size = hidden): TensorSpec[] => [
    vector(key, `${name}.weight`, size, gain),
    ...(kind === 'layer' ? [vector(`${key}.bias`, `${name}.bias`, size, 0)] : []),
  ];
  const headGain = (key: string, name: string) => vector(key, `${name}.weight`, heads(1), gain);
  const linear = (keys: Keyed[], name: string, inputs: Blocks, bias: boolean, order: Order = 'parts'): TensorSpec[] => [
    matrix(keys, `${name}.weight`, inputs, names.linear, order),
    ...(bias ? [biases(keys, `${name}.bias`, order)] : []),
  ];
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const name = (part: string) => prefix + names.layer.replace('#', String(layer)) + part;
    const key = (part: string) => `${layer}.${part}`;
    const one = (part: string, rows: Blocks): Keyed[] => [{ key: key(part), rows }];
    const { headNorms, postNorms } = names;
    return [
      ...norm(key('inputNorm'), name(names.inputNorm)),
      ...queryKeyValueOf(names, {
        query: { key: key('query'), rows: heads(config.heads) },
        key: { key: key('key'), rows: heads(config.keyValueHeads) },
        value: { key: key('value'), rows: heads(config.keyValueHeads) },
      }).flatMap(({ part, keys, order }) => linear(keys, name(part), hidden, queryKeyValue, order)),
      ...linear(one('output', hidden), name(names.output), heads(config.heads), attentionOutput),
      ...(headNorms
        ? [headGain(key('queryNorm'), name(headNorms.query)), headGain(key('keyNorm'), name(headNorms.key))]
        : []),
      ...(postNorms ? norm(key('postAttentionNorm'), name(postNorms.attention)) : []),
      ...norm(key('mlpNorm'), name(names.mlpNorm)),
      ...(names.gate === undefined ? [] : linear(one('gate', intermediate), name(names.gate), hidden, mlp)),
      ...linear(one('up', intermediate), name(names.up), hidden, mlp),
      ...linear(one('down', hidden), name(names.down), intermediate, mlp),
      ...(postNorms ? norm(key('postMlpNorm'), name(postNorms.mlp)) : []),
    ];
  });
  const table = (key: string, name: string, rows: Blocks) =>
    matrix([{ key, rows }], `${name}.weight`, hidden, 'out-in', 'parts');
  return [
    table('embedding', prefix + names.embedding, vocabulary),
    ...(names.positions === undefined
      ? []
      : [
          table('positions', prefix + names.positions, {
            count: 1,
            size: config.maxPositions,
            padded: config.maxPositions,
          }),
        ]),
    ...layers.flat(),
    ...norm('finalNorm', prefix + names.finalNorm),
    ...(config.tiedHead ? [] : [table('head', names.head, vocabulary)]),
  ];
}

/** A weight by its key, with its rows (outputs). */
interface Keyed {
  key: string;
  rows: Blocks;
}
type Order = 'parts' | 'heads';

function queryKeyValueOf(
  names: TensorNames,
  keys: Record<'query' | 'key' | 'value', Keyed>,
): { part: string; keys: Keyed[]; order: Order }[] {
  const { queryKeyValue } = names;
  if ('fused' in queryKeyValue)
    return [{ part: queryKeyValue.fused, keys: [keys.query, keys.key, keys.value], order: queryKeyValue.order }];
  return (['query', 'key', 'value'] as const).map((which) => ({
    part: queryKeyValue[which],
    keys: [keys[which]],
    order: 'parts',
  }));
}

/** First output of each weight in a fused tensor, and the outputs from one of its blocks to the next. */
function outputsOf(keys: Keyed[], order: Order): { keyed: Keyed; first: number; block: number }[] {
  let first = 0;
  return keys.map((keyed) => {
    const { size } = keyed.rows;
    const place = { keyed, first, block: order === 'heads' ? keys.length * size : size };
    first += order === 'heads' ? size : sizeOf(keyed.rows);
    return place;
  });
}

const outputCount = (keys: Keyed[]): number => keys.reduce((sum, { rows }) => sum + sizeOf(rows), 0);

function matrix(keys: Keyed[], name: string, columns: Blocks, stored: TensorNames['linear'], order: Order): TensorSpec {
  const [outputs, inputs] = [outputCount(keys), sizeOf(columns)];
  /** Strides from one output, and from one input, to the next. */
  const [row, column] = stored === 'out-in' ? [inputs, 1] : [1, outputs];
  return {
    name,
    shape: stored === 'out-in' ? [outputs, inputs] : [inputs, outputs],
    parts: outputsOf(keys, order).map(({ keyed, first, block }) => ({
      key: keyed.key,
      rows: keyed.rows,
      columns,
      source: { offset: first * row, block: block * row, row, column },
    })),
    initial: { inputs, endsBranch: /\.(output|down)$/.test(keys[0]?.key ?? '') },
  };
}

function biases(keys: Keyed[], name: string, order: Order): TensorSpec {
  return {
    name,
    shape: [outputCount(keys)],
    parts: outputsOf(keys, order).map(({ keyed, first, block }) => ({
      key: `${keyed.key}.bias`,
      rows: keyed.rows,
      columns: ONE,
      source: { offset: first, block, row: 1, column: 1 },
    })),
    initial: { value: 0 },
  };
}

function vector(key: string, name: string, rows: Blocks, value: number): TensorSpec {
  return {
    name,
    shape: [sizeOf(rows)],
    parts: [{ key, rows, columns: ONE, source: { offset: 0, block: 0, row: 1, column: 1 } }],
    initial: { value },
  };
}
