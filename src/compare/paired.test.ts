import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectableEffect, effectSize, holm, pairedTest, power, studentHalfWidth } from './paired.ts';
import { deviation, mean } from './moments.ts';

interface Recorded {
  paired: {
    name: string;
    a: number[];
    b: number[];
    level: number;
    t: number | null;
    p: number | null;
    mean: number;
    sd: number;
    low: number;
    high: number;
  }[];
  holm: { p: number[]; adjusted: number[] }[];
  power: { n: number; alpha: number; detectable: number; power_at_half: number }[];
}
const recorded = JSON.parse(
  readFileSync(new URL('../../tests/fixtures/paired-statistics.json', import.meta.url), 'utf8'),
) as Recorded;

/** jStat's inverse of Student's distribution is this exact, relative to the value. */
const JSTAT = 1e-6;

describe('a paired t test', () => {
  it.each(recorded.paired)('equals scipy: $name', ({ a, b, level, t, p, mean: middle, sd, low, high }) => {
    const test = pairedTest(a, b);
    expect(test.mean).toBeCloseTo(middle, 12);
    expect(test.deviation).toBeCloseTo(sd, 12);
    const half = (studentHalfWidth(level, test.count) * test.deviation) / Math.sqrt(test.count);
    expect(Math.abs(test.mean - half - low) / (1 + Math.abs(low))).toBeLessThan(JSTAT);
    expect(Math.abs(test.mean + half - high) / (1 + Math.abs(high))).toBeLessThan(JSTAT);
    // Without a spread scipy's p is 0 or NaN: there is no test.
    if (sd === 0) expect(test.p).toBeNaN();
    else {
      expect(test.mean / (test.deviation / Math.sqrt(test.count))).toBeCloseTo(t ?? NaN, 9);
      expect(Math.abs(test.p - (p ?? NaN))).toBeLessThan(1e-9 + 1e-7 * (p ?? NaN));
    }
  });
  it('has no spread for a single pair, nor where differences are equal up to rounding', () => {
    expect(pairedTest([0.5], [0.25])).toEqual({ count: 1, mean: 0.25, deviation: NaN, p: NaN });
    expect(pairedTest([0.6, 0.7, 0.8], [0.5, 0.6, 0.7])).toMatchObject({ deviation: 0, p: NaN });
  });
  it('has means and deviations of samples', () => {
    expect([mean([1, 2, 3, 4]), deviation([1, 2, 3, 4])]).toEqual([2.5, Math.sqrt(5 / 3)]);
    expect(deviation([1])).toBeNaN();
  });
});

describe('Holm’s correction', () => {
  it.each(recorded.holm)('equals statsmodels: $p', ({ p, adjusted }) => {
    for (const [i, one] of holm(p, 0.05).entries()) expect(one.adjusted).toBeCloseTo(adjusted[i] ?? NaN, 12);
  });
  it.each(recorded.holm)('rejects exactly those whose interval at their share of the level excludes 0: $p', ({ p }) => {
    for (const level of [0.01, 0.05, 0.1, 0.2])
      for (const [i, { adjusted, share }] of holm(p, level).entries())
        expect(adjusted <= level).toBe((p[i] ?? NaN) <= level * share);
  });
  it('counts a comparison without a test as not rejected', () => {
    expect(holm([NaN, 0.02], 0.05)).toEqual([
      { adjusted: 1, share: 1 },
      { adjusted: 0.04, share: 0.5 },
    ]);
  });
});

describe('power', () => {
  it.each(recorded.power)('equals scipy with $n pairs at level $alpha', ({ n, alpha, detectable, power_at_half }) => {
    expect(power(0.5, n, alpha)).toBeCloseTo(power_at_half, 6);
    expect(power(detectable, n, alpha)).toBeCloseTo(0.8, 6);
    expect(detectableEffect(n, alpha) / detectable).toBeCloseTo(1, 6);
  });
  it('has no least difference for a single pair', () => {
    expect(detectableEffect(1, 0.05)).toBeNaN();
  });
  it('is the level itself where there is no effect', () => {
    expect(power(0, 5, 0.05)).toBeCloseTo(0.05, 7);
  });
});

it('corrects the effect size for few pairs', () => {
  // Mean 2, deviation 1, 3 pairs: Hedges' factor 1 - 3 / 7.
  expect(effectSize(pairedTest([1, 2, 3], [0, 0, 0]))).toBeCloseTo(2 * (4 / 7), 12);
  expect(effectSize(pairedTest([1, 1, 1], [0, 0, 0]))).toBeNaN();
});
