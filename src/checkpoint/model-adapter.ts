/** Converts between an adapter's files (peft-adapter.ts) and the matrices that the engine adds to a base's weights. */
import { inputError } from '../errors.ts';
import { ARCHITECTURES } from '../model/spec/architectures/catalog.ts';
import type { ModelConfig } from '../model/spec/model-config.ts';
import { ALL_LINEAR, loraModules, loraTargets, type LoraConfig } from '../model/weights/lora-tensors.ts';
import { shortened } from './json-fields.ts';
import type { LoraAdapter } from './peft-adapter.ts';

/** An adapter for a base with a given ModelConfig. */
export interface EngineAdapter {
  lora: LoraConfig;
  /** A and B by name, of all modules of `lora`. */
  tensors: Map<string, Float32Array<ArrayBuffer>>;
}

/** The base that an adapter's files name: a name or a folder, and its revision; both may be empty. */
export interface AdapterBase {
  name: string;
  revision: string;
}

/** @param tensors as `Model.readLora` returns them */
export function adapterOf(config: ModelConfig, { lora, tensors }: EngineAdapter, base: AdapterBase): LoraAdapter {
  const matrix = (name: string) => {
    const values = tensors.get(name);
    if (!values) throw new Error(`tensor ${name} is missing`);
    return values;
  };
  return {
    rank: lora.rank,
    alpha: lora.alpha,
    // Expanded, because PEFT's own `all-linear` depends on the class that loads the model.
    targets: lora.targets.includes(ALL_LINEAR) ? loraTargets(config) : [...lora.targets],
    fanInFanOut: ARCHITECTURES[config.architecture].names.linear === 'in-out',
    base: base.name,
    revision: base.revision,
    modules: loraModules(config, lora).map(({ name, a, b }) => ({
      name,
      a: matrix(a.name),
      b: matrix(b.name),
      inputs: a.shape[1] ?? 0,
      outputs: b.shape[0] ?? 0,
    })),
  };
}

/**
 * An adapter on a base.
 *
 * @param where the adapter folder's name, for messages
 * @throws StudioError `input` for a module that the base does not have, or has in another shape
 */
export function engineAdapter(
  config: ModelConfig,
  { rank, alpha, modules }: LoraAdapter,
  where: string,
): EngineAdapter {
  const known = new Map(loraModules(config, { rank, targets: [ALL_LINEAR] }).map((module) => [module.name, module]));
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  if (modules.length === 0) throw inputError(where, 'expected at least one adapted module, found none');
  for (const { name, a, b, inputs, outputs } of modules) {
    const module = known.get(name);
    if (!module)
      throw inputError(
        where,
        `module ${shortened(name)}: the base (${ARCHITECTURES[config.architecture].title}, ${config.layers} ` +
          `layers) has no such linear layer; its modules are named like ${[...known.keys()][0] ?? ''}`,
      );
    const [rows, columns] = [module.b.shape[0], module.a.shape[1]];
    if (rows !== outputs || columns !== inputs)
      throw inputError(
        where,
        `module ${shortened(name)}: the base's weight has ${rows} outputs and ${columns} inputs, the adapter is ` +
          `for ${outputs} and ${inputs}`,
      );
    tensors.set(module.a.name, a);
    tensors.set(module.b.name, b);
  }
  return { lora: { rank, alpha, targets: modules.map(({ name }) => name) }, tensors };
}
