/**
 * The angles of rotary positions, computed on the host in float64 because sines of large angles are inexact on many
 * adapters. Scalings follow transformers' `modeling_rope_utils.py`.
 */
import type { RopeScaling } from './model-config.ts';

export interface Rotary {
  /** Rotated dimensions of a head, even. */
  dimensions: number;
  theta: number;
  scaling: RopeScaling;
}

/** (cos, sin) of position x frequency, [positions, dimensions / 2]. */
export function rotaryAngles(rotary: Rotary, positions: number): Float32Array<ArrayBuffer> {
  const frequencies = rotaryFrequencies(rotary);
  const amplitude = rotary.scaling.type === 'yarn' ? rotary.scaling.attentionFactor : 1;
  const table = new Float32Array(positions * frequencies.length * 2);
  let at = 0;
  for (let position = 0; position < positions; position++) {
    for (const frequency of frequencies) {
      table[at++] = amplitude * Math.cos(position * frequency);
      table[at++] = amplitude * Math.sin(position * frequency);
    }
  }
  return table;
}

/** Radians per position of pair i. */
function rotaryFrequencies({ dimensions, theta, scaling }: Rotary): number[] {
  return Array.from({ length: dimensions / 2 }, (_, i) => {
    const frequency = theta ** ((-2 * i) / dimensions);
    switch (scaling.type) {
      case 'none':
        return frequency;
      case 'linear':
        return frequency / scaling.factor;
      default: {
        const kept =
          scaling.type === 'llama3' ? keptByLlama3(frequency, scaling) : keptByYarn(i, dimensions, theta, scaling);
        return kept * frequency + ((1 - kept) * frequency) / scaling.factor;
      }
    }
  });
}

/**
 * Share of a frequency that is kept: 1 from `highFrequencyFactor` rotations in the original range on, 0 up to the low
 * factor.
 */
function keptByLlama3(frequency: number, scaling: Extract<RopeScaling, { type: 'llama3' }>): number {
  const turns = (scaling.originalMaxPositions * frequency) / (2 * Math.PI);
  return clamp((turns - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor));
}

/**
 * As for Llama 3, but the ramp is over the index of the pair, between the pairs that make `betaFast` and `betaSlow`
 * rotations.
 */
function keptByYarn(
  i: number,
  dimensions: number,
  theta: number,
  scaling: Extract<RopeScaling, { type: 'yarn' }>,
): number {
  const pairAt = (turns: number) =>
    (dimensions * Math.log(scaling.originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = Math.max(0, Math.floor(pairAt(scaling.betaFast)));
  const last = Math.min(dimensions - 1, Math.ceil(pairAt(scaling.betaSlow)));
  // The guard of transformers against a ramp of length 0.
  return 1 - clamp((i - first) / (first === last ? 0.001 : last - first));
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
