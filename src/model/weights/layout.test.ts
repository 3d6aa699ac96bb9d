/**
 * Tensors of every architecture are packed into the parameter buffer and unpacked unchanged, at the places that the
 * kernels read.
 */
import { describe, expect, it } from 'vitest';
import { stream } from '../../random.ts';
import { ARCHITECTURES, type ArchitectureName } from '../spec/architectures/catalog.ts';
import { initializeTensors } from './initial-weights.ts';
import { parameterCount } from './initial-weights.ts';
import { elementCount } from './initial-weights.ts';
import { type ModelConfig } from '../spec/model-config.ts';
import { allRegions, parameterLayout, trainedDepth, type ParameterLayout } from './layout.ts';
import { packRows, rowsOf, unpackPart, unpackTrained } from './packing.ts';
import { tensorSpecs } from '../spec/tensors.ts';

const names = Object.keys(ARCHITECTURES) as ArchitectureName[];

/** Sizes that are not multiples of 4. */
function odd(architecture: ArchitectureName): ModelConfig {
  const fused = 'fused' in ARCHITECTURES[architecture].names.queryKeyValue;
  return {
    architecture,
    vocabularySize: 7,
    hiddenSize: 18,
    layers: 2,
    heads: 3,
    keyValueHeads: fused ? 3 : 1,
    headDimension: 6,
    intermediateSize: 11,
    maxPositions: 9,
    normEpsilon: 1e-5,
    tiedHead: false,
  };
}

/** Every element is a different number, so that a swap is detected. */
function numbered(config: ModelConfig): Map<string, Float32Array> {
  let next = 1;
  return new Map(
    tensorSpecs(config).map(({ name, shape }) => [
      name,
      Float32Array.from({ length: elementCount(shape) }, () => next++),
    ]),
  );
}

/** Values of both stores, packed three rows at a time. */
function packTensors(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, Float32Array>,
): { trained: Float32Array; frozen: Float32Array } {
  const stores = { trained: new Float32Array(layout.trained.count), frozen: new Float32Array(layout.frozen.count) };
  for (const [name, { placed }] of layout.tensors) {
    for (const place of placed) {
      const { region, first } = place;
      const store = region.trained ? stores.trained : stores.frozen;
      for (let row = 0; row < rowsOf(place); row += 3) {
        const at = region.offset + (region.rows === 1 ? first : (first + row) * region.columns);
        store.set(
          packRows(place, tensors.get(name) as Float32Array<ArrayBuffer>, row, Math.min(3, rowsOf(place) - row)),
          at,
        );
      }
    }
  }
  return stores;
}

function unpackTensors(
  layout: ParameterLayout,
  stores: { trained: Float32Array; frozen: Float32Array },
): Map<string, Float32Array> {
  return new Map(
    [...layout.tensors].map(([name, { shape, placed }]) => {
      const data = new Float32Array(elementCount(shape));
      for (const place of placed)
        unpackPart(place, (place.region.trained ? stores.trained : stores.frozen).subarray(place.region.offset), data);
      return [name, data];
    }),
  );
}

describe.each(names)('%s', (name) => {
  const config = odd(name);
  const layout = parameterLayout(config);

  it('packs and unpacks every element exactly once', () => {
    const tensors = numbered(config);
    const packed = packTensors(layout, tensors);
    expect(unpackTensors(layout, packed)).toEqual(tensors);
    const values = packed.trained.filter((value) => value !== 0).sort();
    expect(values.length).toBe(parameterCount(config));
    expect(new Set(values).size).toBe(values.length);
  });

  it('regions do not overlap, and matrices come before vectors', () => {
    const sorted = allRegions(layout).sort((a, b) => a.offset - b.offset);
    for (const [i, region] of sorted.entries()) {
      expect(region.offset % 64).toBe(0);
      expect(region.offset + region.rows * region.columns).toBeLessThanOrEqual(
        sorted[i + 1]?.offset ?? layout.trained.count,
      );
      expect(region.offset < layout.trained.decayed).toBe(region.rows > 1);
    }
  });

  it('splits the weights between two stores, each tensor whole in one of them', () => {
    const split = parameterLayout(config, { trained: (key) => /^1\./.test(key) && !/Norm/.test(key) });
    const tensors = numbered(config);
    const packed = packTensors(split, tensors);
    expect(unpackTensors(split, packed)).toEqual(
      new Map([...split.tensors.keys()].map((key) => [key, tensors.get(key)])),
    );
    const trained = unpackTrained(split.tensors, packed.trained);
    for (const [tensor, values] of trained) expect(values).toEqual(tensors.get(tensor));
    expect(trained.size).toBeGreaterThan(3);
    for (const tensor of tensors.keys())
      expect(trained.has(tensor), tensor).toBe(/\.1\./.test(tensor) && !/norm|ln_/.test(tensor));
    const held = (values: Float32Array) => values.filter((value) => value !== 0).length;
    expect(held(packed.trained) + held(packed.frozen)).toBe(parameterCount(config));
    expect([packed.trained.length, packed.frozen.length]).toEqual([split.trained.count, split.frozen.count]);
    expect(trainedDepth(split)).toEqual({ belowHead: true, belowFinalNorm: true, lowest: 1, embeddings: false });
    expect(() => parameterLayout(config, { trained: (key) => key.endsWith('.query') })).toThrow(
      /all of them are trained, or none/,
    );
  });

  it('initializes normal matrices, unit gains and zero biases', () => {
    const tensors = initializeTensors(config, stream(1, 'weights'));
    for (const { name: tensor, shape } of tensorSpecs(config)) {
      const values = tensors.get(tensor) ?? new Float32Array();
      if (tensor.endsWith('.bias')) expect(new Set(values)).toEqual(new Set([0]));
      else if (shape.length === 1) expect(new Set(values)).toEqual(new Set([name === 'gemma3_text' ? 0 : 1]));
      else
        expect(
          Math.abs(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)),
        ).toBeGreaterThan(0.05);
    }
  });
});

it('GPT-2 stores [in, out] with q, k, v side by side; GPT-NeoX [out, in] with q, k, v head by head', () => {
  const at = (config: ModelConfig, tensor: string, index: number, row: number, column: number) => {
    const tensors = numbered(config);
    const layout = parameterLayout(config);
    const { offset, columns } = layout.layers[1]?.qkv ?? layout.head;
    expect(packTensors(layout, tensors).trained[offset + row * columns + column]).toBe(tensors.get(tensor)?.[index]);
  };
  const [gpt2, neox] = [odd('gpt2'), odd('gpt_neox')];
  // Key 4 of head 2, input 5: padded heads are 8 rows, a block of heads 24.
  at(gpt2, 'transformer.h.1.attn.c_attn.weight', 5 * 54 + 18 + 2 * 6 + 4, 24 + 2 * 8 + 4, 5);
  at(neox, 'gpt_neox.layers.1.attention.query_key_value.weight', (2 * 18 + 6 + 4) * 18 + 5, 24 + 2 * 8 + 4, 5);
});
