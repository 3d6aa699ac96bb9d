/** The source of a model's weights, tensor by tensor: each is read once, written to the GPU, and released. */
import { converted } from './f16-conversion.ts';
import type { WeightValues } from './packing.ts';
import type { Precision } from './precision.ts';
import type { TensorSpec } from '../spec/tensors.ts';

export interface SourceTensor {
  name: string;
  /**
   * Row-major, unpadded shape; in the stored precision, widened (exactly), or rounded.
   *
   * @throws StudioError `input` if a value does not fit the precision
   */
  values(precision: Precision): WeightValues;
}

export interface WeightSource {
  /** The stored precision of a tensor. */
  precisionOf(name: string): Precision;
  /**
   * The requested tensors, in order, each read on demand. @throws StudioError `input` for a tensor that is missing or
   * not finite
   */
  tensors(specs: readonly TensorSpec[]): AsyncIterable<SourceTensor>;
}

/** Tensors in memory. @param tensors by Hugging Face name, unpadded shapes */
export function floatSource(tensors: ReadonlyMap<string, Float32Array>): WeightSource {
  return {
    precisionOf: () => 'f32',
    tensors: (specs) => inMemory(specs, tensors),
  };
}

async function* inMemory(
  specs: readonly TensorSpec[],
  tensors: ReadonlyMap<string, Float32Array>,
): AsyncGenerator<SourceTensor> {
  for (const { name } of specs) {
    const data = tensors.get(name);
    if (!data) throw new Error(`tensor ${name} is missing`);
    const own = data as Float32Array<ArrayBuffer>;
    yield await Promise.resolve({ name, values: (precision) => converted(own, 'f32', precision, `tensor ${name}`) });
  }
}
