/** Scores and gradients of every fixture's checkpoint, in all its cases, at the fixtures' own tolerances. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { scoreSequences } from '../../src/model/training/scoring.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { FIXTURE_NAMES, loadFixture } from '../reference/fixture.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

describe.each(FIXTURE_NAMES)('exact values of the %s fixture', (name) => {
  const fixture = loadFixture(name);
  let model: Model;
  beforeAll(async () => {
    model = await Model.create(gpu, { architecture: 'llama', maxPositions: 64, ...fixture.config }, fixture.tensors);
  });
  afterAll(() => model.destroy());

  it('log-probs and entropies to 1e-4', async () => {
    const scores = await scoreSequences(
      model,
      tuner,
      fixture.expected.sequences.map((sequence) => sequence.tokens),
    );
    for (const [i, sequence] of fixture.expected.sequences.entries()) {
      for (const [t, logprob] of sequence.logprobs.entries())
        expect(Math.abs((scores[i]?.logprobs[t] ?? NaN) - logprob)).toBeLessThan(1e-4);
      for (const [t, entropy] of sequence.entropies.entries())
        expect(Math.abs((scores[i]?.entropies[t] ?? NaN) - entropy)).toBeLessThan(1e-4);
    }
  });

  it.each(fixture.expected.cases)('$title: loss, weights and gradients', async (one) => {
    const sequences = fixture.expected.sequences.map(({ tokens, prompt_length, advantage, reward, old_logprobs }) => ({
      tokens,
      prompt_length,
      advantage,
      reward,
      old_logprobs,
    }));
    const batch = GradientBatch.parse({
      sequences,
      strategy: one.strategy,
      aggregation: one.aggregation,
      params: one.params,
    });
    const result = await batchGradient(model, tuner, batch);
    expect(Math.abs(result.loss - one.loss)).toBeLessThan(1e-4);
    for (const [i, row] of result.weights.entries()) {
      for (const [t, weight] of row.entries()) {
        const expected = one.weights[i]?.[t] ?? NaN;
        expect(Math.abs(weight - expected), `weight ${i},${t}`).toBeLessThanOrEqual(
          1e-4 * Math.max(1, Math.abs(expected)),
        );
      }
    }
    for (const { tensor, index, value } of one.gradients) {
      const shape = fixture.shapes.get(tensor) ?? [];
      const flat = index.reduce((offset, position, axis) => offset * (shape[axis] ?? NaN) + position, 0);
      expect(
        Math.abs((result.gradients.get(tensor)?.[flat] ?? NaN) - value),
        `${tensor}[${index.join()}]`,
      ).toBeLessThanOrEqual(Math.max(1e-5, 1e-3 * Math.abs(value)));
    }
  });
});
