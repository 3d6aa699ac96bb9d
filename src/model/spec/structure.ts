/** The computation of a model's layers: the architecture's choices, overridden by the config's, all explicit. */
import type { LayerChoices } from './architectures/architecture.ts';
import { ARCHITECTURES } from './architectures/catalog.ts';
import type { ModelConfig } from './model-config.ts';
import type { Rotary } from './rotary-angles.ts';

export interface Structure extends LayerChoices {
  /** Absent with learned positions. */
  rotary?: Rotary;
  /** Rotary base of layers with a window, if it differs; never scaled. */
  slidingRotary?: Rotary;
  /** Factor of q . k before the softmax. */
  attentionScale: number;
  embeddingScale: number;
  /** Tokens that layer i attends to, the current one included; undefined for all. */
  windowOf(layer: number): number | undefined;
}

export function structureOf(config: ModelConfig): Structure {
  const { title: _title, names: _names, ignored: _ignored, ...choices } = ARCHITECTURES[config.architecture];
  const { slidingWindow: window } = config;
  return {
    ...choices,
    activation: config.activation ?? choices.activation,
    biases: config.biases ?? choices.biases,
    parallelResidual: config.parallelResidual ?? choices.parallelResidual,
    ...(choices.positions === 'rotary' && rotaryOf(config)),
    attentionScale: config.attentionScale ?? 1 / Math.sqrt(config.headDimension),
    embeddingScale: config.embeddingScale ?? (choices.scaledEmbedding ? Math.sqrt(config.hiddenSize) : 1),
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
