/** Reads all weights of an opened checkpoint. */
import type { ModelCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { tensorSpecs } from '../../src/model/spec/tensors.ts';

export async function weightsOf({ config, weights }: ModelCheckpoint): Promise<Map<string, Float32Array>> {
  const tensors = new Map<string, Float32Array>();
  for await (const tensor of weights.tensors(tensorSpecs(config)))
    tensors.set(tensor.name, tensor.values('f32') as Float32Array);
  return tensors;
}
