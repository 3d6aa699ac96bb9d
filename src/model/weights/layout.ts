/**
 * The place of every weight, and the mapping from a checkpoint's tensors.
 *
 * There are two stores. The trained store is a float32 buffer; gradients, Adam's moments and saved runs have the same
 * layout. The frozen store holds the weights that no update changes, and has no counterpart of its size. A region
 * (weights that kernels use together) is in one of them.
 *
 * Rows and columns are padded with 0 to multiples of 4 (heads individually), so that kernels read vec4 everywhere and
 * any shape works; a padded weight has gradient 0 and stays 0. Matrices are [out, in], and those that are used together
 * are adjacent: q, k and v as one [H + 2G heads, D] matrix, gate and up as one [2F, D]. In each store all matrices come
 * first, then gains and biases; the optimizer's weight decay depends on this order.
 */
import type { ModelConfig } from '../spec/model-config.ts';
import { loraLayout } from './lora-layout.ts';
import { type LayerLora } from './region.ts';
import { type LinearName } from './region.ts';
import { LINEARS } from './region.ts';
import type { LoraConfig } from './lora-tensors.ts';
import { paddedLength, padTo4, tensorSpecs } from '../spec/tensors.ts';
import type { Mapping, Placed, Region } from './region.ts';

export interface LayoutOptions {
  /**
   * Whether the weight with this key (tensors.ts) is trained; by default all are, or with `lora` none. Weights of one
   * region must agree.
   */
  trained?: (key: string) => boolean;
  /** Adapters, which are trained. */
  lora?: LoraConfig;
}

export interface NormRegions {
  gain: Region;
  /** Of LayerNorm. */
  bias: Region | undefined;
}

/** Undefined for weights that an architecture does not have. */
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
  /** Only up if the MLP has no gate. */
  gateUp: Region;
  gateUpBias: Region | undefined;
  down: Region;
  downBias: Region | undefined;
  postMlpNorm: NormRegions | undefined;
  /** Adapters of the linear layers that have one. */
  lora: LayerLora;
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
  /** The embedding's region if the head is tied. */
  head: Region;
  /** Elements of each store, a multiple of 4; those before `decayed` are matrices. */
  trained: { count: number; decayed: number };
  frozen: { count: number; decayed: number };
  /** By the checkpoint's tensor name. */
  tensors: Map<string, Mapping>;
  /** The adapters' tensors, by PEFT's names without its prefix. */
  loraTensors: Map<string, Mapping>;
}

/** 256 bytes, WebGPU's alignment of a binding's offset. */
const REGION_ALIGNMENT = 64;

export function parameterLayout(
  config: ModelConfig,
  { lora, trained: isTrained = () => !lora }: LayoutOptions = {},
): ParameterLayout {
  const specs = tensorSpecs(config);
  const parts = new Map(specs.flatMap((spec) => spec.parts.map((part) => [part.key, part] as const)));
  const places = new Map<string, Omit<Placed, 'part'>>();
  const stores = { trained: { count: 0, decayed: 0 }, frozen: { count: 0, decayed: 0 } };

  /** Stacks weights of the same width by rows; undefined if the architecture has none of them. */
  function optional(...keys: string[]): Region | undefined {
    const present = keys.map((key) => parts.get(key)).filter((part) => part !== undefined);
    const [first] = present;
    if (!first) return undefined;
    const trained = isTrained(first.key);
    if (present.some(({ key }) => isTrained(key) !== trained))
      throw new Error(`${keys.join(', ')} are one region: all of them are trained, or none`);
    const columns = paddedLength(first.columns);
    const taken = take(
      trained,
      present.reduce((sum, { rows }) => sum + paddedLength(rows), 0),
      columns,
    );
    const found = columns === 1 ? { ...taken, rows: 1, columns: taken.rows } : taken;
    let next = 0;
    for (const part of present) {
      places.set(part.key, { region: found, first: next, column: 0 });
      next += paddedLength(part.rows);
    }
    return found;
  }
  function take(trained: boolean, rows: number, columns: number): Region {
    const store = trained ? stores.trained : stores.frozen;
    const offset = aligned(store.count);
    store.count = offset + rows * columns;
    return { trained, offset, rows, columns };
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
  const linear = (layer: number, name: LinearName) => region(...LINEARS[name].map((weight) => `${layer}.${weight}`));
  const matrices = numbers.map((layer) => ({
    qkv: linear(layer, 'qkv'),
    output: linear(layer, 'output'),
    gateUp: linear(layer, 'gateUp'),
    down: linear(layer, 'down'),
  }));
  const head = config.tiedHead ? embedding : region('head');
  const adapters = lora && loraLayout(config, lora, parts, (rows, columns) => take(true, rows, columns));
  for (const store of [stores.trained, stores.frozen]) store.decayed = aligned(store.count);
  const layers = matrices.map((matrix, layer) => ({
    ...matrix,
    lora: adapters?.layers[layer] ?? {},
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
    ...stores,
    tensors: new Map(
      specs.map(({ name, shape, parts: own }) => {
        const placed = own.map((part) => {
          const place = places.get(part.key);
          if (!place) throw new Error(`${part.key} has no region`);
          return { part, ...place };
        });
        return [name, { shape, trained: placed.every(({ region: { trained } }) => trained), placed }];
      }),
    ),
    loraTensors: adapters?.tensors ?? new Map<string, Mapping>(),
  };
}

const aligned = (offset: number): number => Math.ceil(offset / REGION_ALIGNMENT) * REGION_ALIGNMENT;

/**
 * The depth of a backward pass: below the head, below the final norm, through layers down to `lowest`, to the
 * embeddings.
 */
export function trainedDepth({ embedding, positions, layers, finalNorm }: ParameterLayout): {
  belowHead: boolean;
  belowFinalNorm: boolean;
  lowest: number;
  embeddings: boolean;
} {
  const any = (regions: Region[]) => regions.some(({ trained }) => trained);
  const embeddings = any(flatRegions({ embedding, positions }));
  const lowest = embeddings ? 0 : layers.findIndex((layer) => any(flatRegions(layer)));
  return {
    belowHead: lowest >= 0 || any(flatRegions({ finalNorm })),
    belowFinalNorm: lowest >= 0,
    lowest: lowest < 0 ? layers.length : lowest,
    embeddings,
  };
}

/** All regions of a model, each once. */
export function allRegions({ embedding, positions, layers, finalNorm, head }: ParameterLayout): Region[] {
  return [...new Set(flatRegions({ embedding, positions, finalNorm, head }).concat(layers.flatMap(flatRegions)))];
}

/** All regions of a layer, adapters included, or of any other object of regions. */
export function flatRegions({
  lora,
  ...of
}: LayerRegions | (Record<string, Region | NormRegions | undefined> & { lora?: undefined })): Region[] {
  const values: (Region | NormRegions | undefined)[] = Object.values(of);
  const adapters = Object.values(lora ?? {}).flatMap(({ a, b }) => [a, b]);
  return [
    ...values.flatMap((value) => (value && 'gain' in value ? [value.gain, value.bias] : [value])),
    ...adapters,
  ].filter((region) => region !== undefined);
}
