/** The exact split of the gradient: parts add up to the whole, and the reported norms and cosines are the parts'. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { Tuner } from '../../src/gpu/tuner.ts';
import { Model } from '../../src/model/model.ts';
import { batchGradient } from '../../src/objective/gradient.ts';
import type { SplitPart } from '../../src/run/step-record.ts';
import { GradientBatch } from '../../src/run/gradient-batch.ts';
import { randomCase } from '../reference/random-model.ts';
import { testGpu, testTuner } from '../support/gpu.ts';

let gpu: Gpu;
let tuner: Tuner;
beforeAll(async () => {
  gpu = await testGpu();
  tuner = testTuner(gpu);
});
afterAll(() => gpu.destroy());

type Gradients = Map<string, Float32Array>;
const flat = (gradients: Gradients): number[] =>
  [...gradients.keys()].sort().flatMap((name) => [...(gradients.get(name) ?? [])]);
const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: number[]): number => Math.sqrt(dot(a, a));

describe.each([
  ['gppo', { eps_low: 0.1, eps_high: 0.1 }, false],
  ['ppo', { eps_low: 0.05, eps_high: 0.05, positive_lm: 0.2, entropy_coefficient: 0.03 }, true],
  ['kl-cov', { fraction: 0.3 }, false],
] as const)('the split of %s with %j', (strategy, params, tiedHead) => {
  const one = randomCase(
    77,
    {
      hiddenSize: 20,
      heads: 2,
      keyValueHeads: 1,
      headDimension: 10,
      intermediateSize: 24,
      vocabularySize: 23,
      layers: 3,
      tiedHead,
    },
    { sequences: 8, longest: 20 },
  );
  const parts = new Map<SplitPart, number[]>();
  let whole: number[];
  let metrics: Record<string, number>;
  beforeAll(async () => {
    const model = await Model.create(
      gpu,
      { architecture: 'llama', maxPositions: 64, ...one.config },
      one.tensors as Map<string, Float32Array>,
    );
    const batch = GradientBatch.parse({ sequences: one.batch, strategy, split: true, params });
    // Two chunks of the head: the second backward pass must recompute both.
    const result = await batchGradient(model, tuner, batch, {
      head: { chunk: 64 },
      onPart: (part, gradients) => void parts.set(part, flat(gradients)),
    });
    whole = flat(result.gradients);
    metrics = result.metrics;
    model.destroy();
  });

  it('parts add up to the full gradient', () => {
    const sum = whole.map(() => 0);
    for (const [part, gradient] of parts)
      if (part !== 'unclipped') for (const [i, value] of gradient.entries()) sum[i]! += value;
    expect(parts.size).toBeGreaterThan(3);
    expect(norm(sum.map((value, i) => value - whole[i]!)) / norm(whole)).toBeLessThan(1e-4);
  });

  it('reports norms and cosines of its parts, overall and per parameter group', () => {
    const inside = parts.get('inside')!;
    const unclipped = parts.get('unclipped')!;
    for (const [part, gradient] of parts) {
      expect(metrics[`gradient_split/${part}/norm`]).toBeCloseTo(norm(gradient), 4);
      const stretches = Object.entries(metrics).filter(
        ([name]) => name.startsWith(`gradient_split/${part}/layers/`) && name.endsWith('/norm'),
      );
      expect(stretches).toHaveLength(5);
      expect(Math.hypot(...stretches.map(([, value]) => value))).toBeCloseTo(norm(gradient), 4);
      if (part === 'unclipped' || norm(gradient) === 0) continue;
      expect(metrics[`gradient_split/${part}/cosine_unclipped`]).toBeCloseTo(
        dot(gradient, unclipped) / norm(gradient) / norm(unclipped),
        3,
      );
      if (part !== 'inside')
        expect(metrics[`gradient_split/${part}/cosine_inside`]).toBeCloseTo(
          dot(gradient, inside) / norm(gradient) / norm(inside),
          3,
        );
    }
  });
});
