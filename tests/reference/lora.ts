/**
 * LoRA by its definition, in float64: a module's weight is W + s B A, so with G = dL/d(W + s B A) of a model without
 * adapters
 *
 *   dL/dA = s B^T G      dL/dB = s G A^T
 */
import type { ReferenceConfig } from './model-family.ts';

export interface Module {
  /** Of the checkpoint, for example `model.layers.0.self_attn.q_proj.weight`. */
  weight: string;
  /** PEFT's name, without `.lora_A.weight`. */
  name: string;
  outputs: number;
  inputs: number;
}

/** Linear layers by the last parts of their names, taken from the models of transformers. */
const LINEAR: Record<string, RegExp> = {
  gpt2: /^(transformer\.)?(h\.\d+\.(attn\.c_attn|attn\.c_proj|mlp\.c_fc|mlp\.c_proj))\.weight$/,
  gpt_neox:
    /^(gpt_neox\.)(layers\.\d+\.(attention\.query_key_value|attention\.dense|mlp\.dense_h_to_4h|mlp\.dense_4h_to_h))\.weight$/,
  llama: /^(model\.)(layers\.\d+\.(self_attn\.[qkvo]_proj|mlp\.(gate|up|down)_proj))\.weight$/,
};
const PREFIXES: Record<string, string> = { gpt2: 'transformer.', gpt_neox: 'gpt_neox.' };

/** @param shapes of a checkpoint's tensors */
export function modulesOf(
  config: ReferenceConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
  chosen: (lastPart: string) => boolean,
): Module[] {
  const architecture = config.architecture ?? 'llama';
  const pattern = LINEAR[architecture] ?? (LINEAR['llama'] as RegExp);
  return [...shapes].flatMap(([weight, [first = 0, second = 0]]) => {
    const [, , path] = pattern.exec(weight) ?? [];
    if (path === undefined || !chosen(path.split('.').at(-1) ?? '')) return [];
    // GPT-2's Conv1D stores [in, out].
    const [outputs, inputs] = architecture === 'gpt2' ? [second, first] : [first, second];
    return [{ weight, name: (PREFIXES[architecture] ?? 'model.') + path, outputs, inputs }];
  });
}

/** Element [output, input] of a weight as the checkpoint stores it. */
export const at = (config: ReferenceConfig, { outputs, inputs }: Module, output: number, input: number): number =>
  config.architecture === 'gpt2' ? input * outputs + output : output * inputs + input;

interface Adapter {
  /** [rank, in] and [out, rank]. */
  a: ArrayLike<number>;
  b: ArrayLike<number>;
}

/** W + s B A. */
export function adapted(
  config: ReferenceConfig,
  module: Module,
  weight: ArrayLike<number>,
  { a, b }: Adapter,
  rank: number,
  scale: number,
): Float64Array {
  const sum = Float64Array.from(weight);
  for (let o = 0; o < module.outputs; o++) {
    for (let i = 0; i < module.inputs; i++) {
      for (let r = 0; r < rank; r++)
        sum[at(config, module, o, i)]! += scale * b[o * rank + r]! * a[r * module.inputs + i]!;
    }
  }
  return sum;
}

/** Gradients of A and B. @param gradient of the adapted weight */
export function adapterGradient(
  config: ReferenceConfig,
  module: Module,
  gradient: ArrayLike<number>,
  { a, b }: Adapter,
  rank: number,
  scale: number,
): { a: Float64Array; b: Float64Array } {
  const { outputs, inputs } = module;
  const found = { a: new Float64Array(rank * inputs), b: new Float64Array(outputs * rank) };
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const g = scale * gradient[at(config, module, o, i)]!;
      for (let r = 0; r < rank; r++) {
        found.a[r * inputs + i]! += b[o * rank + r]! * g;
        found.b[o * rank + r]! += g * a[r * inputs + i]!;
      }
    }
  }
  return found;
}
