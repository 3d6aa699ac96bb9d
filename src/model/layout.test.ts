/** Tensors of every architecture go into the parameter buffer and come back as they were, and lie where the kernels look for them. */
import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { ARCHITECTURES, type ArchitectureName } from './architectures/catalog.ts';
import { elementCount, initializeTensors, parameterCount, type ModelConfig } from './config.ts';
import { flatRegions, packTensors, parameterLayout, unpackTensors } from './layout.ts';
import { tensorSpecs } from './tensors.ts';

const names = Object.keys(ARCHITECTURES) as ArchitectureName[];

/** Sizes that are no multiple of 4. */
function odd(architecture: ArchitectureName): ModelConfig {
  const fused = 'fused' in ARCHITECTURES[architecture].names.queryKeyValue;
  return { architecture, vocabularySize: 7, hiddenSize: 18, layers: 2, heads: 3, keyValueHeads: fused ? 3 : 1, headDimension: 6, intermediateSize: 11, maxPositions: 9, normEpsilon: 1e-5, tiedHead: false };
}

/** Every element is another number, so that a swap shows. */
function numbered(config: ModelConfig): Map<string, Float32Array> {
  let next = 1;
  return new Map(tensorSpecs(config).map(({ name, shape }) => [name, Float32Array.from({ length: elementCount(shape) }, () => next++)]));
}

describe.each(names)('%s', (name) => {
  const config = odd(name);
  const layout = parameterLayout(config);

  it('packs and unpacks every element once', () => {
    const tensors = numbered(config);
    const packed = packTensors(layout, tensors);
    expect(unpackTensors(layout, packed)).toEqual(tensors);
    const values = packed.filter((value) => value !== 0).sort();
    expect(values.length).toBe(parameterCount(config));
    expect(new Set(values).size).toBe(values.length);
  });

  it('has no two regions that overlap, matrices before vectors', () => {
    const { embedding, positions, head, finalNorm } = layout;
    const regions = [...flatRegions({ embedding, positions, head, finalNorm }), ...layout.layers.flatMap(flatRegions)];
    const sorted = [...regions].sort((a, b) => a.offset - b.offset);
    for (const [i, region] of sorted.entries()) {
      expect(region.offset % 64).toBe(0);
      expect(region.offset + region.rows * region.columns).toBeLessThanOrEqual(sorted[i + 1]?.offset ?? layout.count);
      expect(region.offset < layout.decayed).toBe(region.rows > 1);
    }
  });

  it('starts from normal matrices, neutral gains and zero biases', () => {
    const tensors = initializeTensors(config, stream(1, 'weights'));
    for (const { name: tensor, shape } of tensorSpecs(config)) {
      const values = tensors.get(tensor) ?? new Float32Array();
      if (tensor.endsWith('.bias')) expect(new Set(values)).toEqual(new Set([0]));
      else if (shape.length === 1) expect(new Set(values)).toEqual(new Set([name === 'gemma3_text' ? 0 : 1]));
      else expect(Math.abs(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length))).toBeGreaterThan(0.05);
    }
  });
});

it('GPT-2 stores [in, out] with q, k, v side by side; GPT-NeoX [out, in] with q, k, v head by head', () => {
  const at = (config: ModelConfig, tensor: string, index: number, row: number, column: number) => {
    const tensors = numbered(config);
    const layout = parameterLayout(config);
    const { offset, columns } = layout.layers[1]?.qkv ?? layout.head;
    expect(packTensors(layout, tensors)[offset + row * columns + column]).toBe(tensors.get(tensor)?.[index]);
  };
  const [gpt2, neox] = [odd('gpt2'), odd('gpt_neox')];
  // Key 4 of head 2, input 5: padded heads are 8 rows, a block of heads 24.
  at(gpt2, 'transformer.h.1.attn.c_attn.weight', 5 * 54 + 18 + 2 * 6 + 4, 24 + 2 * 8 + 4, 5);
  at(neox, 'gpt_neox.layers.1.attention.query_key_value.weight', (2 * 18 + 6 + 4) * 18 + 5, 24 + 2 * 8 + 4, 5);
});
