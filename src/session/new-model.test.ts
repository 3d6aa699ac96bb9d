import { describe, expect, it } from 'vitest';
import { ArchitectureConfig } from '../run/config/model.ts';
import { structureOf } from '../model/spec/structure.ts';
import { newModel } from './new-model.ts';

describe('a model with random weights', () => {
  it('divides hidden_size among its heads, and has as many key-value heads, unless told otherwise', () => {
    const model = newModel(ArchitectureConfig.parse({ hidden_size: 48, heads: 4 }), 15);
    expect(model).toMatchObject({ vocabularySize: 15, headDimension: 12, keyValueHeads: 4 });
    expect(structureOf(model)).toMatchObject({ gated: true, activation: 'silu', rotary: { dimensions: 12 } });
  });

  it.each([
    [{ heads: 4, key_value_heads: 3 }, 'key_value_heads: expected a divisor of the 4 heads, found 3'],
    [{ hidden_size: 64, heads: 3 }, 'head_dimension: expected a whole number from 1 to 10000000, found 21.33'],
    [{ head_dimension: 7 }, 'head_dimension: expected an even number (rotary positions turn pairs), found 7'],
    [{ head_dimension: 258 }, 'head_dimension: expected at most 256, found 258'],
    [{ layers: 1e8 }, 'layers: expected a whole number from 1 to 10000000, found 100000000'],
  ])('refuses %j', (fields, message) => {
    expect(() => newModel(ArchitectureConfig.parse(fields), 15)).toThrow(`model.architecture: ${message}`);
  });
});
