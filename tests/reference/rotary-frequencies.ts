/** Angles of rotary positions, scaled for longer contexts as in transformers' `modeling_rope_utils.py`. */
import type { ReferenceConfig } from './model-family.ts';

export interface Turns {
  /** Angle per position of pair i; half as many as rotated dimensions. */
  frequencies: number[];
  /** Factor of cosine and sine (YaRN's attention factor). */
  amplitude: number;
}

export function rotaryFrequencies(
  config: Pick<ReferenceConfig, 'headDimension' | 'rotaryDimensions' | 'ropeScaling'>,
  theta: number,
): Turns {
  const dimensions = config.rotaryDimensions ?? config.headDimension;
  const plain = Array.from({ length: dimensions / 2 }, (_, i) => theta ** ((-2 * i) / dimensions));
  const scaling = config.ropeScaling;
  if (scaling === undefined || scaling.type === 'none') return { frequencies: plain, amplitude: 1 };
  const { factor } = scaling;
  if (scaling.type === 'linear') return { frequencies: plain.map((frequency) => frequency / factor), amplitude: 1 };
  if (scaling.type === 'llama3') {
    const { lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original } = scaling;
    const frequencies = plain.map((frequency) => {
      const wavelength = (2 * Math.PI) / frequency;
      if (wavelength < original / high) return frequency;
      if (wavelength > original / low) return frequency / factor;
      const smooth = (original / wavelength - low) / (high - low);
      return (1 - smooth) * (frequency / factor) + smooth * frequency;
    });
    return { frequencies, amplitude: 1 };
  }
  // YaRN, equations 20 to 23 of arXiv 2309.00071: pairs with many rotations are kept, pairs with few are interpolated.
  const pairOfTurns = (turns: number) =>
    (dimensions * Math.log(scaling.originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = Math.max(Math.floor(pairOfTurns(scaling.betaFast)), 0);
  let last = Math.min(Math.ceil(pairOfTurns(scaling.betaSlow)), dimensions - 1);
  if (first === last) last += 0.001;
  const frequencies = plain.map((frequency, i) => {
    const interpolated = Math.min(Math.max((i - first) / (last - first), 0), 1);
    return interpolated * (frequency / factor) + (1 - interpolated) * frequency;
  });
  return { frequencies, amplitude: scaling.attentionFactor };
}
