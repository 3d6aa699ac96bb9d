/** A base's weights with an adapter merged, tensor by tensor on demand. */
import type { ModelConfig } from '../spec/model-config.ts';
import { converted } from './f16-conversion.ts';
import { loraModules, mergeWeight, type LoraConfig, type LoraModule } from './lora-tensors.ts';
import type { TensorSpec } from '../spec/tensors.ts';
import type { SourceTensor, WeightSource } from './weight-source.ts';

/**
 * Weights that the adapter changes are f32, even if the base stores 16 bits, which would round the change away.
 *
 * @param adapter A and B by name, of all modules of `lora`
 */
export function mergedSource(
  base: WeightSource,
  config: ModelConfig,
  lora: LoraConfig,
  adapter: ReadonlyMap<string, Float32Array>,
): WeightSource {
  const modules = new Map(loraModules(config, lora).map((module) => [module.weight.name, module]));
  return {
    precisionOf: (name) => (modules.has(name) ? 'f32' : base.precisionOf(name)),
    tensors: (specs) => merged(base, specs, modules, lora, adapter),
  };
}

async function* merged(
  base: WeightSource,
  specs: readonly TensorSpec[],
  modules: ReadonlyMap<string, LoraModule>,
  lora: LoraConfig,
  adapter: ReadonlyMap<string, Float32Array>,
): AsyncGenerator<SourceTensor> {
  for await (const tensor of base.tensors(specs)) {
    const module = modules.get(tensor.name);
    if (!module) {
      yield tensor;
      continue;
    }
    const sum = mergeWeight(module, lora, tensor.values('f32') as Float32Array, adapter);
    yield { name: tensor.name, values: (precision) => converted(sum, 'f32', precision, `tensor ${tensor.name}`) };
  }
}
