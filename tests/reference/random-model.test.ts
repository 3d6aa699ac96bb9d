/** Assumptions of property tests: the generator is reproducible, and its batches cover all cases. */
import { describe, expect, it } from 'vitest';
import { referenceStep } from './gradient.ts';
import { randomCase } from './random-model.ts';

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

describe('random cases', () => {
  it('are the same for the same seed', () => {
    expect(randomCase(5)).toEqual(randomCase(5));
    expect(randomCase(5)).not.toEqual(randomCase(6));
  });

  it.each(SEEDS)('seed %i is well-formed, with finite gradients', (seed) => {
    const { config, tensors, batch } = randomCase(seed);
    for (const sequence of batch) {
      const response = sequence.tokens.length - sequence.prompt_length;
      expect(sequence.prompt_length).toBeGreaterThan(0);
      expect(response).toBeGreaterThan(0);
      expect(sequence.old_logprobs).toHaveLength(response);
      expect(sequence.ref_logprobs).toHaveLength(response);
    }
    expect(batch[0]).toMatchObject({ reward: 1 });
    expect(Math.sign(batch[0]!.advantage)).toBe(1);
    expect(Math.sign(batch[1]!.advantage)).toBe(-1);
    const { result, gradients } = referenceStep(config, tensors, batch, {
      strategy: 'gppo',
      aggregation: 'token-mean',
      params: { kl_coefficient: 0.1, entropy_coefficient: 0.1 },
    });
    expect(Number.isFinite(result.loss)).toBe(true);
    expect([...gradients.values()].every((values) => values.every(Number.isFinite))).toBe(true);
  });

  it('keep ratios away from the bounds', () => {
    for (const seed of SEEDS) {
      const { config, tensors, batch } = randomCase(seed);
      const { ratios } = referenceStep(config, tensors, batch, {
        strategy: 'ppo',
        aggregation: 'token-mean',
        params: {},
      }).result;
      for (const bound of [0.8, 1.2, 1.28, 3])
        expect(ratios.flat().every((ratio) => Math.abs(Math.log(ratio / bound)) > 4e-3)).toBe(true);
    }
  });
});
