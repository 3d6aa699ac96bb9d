/** Initial weights of a model, and their number. */
import type { Random } from '../../random.ts';
import type { ModelConfig } from '../spec/model-config.ts';
import { tensorSpecs } from '../spec/tensors.ts';

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export function parameterCount(config: ModelConfig): number {
  return tensorSpecs(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/**
 * Initial weights: normal with standard deviation 1/sqrt(inputs) for matrices (the embedding: 0.02 as in GPT-2 would
 * starve a small model, so 1/sqrt(hidden) too), the two matrices that end a residual branch divided by sqrt(2 layers)
 * (GPT-2), gains 1, biases 0.
 */
export function initializeTensors(config: ModelConfig, random: Random): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    tensorSpecs(config).map(({ name, shape, initial }) => {
      const size = { length: elementCount(shape) };
      if ('value' in initial) return [name, new Float32Array(size.length).fill(initial.value)];
      const deviation = 1 / Math.sqrt(initial.inputs) / (initial.endsBranch ? Math.sqrt(2 * config.layers) : 1);
      return [name, Float32Array.from(size, () => deviation * random.normal())];
    }),
  );
}
