/** The formulas of the lessons against the WGSL that trains, including the bounds. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { strategyCurve } from '../../src/objective/curves.ts';
import type { CurvePoint } from '../../src/views/strategy-views.ts';
import { resolveStrategy, type StrategyConfig } from '../../src/run/strategies/strategy-config.ts';
import { weightOf, zoneOf, type LessonStrategy } from '../../src/ui/learn/weights.ts';
import { testGpu } from '../support/gpu.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => gpu.destroy());

const STRATEGIES: LessonStrategy[] = [
  { name: 'importance', eps_low: 0.2, eps_high: 0.28 },
  { name: 'ppo', eps_low: 0.2, eps_high: 0.28 },
  { name: 'ppo', eps_low: 0.02, eps_high: 0.7, dual_clip: 3 },
  { name: 'gppo', eps_low: 0.2, eps_high: 0.28 },
  { name: 'gppo', eps_low: 0.2, eps_high: 0.28, beta1: 0, beta2: 0 },
  { name: 'gppo', eps_low: 0.7, eps_high: 1.5, beta1: 0.5, beta2: 2, dual_clip: 3 },
  { name: 'gppo', eps_low: 0.1, eps_high: 0.1, beta1: 2, dual_clip: 1.5 },
];

it.each(STRATEGIES)('%j: weight and zone in the lessons equal the engine’s', async (strategy) => {
  // No ratios so close to a bound that rounding to f32 could move a token across it; the sliders' ends are included.
  const bounds = [1 - strategy.eps_low, 1 + strategy.eps_high, strategy.dual_clip ?? 0];
  const ratios = [...Array.from({ length: 160 }, (_, i) => 0.05 + i * 0.0263), 0.25, 1, 4].filter((ratio) =>
    bounds.every((bound) => Math.abs(ratio - bound) > 1e-3),
  );
  const points: CurvePoint[] = [1, -0.54, 0].flatMap((advantage) =>
    ratios.map((ratio) => ({ logRatio: Math.log(ratio), advantage, oldLogprob: -1 })),
  );
  const curve = await strategyCurve(gpu, resolveStrategy(strategy as unknown as StrategyConfig), points);
  const seen = new Set<string>();
  for (const [i, { logRatio, advantage }] of points.entries()) {
    const ratio = Math.exp(logRatio);
    const { weight, zone } = curve[i]!;
    expect(Math.abs(weightOf(strategy, ratio, advantage) - weight), `r ${ratio}, A ${advantage}`).toBeLessThan(
      1e-5 * Math.max(1, weight),
    );
    expect(zoneOf(strategy, ratio, advantage), `r ${ratio}, A ${advantage}`).toBe(zone);
    seen.add(zone);
  }
  expect(seen.size).toBe(5);
});
