/** Where a model's weights come from, tensor by tensor: each is asked for once, written to the GPU, and let go. */
import { converted } from './f16-conversion.ts';
import type { WeightValues } from './packing.ts';
import type { Precision } from './precision.ts';
import type { TensorSpec } from '../spec/tensors.ts';

export interface SourceTensor {
  name: string;
  /**
   * Row-major, true shape; as stored, widened (exactly), or rounded.
   *
   * @throws StudioError `input` where a value does not fit the precision
   */
  values(precision: Precision): WeightValues;
}

export interface WeightSource {
  /** The precision that a tensor is stored in. */
  precisionOf(name: string): Precision;
  /**
   * The tensors asked for, in that order, each read only when its turn comes. @throws StudioError `input` for what is
   * missing or not finite
   */
  tensors(specs: readonly TensorSpec[]): AsyncIterable<SourceTensor>;
}

/** Tensors in memory. @param tensors by Hugging Face name, true shapes */
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
