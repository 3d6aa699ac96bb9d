/**
 * Clip strategies against the authors' published code, against numerical derivatives, and at the bounds of the clip
 * range.
 */
import { describe, expect, it } from 'vitest';
import { loadPublishedWeights } from './fixture.ts';
import { DEFAULT_BOUNDS, surrogate, zoneOf, type Bounds } from './surrogate.ts';
import { at } from './tape.ts';

const published = loadPublishedWeights();

describe('weights of the published code', () => {
  it.each(['ppo', 'gppo', 'ce-gppo'] as const)('%s', (strategy) => {
    const { params, positive, negative } = published.strategies[strategy]!;
    const bounds: Bounds = { ...DEFAULT_BOUNDS[strategy], ...params };
    const rows = [
      { advantage: 1, weights: positive },
      { advantage: -1, weights: negative },
    ].filter((row) => row.weights);
    expect(rows.length).toBeGreaterThan(0);
    for (const { advantage, weights = [] } of rows) {
      published.ratios.forEach((ratio, i) => {
        expect(surrogate(strategy, ratio, advantage, bounds).weight, `r ${ratio}, A ${advantage}`).toBeCloseTo(
          at(weights, i),
          12,
        );
      });
    }
  });
});

const BOUNDS: Bounds = { eps_low: 0.2, eps_high: 0.28, beta1: 0.5, beta2: 0.9, dual_clip: 3 };
const RATIOS = [0.05, 0.5, 0.79, 0.81, 1, 1.19, 1.27, 1.29, 2.9, 3.1, 40];

describe('surrogate', () => {
  it('has w A as its derivative in log pi: ppo, where the value is not stopped', () => {
    const step = 1e-6;
    for (const strategy of ['importance', 'ppo', 'clip-higher'] as const) {
      for (const advantage of [0.7, -1.3]) {
        for (const ratio of RATIOS) {
          const value = (shift: number) => surrogate(strategy, ratio * Math.exp(shift), advantage, BOUNDS).value;
          const slope = (value(step) - value(-step)) / (2 * step);
          expect(surrogate(strategy, ratio, advantage, BOUNDS).weight * advantage).toBeCloseTo(slope, 6);
        }
      }
    }
  });

  it('gives gppo the value of ppo when the betas are 1', () => {
    const bounds = { ...BOUNDS, beta1: 1, beta2: 1 };
    for (const advantage of [0.7, -1.3, 0]) {
      for (const ratio of RATIOS)
        expect(surrogate('gppo', ratio, advantage, bounds).value).toBe(
          surrogate('ppo', ratio, advantage, bounds).value,
        );
    }
  });

  it('jumps at the bounds of the clip range for other betas, and is unchanged inside', () => {
    expect(surrogate('gppo', 1.29, 2, BOUNDS).value).toBeCloseTo(0.9 * 1.28 * 2, 12);
    expect(surrogate('gppo', 1.27, 2, BOUNDS).value).toBeCloseTo(1.27 * 2, 12);
    expect(surrogate('gppo', 0.7, -2, BOUNDS)).toMatchObject({
      value: 0.5 * 0.8 * -2,
      weight: 0.5 * 0.8,
      clipped: true,
    });
    expect(surrogate('gppo', 0.7, 2, BOUNDS)).toMatchObject({ value: 1.4, weight: 0.7, clipped: false });
  });

  it('counts the bounds themselves as inside', () => {
    const bounds: Bounds = { eps_low: 0.25, eps_high: 0.25, beta1: 0.5, beta2: 0.5, dual_clip: 3 };
    for (const strategy of ['ppo', 'gppo'] as const) {
      for (const advantage of [1, -1]) {
        expect(surrogate(strategy, 0.75, advantage, bounds)).toEqual({
          value: 0.75 * advantage,
          weight: 0.75,
          zone: 'inside',
          clipped: false,
          dualClipped: false,
        });
        expect(surrogate(strategy, 1.25, advantage, bounds)).toEqual({
          value: 1.25 * advantage,
          weight: 1.25,
          zone: 'inside',
          clipped: false,
          dualClipped: false,
        });
      }
      expect(surrogate(strategy, 3, -1, bounds)).toMatchObject({ weight: 3, dualClipped: false });
    }
  });

  it('bounds the loss of a negative token at c, without gradient beyond', () => {
    for (const strategy of ['ppo', 'gppo', 'ce-gppo'] as const) {
      expect(surrogate(strategy, 3.5, -2, BOUNDS)).toEqual({
        value: -6,
        weight: 0,
        zone: 'negative-high',
        clipped: false,
        dualClipped: true,
      });
      expect(surrogate(strategy, 3.5, -2, { ...BOUNDS, dual_clip: null })).toMatchObject({
        value: -7,
        weight: 3.5,
        dualClipped: false,
      });
    }
    expect(surrogate('importance', 3.5, -2, BOUNDS)).toMatchObject({ value: -7, weight: 3.5, dualClipped: false });
  });

  it('names zones by the sign of the advantage and the side of the clip range', () => {
    const zones = (advantage: number) => [0.7, 1, 1.3].map((ratio) => zoneOf(ratio, advantage, BOUNDS));
    expect(zones(1)).toEqual(['positive-low', 'inside', 'positive-high']);
    expect(zones(-1)).toEqual(['negative-low', 'inside', 'negative-high']);
    expect(zones(0)).toEqual(['inside', 'inside', 'inside']);
  });
});
