/**
 * Decoder-only transformers in float64 under Hugging Face conventions: the exact results that kernels are compared
 * with.
 *
 * Written from the formulas, without code shared with the engine; one sequence at a time, no padding, no cache. Each
 * family has its own full implementation (`llama-family.ts`, `gpt2.ts`, `gpt-neox.ts`, `gemma3.ts`), because a
 * reference that shared the engine's abstractions would share its mistakes.
 */
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import { gemma3 } from './gemma3.ts';
import { gptNeoX } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llamaFamily } from './llama-family.ts';
import type { Family, ReferenceConfig, WeightOf } from './model-family.ts';
import { matrix, Tape, type Matrix } from './tape.ts';

const FAMILIES: Record<ModelConfig['architecture'], Family> = {
  llama: llamaFamily,
  qwen2: llamaFamily,
  qwen3: llamaFamily,
  gpt2,
  gpt_neox: gptNeoX,
  gemma3_text: gemma3,
};

const familyOf = (config: ReferenceConfig): Family => FAMILIES[config.architecture ?? 'llama'];

/** Weights by checkpoint tensor name, row-major, in the checkpoint's own orientation. */
export type ReferenceTensors = ReadonlyMap<string, Float64Array | Float32Array>;

/** Per sequence of T tokens, T-1 entries: entry t is about predicting token t+1 from tokens 0..t. */
export interface ReferenceOutput {
  /** log p(tokens[t+1] | tokens[..t]), nats. */
  logprobs: Float64Array[];
  /** Entropy of the distribution of that token, nats. */
  entropies: Float64Array[];
}

/** Every tensor of a checkpoint with its shape; vectors have one dimension. A tied head has no tensor of its own. */
export function tensorShapes(config: ReferenceConfig): Map<string, number[]> {
  return new Map(familyOf(config).shapes(config));
}

/**
 * Log-probs and entropies of sequences.
 *
 * @param tensors must hold every tensor of `tensorShapes(config)`
 * @param temperature divides the logits; both log-probs and entropies are of the tempered distribution
 */
export function referenceForward(
  config: ReferenceConfig,
  tensors: ReferenceTensors,
  sequences: readonly (readonly number[])[],
  temperature = 1,
): ReferenceOutput {
  return recordForward(config, tensors, sequences, temperature).output;
}

/** A forward pass with its backward pass: takes seeds, returns gradients by tensor name. */
export interface RecordedForward {
  output: ReferenceOutput;
  /**
   * Gradients of a loss with respect to every tensor, given its derivatives with respect to each entry of `output`. May
   * be called once.
   */
  backward(logprobSeeds: readonly Float64Array[], entropySeeds: readonly Float64Array[]): Map<string, Float64Array>;
}

/** `referenceForward`, keeping the intermediate values for the backward pass. */
export function recordForward(
  config: ReferenceConfig,
  tensors: ReferenceTensors,
  sequences: readonly (readonly number[])[],
  temperature: number,
): RecordedForward {
  const tape = new Tape();
  const weights = new Map<string, Matrix>();
  for (const [name, shape] of tensorShapes(config)) {
    const values = tensors.get(name);
    if (!values) throw new Error(`tensor ${name} is missing`);
    const [rows = 1, columns] = shape.length === 1 ? [1, ...shape] : shape;
    weights.set(name, matrix(rows, columns ?? 1, values));
  }
  const weight: WeightOf = (name) => {
    const found = weights.get(name);
    if (!found) throw new Error(`tensor ${name} is missing`);
    return found;
  };
  const heads = sequences.map((tokens) => {
    // The prediction after the last token is not needed.
    const logits = familyOf(config).logits(tape, config, weight, tokens.slice(0, -1));
    return tape.logSoftmaxHead(logits, tokens.slice(1), temperature);
  });
  return {
    output: {
      logprobs: heads.map((head) => head.logprobs.data.slice()),
      entropies: heads.map((head) => head.entropies.data.slice()),
    },
    backward(logprobSeeds, entropySeeds) {
      heads.forEach((head, i) => {
        head.logprobs.gradient.set(logprobSeeds[i] ?? []);
        head.entropies.gradient.set(entropySeeds[i] ?? []);
      });
      tape.backward();
      return new Map([...weights].map(([name, weight]) => [name, weight.gradient]));
    },
  };
}
