import { describe, expect, it } from 'vitest';
import { meanInterval } from '../evaluation/intervals.ts';
import { stream } from '../random.ts';
import { differenceInterval, mcNemar, pairedInterval } from './paired-changes.ts';

describe("McNemar's exact test", () => {
  /** By adding up binomial probabilities as fractions of whole numbers. */
  function enumerated(gained: number, lost: number): number {
    const n = gained + lost;
    let [ways, sum] = [1n, 0n];
    for (let k = 0; k <= Math.min(gained, lost); k++) {
      sum += ways;
      ways = (ways * BigInt(n - k)) / BigInt(k + 1);
    }
    return Math.min(1, Number((2n * sum * 10n ** 18n) / 2n ** BigInt(n)) / 1e18);
  }

  it.each([
    [0, 0],
    [1, 0],
    [5, 0],
    [9, 2],
    [7, 7],
    [30, 12],
    [2, 40],
    [700, 800],
  ])('of %i gained and %i lost adds up the binomial tail, in both directions', (gained, lost) => {
    expect(mcNemar(gained, lost)).toBeCloseTo(enumerated(gained, lost), 10);
    expect(mcNemar(lost, gained)).toBe(mcNemar(gained, lost));
  });

  it('has the values of exact arithmetic', () => {
    // Python: 2 * sum(comb(11, k) for k in range(3)) / 2**11; 42 and 13, 3150 and 1501.
    expect(mcNemar(9, 2)).toBeCloseTo(0.065429688, 8);
    expect(mcNemar(30, 12)).toBeCloseTo(0.0079156, 6);
    expect(mcNemar(0, 0)).toBe(1);
  });

  it('does not underflow for thousands of problems', () => {
    expect(mcNemar(3000, 3000)).toBe(1);
    const p = mcNemar(1500, 1650);
    expect(p).toBeCloseTo(0.00792566781, 9);
  });
});

describe('the interval of a difference of paired proportions', () => {
  /** log likelihood of gains, losses and the rest, under a difference, maximized over the probability of a loss. */
  function profile(gained: number, lost: number, count: number, difference: number): number {
    const [from, to] = [Math.max(0, -difference), (1 - difference) / 2];
    const term = (times: number, p: number) => (times === 0 ? 0 : times * Math.log(Math.max(p, 1e-300)));
    const at = (q: number) =>
      term(gained, q + difference) + term(lost, q) + term(count - gained - lost, 1 - 2 * q - difference);
    let [low, high] = [from, to];
    for (let i = 0; i < 200; i++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (at(a) < at(b)) low = a;
      else high = b;
    }
    return (low + high) / 2;
  }

  it.each([
    [9, 2, 40],
    [0, 0, 20],
    [5, 0, 30],
    [0, 1, 44],
    [60, 20, 256],
    [30, 30, 64],
    [10, 0, 10],
  ])('of %i gained and %i lost of %i ends where the score is at the quantile', (gained, lost, count) => {
    const interval = pairedInterval(gained, lost, count);
    for (const d of interval) {
      expect(Math.abs(d)).toBeLessThanOrEqual(1);
      if (Math.abs(d) === 1) continue;
      const q = profile(gained, lost, count, d);
      // Variance of (b - c) / n with p12 = q + d and p21 = q: (p12 + p21 - d^2) / n.
      const deviation = Math.sqrt((2 * q + d - d * d) / count);
      expect(Math.abs((gained - lost) / count - d) / deviation).toBeCloseTo(1.959964, 3);
    }
    const [low, high] = interval;
    expect(low).toBeLessThanOrEqual((gained - lost) / count);
    expect(high).toBeGreaterThanOrEqual((gained - lost) / count);
    expect(high - low).toBeGreaterThan(0);
    // The other direction mirrors it.
    const [mirroredLow, mirroredHigh] = pairedInterval(lost, gained, count);
    expect(mirroredLow).toBeCloseTo(-high, 9);
    expect(mirroredHigh).toBeCloseTo(-low, 9);
  });

  it('has a width where no problem turned: z^2 / (n + z^2) on both sides', () => {
    const z2 = 1.959963984540054 ** 2;
    const [low, high] = pairedInterval(0, 0, 50);
    expect(high).toBeCloseTo(z2 / (50 + z2), 9);
    expect(low).toBeCloseTo(-high, 9);
  });

  it.each([
    [0.1, 0.02, 64],
    [0.3, 0.2, 64],
    [0.02, 0.01, 128],
  ])('covers a true difference of gains %f and losses %f in about 95 of 100 runs of %i', (gain, loss, count) => {
    const random = stream(11, 'coverage', count, gain);
    let covered = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run++) {
      let [gained, lost] = [0, 0];
      for (let i = 0; i < count; i++) {
        const drawn = random.float();
        if (drawn < gain) gained += 1;
        else if (drawn < gain + loss) lost += 1;
      }
      const [low, high] = pairedInterval(gained, lost, count);
      if (low <= gain - loss && gain - loss <= high) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.985);
  });
});

describe('the interval of a mean of differences', () => {
  it('is that of a mean over problems, on a scale from -1 to 1', () => {
    const differences = [0.5, 0, -0.25, 0.25, 1, 0.125, 0, 0, 0.5, -0.125];
    const [low, high] = differenceInterval(differences) ?? [NaN, NaN];
    const scaled = meanInterval(differences.map((one) => (one + 1) / 2)) ?? [NaN, NaN];
    expect(low).toBeCloseTo(2 * scaled[0] - 1, 12);
    expect(high).toBeCloseTo(2 * scaled[1] - 1, 12);
    expect(low).toBeLessThan(0.2);
    expect(high).toBeGreaterThan(0.2);
  });

  it('claims nothing from differences that are all equal', () => {
    const [low, high] = differenceInterval(Array.from({ length: 20 }, () => 0)) ?? [NaN, NaN];
    expect(low).toBeLessThan(-0.1);
    expect(high).toBeGreaterThan(0.1);
    expect(differenceInterval([])).toBeUndefined();
  });

  it('covers the true mean where few problems change', () => {
    const random = stream(12, 'coverage');
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      // Most problems keep their share; some gain or lose an eighth or a half.
      const differences = Array.from({ length: 128 }, () => {
        const drawn = random.float();
        return drawn < 0.1 ? 0.5 : drawn < 0.2 ? 0.125 : drawn < 0.25 ? -0.5 : 0;
      });
      const [low, high] = differenceInterval(differences) ?? [NaN, NaN];
      if (low <= 0.0375 && 0.0375 <= high) covered += 1;
    }
    expect(covered / 1000).toBeGreaterThan(0.92);
    expect(covered / 1000).toBeLessThan(0.98);
  });
});
