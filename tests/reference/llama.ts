/**
 * A Llama-family transformer in float64 under Hugging Face conventions: the exact answer that kernels are compared with.
 * Written from the formulas and sharing no code with the engine; one sequence at a time, no padding, no cache.
 */
import { matrix, Tape, type Matrix } from './tape.ts';
import { causalAttention, rotary } from './tape-attention.ts';

/** The part of a model's configuration that its arithmetic depends on. */
export interface ReferenceConfig {
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  intermediateSize: number;
  ropeTheta: number;
  normEpsilon: number;
  tiedHead: boolean;
}

/** Weights by checkpoint tensor name, row-major, [out, in]. */
export type ReferenceTensors = ReadonlyMap<string, Float64Array | Float32Array>;

/** Per sequence of T tokens, T-1 entries: entry t is about predicting token t+1 from tokens 0..t. */
export interface ReferenceOutput {
  /** log p(tokens[t+1] | tokens[..t]), nats. */
  logprobs: Float64Array[];
  /** Entropy of the distribution that token was drawn from, nats. */
  entropies: Float64Array[];
}

/** Every tensor of a checkpoint with its shape; vectors have one dimension. A tied head has no tensor of its own. */
export function tensorShapes(config: ReferenceConfig): Map<string, number[]> {
  const { vocabularySize, hiddenSize, intermediateSize } = config;
  const queries = config.heads * config.headDimension;
  const keys = config.keyValueHeads * config.headDimension;
  const shapes = new Map<string, number[]>([['model.embed_tokens.weight', [vocabularySize, hiddenSize]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    shapes.set(`${prefix}.input_layernorm.weight`, [hiddenSize]);
    shapes.set(`${prefix}.self_attn.q_proj.weight`, [queries, hiddenSize]);
    shapes.set(`${prefix}.self_attn.k_proj.weight`, [keys, hiddenSize]);
    shapes.set(`${prefix}.self_attn.v_proj.weight`, [keys, hiddenSize]);
    shapes.set(`${prefix}.self_attn.o_proj.weight`, [hiddenSize, queries]);
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [hiddenSize]);
    shapes.set(`${prefix}.mlp.gate_proj.weight`, [intermediateSize, hiddenSize]);
    shapes.set(`${prefix}.mlp.up_proj.weight`, [intermediateSize, hiddenSize]);
    shapes.set(`${prefix}.mlp.down_proj.weight`, [hiddenSize, intermediateSize]);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!config.tiedHead) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}

/**
 * Log-probs and entropies of sequences.
 *
 * @param tensors must hold every tensor of `tensorShapes(config)`
 * @param temperature divides the logits; both log-probs and entropies are of the tempered distribution
 */
export function referenceForward(config: ReferenceConfig, tensors: ReferenceTensors, sequences: readonly (readonly number[])[], temperature = 1): ReferenceOutput {
  return recordForward(config, tensors, sequences, temperature).output;
}

/** A forward pass that can be taken back: seeds go in, gradients by tensor name come out. */
export interface RecordedForward {
  output: ReferenceOutput;
  /**
   * Gradients of a loss with respect to every tensor, given its derivatives with respect to each entry of `output`.
   * To be called once.
   */
  backward(logprobSeeds: readonly Float64Array[], entropySeeds: readonly Float64Array[]): Map<string, Float64Array>;
}

/** `referenceForward`, keeping what the backward pass needs. */
export function recordForward(config: ReferenceConfig, tensors: ReferenceTensors, sequences: readonly (readonly number[])[], temperature: number): RecordedForward {
  const tape = new Tape();
  const weights = new Map<string, Matrix>();
  for (const [name, shape] of tensorShapes(config)) {
    const values = tensors.get(name);
    if (!values) throw new Error(`tensor ${name} is missing`);
    const [rows = 1, columns] = shape.length === 1 ? [1, ...shape] : shape;
    weights.set(name, matrix(rows, columns ?? 1, values));
  }
  const heads = sequences.map((tokens) => predict(tape, config, weights, tokens, temperature));
  return {
    output: { logprobs: heads.map((head) => head.logprobs.data.slice()), entropies: heads.map((head) => head.entropies.data.slice()) },
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

/** One sequence of T tokens through the model: columns of T-1 log-probs and entropies. */
function predict(tape: Tape, config: ReferenceConfig, weights: ReadonlyMap<string, Matrix>, tokens: readonly number[], temperature: number): { logprobs: Matrix; entropies: Matrix } {
  const weight = (name: string): Matrix => {
    const found = weights.get(`${name}.weight`);
    if (!found) throw new Error(`tensor ${name}.weight is missing`);
    return found;
  };
  const norm = (x: Matrix, name: string): Matrix => tape.rmsNorm(x, weight(name), config.normEpsilon);
  const turn = (x: Matrix): Matrix => rotary(tape, x, config.headDimension, config.ropeTheta);

  // The last token predicts nothing that is asked for.
  let x = tape.gather(weight('model.embed_tokens'), tokens.slice(0, -1));
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const project = (input: Matrix, name: string): Matrix => tape.linear(input, weight(`${prefix}.${name}`));

    const a = norm(x, `${prefix}.input_layernorm`);
    const q = turn(project(a, 'self_attn.q_proj'));
    const k = turn(project(a, 'self_attn.k_proj'));
    const mixed = causalAttention(tape, q, k, project(a, 'self_attn.v_proj'), config.headDimension);
    x = tape.add(x, project(mixed, 'self_attn.o_proj'));

    const b = norm(x, `${prefix}.post_attention_layernorm`);
    const gated = tape.multiply(tape.silu(project(b, 'mlp.gate_proj')), project(b, 'mlp.up_proj'));
    x = tape.add(x, project(gated, 'mlp.down_proj'));
  }
  const logits = tape.linear(norm(x, 'model.norm'), weight(config.tiedHead ? 'model.embed_tokens' : 'lm_head'));
  return tape.logSoftmaxHead(logits, tokens.slice(1), temperature);
}
