/**
 * LoRA (arXiv 2106.09685) as tensors: a linear layer's weight W [out, in] is frozen and gains (alpha / rank) B A, where
 * A [rank, in] and B [out, rank] are trained. Modules, names and shapes are those of PEFT, which wraps the layers of
 * the transformers model: one module per linear layer of the checkpoint; fused layers (GPT-2's c_attn, GPT-NeoX's
 * query_key_value) are one module.
 */
import { inputError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { ARCHITECTURES } from '../spec/architectures/catalog.ts';
import { elementCount } from './initial-weights.ts';
import { type ModelConfig } from '../spec/model-config.ts';
import { padTo4, tensorSpecs, type Blocks, type Part, type TensorSpec } from '../spec/tensors.ts';

export interface LoraConfig {
  rank: number;
  /** The update is scaled by alpha / rank. */
  alpha: number;
  /** PEFT's `target_modules`: whole names of modules, or their last parts; `all-linear` for all except the head. */
  targets: readonly string[];
}

/** An adapted layer: `model.layers.0.self_attn.q_proj` with its weight, and the tensors that are added to it. */
export interface LoraModule {
  name: string;
  weight: TensorSpec;
  a: TensorSpec;
  b: TensorSpec;
}

export const ALL_LINEAR = 'all-linear';

/** Whether a weight belongs to a linear layer inside the transformer's layers, by its key. */
const isLinear = ({ parts }: TensorSpec): boolean =>
  /^\d+\.(query|key|value|output|gate|up|down)$/.test(parts[0]?.key ?? '');

const lastPart = (name: string): string => name.split('.').at(-1) ?? name;

/** Modules as named by transformers; their prefix may differ from that of the checkpoint's tensors (GPT-2). */
function linearLayers(config: ModelConfig): { name: string; weight: TensorSpec }[] {
  const { prefixes } = ARCHITECTURES[config.architecture].names;
  const prefix = config.tensorPrefix ?? prefixes[0];
  return tensorSpecs(config)
    .filter(isLinear)
    .map((weight) => ({ name: prefixes[0] + weight.name.slice(prefix.length).replace(/\.weight$/, ''), weight }));
}

/** Valid `targets` of an architecture: `q_proj`, `c_attn`, ... */
export function loraTargets(config: ModelConfig): string[] {
  return [...new Set(linearLayers(config).map(({ name }) => lastPart(name)))];
}

/** The modules that a LoRA adapts, in the checkpoint's order. `checkLora` reports targets without modules. */
export function loraModules(
  config: ModelConfig,
  { rank, targets }: Pick<LoraConfig, 'rank' | 'targets'>,
): LoraModule[] {
  const chosen = (name: string) =>
    targets.some((target) => target === ALL_LINEAR || name === target || name.endsWith(`.${target}`));
  const ranks: Blocks = { count: 1, size: rank, padded: padTo4(rank) };
  return linearLayers(config)
    .filter(({ name }) => chosen(name))
    .map(({ name, weight }) => {
      const [first] = weight.parts as [Part];
      const inputs = first.columns.count * first.columns.size;
      const outputs = weight.parts.reduce((sum, { rows }) => sum + rows.count * rows.size, 0);
      const a: Part = {
        key: `${first.key}.lora_A`,
        rows: ranks,
        columns: first.columns,
        source: { offset: 0, block: 0, row: inputs, column: 1 },
      };
      // B has the outputs of the weight in the weight's own order, independently of how the weight is stored.
      const b = weight.parts.map(({ key, rows, source }): Part => ({
        key: `${key}.lora_B`,
        rows,
        columns: ranks,
        source: {
          offset: (source.offset / source.row) * rank,
          block: (source.block / source.row) * rank,
          row: rank,
          column: 1,
        },
      }));
      return {
        name,
        weight,
        a: { name: `${name}.lora_A.weight`, shape: [rank, inputs], parts: [a], initial: { inputs, endsBranch: false } },
        b: { name: `${name}.lora_B.weight`, shape: [outputs, rank], parts: b, initial: { value: 0 } },
      };
    });
}

/** @throws StudioError `input` for a target that matches nothing in this architecture */
export function checkLora(config: ModelConfig, lora: LoraConfig, where: string): void {
  const unknown = lora.targets.find((target) => loraModules(config, { rank: 1, targets: [target] }).length === 0);
  if (unknown !== undefined)
    throw inputError(
      `${where}.targets`,
      `"${unknown}" is not a linear layer of ${ARCHITECTURES[config.architecture].title}; expected ` +
        `${[...loraTargets(config), ALL_LINEAR].join(', ')}`,
    );
}

/**
 * An adapter initialised as in PEFT: A uniform within 1 / sqrt(in) (torch's kaiming_uniform_ with a = sqrt 5), B zero,
 * so that the model starts equal to its base.
 */
export function initializeAdapter(
  config: ModelConfig,
  lora: LoraConfig,
  random: Random,
): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    loraModules(config, lora).flatMap(({ a, b }): [string, Float32Array<ArrayBuffer>][] => {
      const bound = 1 / Math.sqrt(a.shape[1] ?? 1);
      return [
        [a.name, Float32Array.from({ length: elementCount(a.shape) }, () => bound * (2 * random.float() - 1))],
        [b.name, new Float32Array(elementCount(b.shape))],
      ];
    }),
  );
}

/**
 * The base's tensors with the adapter merged, so that a model without adapters scores the same. Sums are float64.
 *
 * @param tensors of the base; not modified
 * @param adapter A and B by name, of all modules of `lora`
 */
export function mergeAdapter(
  config: ModelConfig,
  lora: LoraConfig,
  tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  adapter: ReadonlyMap<string, Float32Array>,
): Map<string, Float32Array<ArrayBuffer>> {
  const merged = new Map(tensors);
  for (const module of loraModules(config, lora)) {
    const base = tensors.get(module.weight.name);
    if (!base) throw new Error(`tensor ${module.weight.name} is missing`);
    merged.set(module.weight.name, mergeWeight(module, lora, base, adapter));
  }
  return merged;
}

/** One weight with its module's update added, as in `mergeAdapter`. @param base not modified */
export function mergeWeight(
  { weight, a, b }: LoraModule,
  { rank, alpha }: LoraConfig,
  base: Float32Array,
  adapter: ReadonlyMap<string, Float32Array>,
): Float32Array<ArrayBuffer> {
  const [down, up] = [adapter.get(a.name), adapter.get(b.name)];
  if (!down || !up) throw new Error(`tensor ${a.name} or ${b.name} is missing`);
  const [outputs = 0] = b.shape;
  const [, inputs = 0] = a.shape;
  // Strides from one output, and from one input, to the next.
  const { row, column } = (weight.parts as [Part])[0].source;
  const sum = Float32Array.from(base);
  const delta = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++) {
    delta.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = (alpha / rank) * (up[output * rank + r] ?? 0);
      for (let input = 0; input < inputs; input++)
        delta[input] = (delta[input] ?? 0) + factor * (down[r * inputs + input] ?? 0);
    }
    for (let input = 0; input < inputs; input++) {
      const at = output * row + input * column;
      sum[at] = (base[at] ?? 0) + (delta[input] ?? 0);
    }
  }
  return sum;
}
