/** Token views of a step, as a recording keeps them. */
import { DENSITY_COLUMNS, DENSITY_ROWS, HISTOGRAM_BINS } from '../../src/run/step-record.ts';
import type { TokenViews } from '../../src/views/frame-state.ts';

/** Numbers with all digits of a float32, which rounding would change. */
export const single = (seed: number) => Math.fround(Math.abs(Math.sin(seed * 12.9898)));

/** The token views of a step: one used response, one that no update used. */
export function recordedViews(step: number, tokens = 500): TokenViews {
  const list = (offset: number) => Float32Array.from({ length: tokens }, (_, i) => single(step + i + offset));
  return {
    step,
    noAdvantage: false,
    rollouts: [
      {
        prompt: '1+1=',
        answer: '2',
        reward: 1,
        correct: true,
        advantage: single(step),
        tokens: [
          {
            text: '2',
            ratio: Infinity,
            weight: single(step + 1),
            ppoWeight: 0,
            zone: 'positive-high',
            probability: Math.exp(-single(step)),
            oldProbability: 0.5,
            entropy: single(step + 2),
          },
        ],
      },
      { prompt: '1+2=', answer: '3', reward: 0, correct: false, advantage: 0, tokens: [], unused: ['4', '\n'] },
    ],
    used: {
      distributions: {
        positive: Array.from({ length: HISTOGRAM_BINS }, (_, i) => i),
        negative: Array.from({ length: HISTOGRAM_BINS }, () => step),
        density: Array.from({ length: DENSITY_ROWS * DENSITY_COLUMNS }, () => 1),
      },
      scatter: {
        logRatio: list(0),
        probability: list(1),
        zone: new Uint8Array(tokens).fill(2),
        advantage: list(2),
        weight: list(3),
        length: new Uint16Array(tokens).fill(9),
        total: 2 * tokens,
      },
    },
  };
}
