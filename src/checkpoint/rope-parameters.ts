/**
 * Rotary positions in config.json: `rope_theta` and `rope_scaling` as transformers 4 writes them, `rope_parameters` as
 * transformers 5 does. Formulas: transformers `modeling_rope_utils.py`.
 */
import { inputError } from '../errors.ts';
import type { FieldReader } from './json-fields.ts';
import type { ModelConfig, RopeScaling } from '../model/spec/model-config.ts';

const SIZES = { from: 1, to: 100_000_000 };

/**
 * @param head dimensions of a head
 * @param names of the theta and of the rotated share of a head, in transformers 4, and their defaults
 */
export function ropeOf(
  config: FieldReader,
  head: number,
  maxPositions: number,
  names: { theta: string; defaultTheta: number; share: string; defaultShare: number } = {
    theta: 'rope_theta',
    defaultTheta: 10_000,
    share: 'partial_rotary_factor',
    defaultShare: 1,
  },
): Pick<ModelConfig, 'ropeTheta' | 'rotaryDimensions' | 'ropeScaling' | 'slidingRopeTheta'> {
  const nested = config.object('rope_parameters');
  // Gemma 3 has parameters per kind of layer.
  const full = nested?.object('full_attention') ?? nested;
  const sliding = nested?.object('sliding_attention');
  const ropeTheta = positive(
    full?.has('rope_theta') ? full : config,
    full?.has('rope_theta') ? 'rope_theta' : names.theta,
    names.defaultTheta,
  );
  const share = full?.has('partial_rotary_factor')
    ? full.number('partial_rotary_factor')
    : config.number(names.share, names.defaultShare);
  const rotaryDimensions = Math.floor(head * share);
  if (!(share > 0 && share <= 1) || rotaryDimensions < 2 || rotaryDimensions % 2 !== 0)
    throw inputError(
      config.where,
      `${names.share}: ${share} of a head's ${head} dimensions are ${rotaryDimensions}; expected an even number of ` +
        'them (rotary positions turn pairs)',
    );
  const ropeScaling = scalingOf(config.object('rope_scaling') ?? full, maxPositions);
  if (sliding) {
    if (scalingOf(sliding, maxPositions).type !== 'none') throw sliding.unsupported('rope_type', '"default"');
    return { ropeTheta, rotaryDimensions, ropeScaling, slidingRopeTheta: positive(sliding, 'rope_theta', 10_000) };
  }
  return { ropeTheta, rotaryDimensions, ropeScaling };
}

export function positive(reader: FieldReader, name: string, fallback: number): number {
  const value = reader.number(name, fallback);
  if (value <= 0) throw reader.expected(name, 'a positive number', value);
  return value;
}

function scalingOf(scaling: FieldReader | undefined, maxPositions: number): RopeScaling {
  if (!scaling) return { type: 'none' };
  // Old checkpoints call the field `type`.
  const field = scaling.has('rope_type') ? 'rope_type' : 'type';
  const type = scaling.text(field, 'default');
  const factor = () => {
    const value = scaling.number('factor');
    if (value < 1) throw scaling.expected('factor', 'a number of at least 1', value);
    return value;
  };
  const original = () => scaling.integer('original_max_position_embeddings', SIZES, maxPositions);
  switch (type) {
    case 'default':
      return { type: 'none' };
    case 'linear':
      return { type: 'linear', factor: factor() };
    case 'llama3': {
      const [low, high] = [scaling.number('low_freq_factor'), scaling.number('high_freq_factor')];
      if (!(low > 0 && high > low))
        throw scaling.expected('high_freq_factor', `more than low_freq_factor (${low}), which is above 0`, high);
      return {
        type: 'llama3',
        factor: factor(),
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalMaxPositions: original(),
      };
    }
    case 'yarn': {
      scaling.only('mscale', []);
      scaling.only('truncate', [true]);
      const scale = factor();
      return {
        type: 'yarn',
        factor: scale,
        betaFast: positive(scaling, 'beta_fast', 32),
        betaSlow: positive(scaling, 'beta_slow', 1),
        attentionFactor: positive(scaling, 'attention_factor', scale <= 1 ? 1 : 0.1 * Math.log(scale) + 1),
        originalMaxPositions: original(),
      };
    }
    default:
      throw scaling.unsupported(field, '"default", "linear", "llama3" or "yarn"');
  }
}
