/** The options of a model's layers that vary between checkpoints of its architecture, all explicit. */
import { ARCHITECTURES } from './architectures/catalog.ts';
import type { ModelConfig } from './model-config.ts';
import type { Rotary } from './rotary-angles.ts';

/** Computed from a ModelConfig once per model, read by layers and kernels beside `Model.architecture`. */
export interface Structure extends Required<
  Pick<ModelConfig, 'activation' | 'biases' | 'parallelResidual' | 'attentionScale'>
> {
  /** The MLP is activation(gate) * up instead of activation(up). */
  gated: boolean;
  /** Absent with learned positions. */
  rotary?: Rotary;
  /** Rotary base of layers with a window, if it differs; never scaled. */
  slidingRotary?: Rotary;
  /** Factor of token embeddings. */
  embeddingScale: number;
  /** Tokens that layer i attends to, the current one included; undefined for all. */
  windowOf(layer: number): number | undefined;
}

export function structureOf(config: ModelConfig): Structure {
  const { names, activation, biases, parallelResidual, scaledEmbedding } = ARCHITECTURES[config.architecture];
  const { slidingWindow: window } = config;
  return {
    activation: config.activation ?? activation,
    biases: config.biases ?? biases,
    parallelResidual: config.parallelResidual ?? parallelResidual,
    attentionScale: config.attentionScale ?? config.headDimension ** -0.5,
    gated: names.gate !== undefined,
    ...(names.positions === undefined && rotaryOf(config)),
    embeddingScale: scaledEmbedding ? Math.sqrt(config.hiddenSize) : 1,
    windowOf: (layer) => (window?.layers[layer] ? window.size : undefined),
  };
}

function rotaryOf(config: ModelConfig): Pick<Structure, 'rotary' | 'slidingRotary'> {
  const rotary: Rotary = {
    dimensions: config.rotaryDimensions ?? config.headDimension,
    theta: config.ropeTheta ?? 10_000,
    scaling: config.ropeScaling ?? { type: 'none' },
  };
  if (!config.slidingWindow || config.slidingRopeTheta === undefined) return { rotary };
  return { rotary, slidingRotary: { ...rotary, theta: config.slidingRopeTheta, scaling: { type: 'none' } } };
}
